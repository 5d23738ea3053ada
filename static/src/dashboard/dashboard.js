import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { router } from "@web/core/browser/router";
import { deserializeDateTime, serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { View } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, useState } from "@odoo/owl";

import { BarList } from "./bar_list";
import { formatAmounts, formatChange, formatCount, formatDuration, formatShare } from "./format";
import { PERIODS, fromAddress, intervalOf, periodOf, toAddress } from "./period";

const HELP_OF_SHARE = _t(
    "Orders placed in this period, and how many of them marketplaces have cancelled as a whole, in this period or later."
);
const RECEIPT = "marketplace.cancellation.receipt";
const GRAPH_VIEW =
    "marketplace_order_cancellation.marketplace_cancellation_receipt_view_graph_dashboard";

/** What marketplaces cancelled in a period, on one page; each figure leads to its receipts. */
export class CancellationDashboard extends Component {
    static template = "marketplace_order_cancellation.Dashboard";
    static components = { BarList, DateTimeInput, Layout, View };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        const labels = { 7: _t("7 days"), 30: _t("30 days"), 90: _t("90 days") };
        this.periods = PERIODS.map((days) => ({ days, label: labels[days] }));
        this.state = useState({
            ...fromAddress(this.address),
            isLoading: false,
            figures: null,
            hasGraph: false,
            ...this.props.state,
        });
        useSetupAction({
            getLocalState: () => this.chosen,
        });
        onWillStart(async () => {
            this.accounts = await this.orm.searchRead(
                "marketplace.account",
                [["active", "in", [true, false]]],
                ["name"],
                { order: "name" }
            );
            if (!this.accountIds.includes(this.state.accountId)) {
                this.state.accountId = 0;
            }
            await this.load();
        });
        // The figures are there at once; the graph's code is only loaded where there is a graph.
        onMounted(() => {
            this.state.hasGraph = true;
        });
        Object.assign(this, { formatCount, formatDuration, formatShare });
    }

    // -- Filters ---------------------------------------------------------------------------------

    /** What the browser's address says, if it is that of this page. */
    get address() {
        const { action } = this.props;
        return [action.path, action.id].includes(router.current.action) ? router.current : {};
    }

    get period() {
        return periodOf(this.state);
    }

    get accountIds() {
        const chosen = this.state.accountId;
        return chosen ? [chosen] : this.accounts.map(({ id }) => id);
    }

    get chosen() {
        const { days, first, last, accountId } = this.state;
        return { days, first, last, accountId };
    }

    chooseDays(days) {
        this.state.days = days;
        return this.load();
    }

    chooseCustom() {
        const [begin, end] = this.period;
        Object.assign(this.state, { days: 0, first: begin, last: end.minus({ days: 1 }) });
        this.keepInAddress();
    }

    /** An emptied date is open: from the first cancellation, or until today. */
    chooseDate(name, date) {
        this.state[name] = date || null;
        const { first, last } = this.state;
        if (first && last && first > last) {
            Object.assign(this.state, { first: date, last: date });
        }
        return this.load();
    }

    chooseAccount(ev) {
        this.state.accountId = Number(ev.target.value);
        return this.load();
    }

    async load() {
        const period = this.period.map((moment) => moment && serializeDateTime(moment));
        const chosen = this.chosen;
        this.state.isLoading = true;
        try {
            const figures = await this.keepLast.add(
                this.orm.call("marketplace.account", "cancellation_figures", [
                    this.accountIds,
                    ...period,
                ])
            );
            // Set with the figures, so that the graph does not show another period.
            Object.assign(this.state, {
                figures,
                shown: this.domain(figures),
                interval: this.interval(figures),
                fill: this.fill(),
            });
            this.loaded = chosen;
            this.keepInAddress();
        } catch (error) {
            // The filters match the figures that are still shown.
            Object.assign(this.state, this.loaded);
            throw error;
        } finally {
            this.state.isLoading = false;
        }
    }

    /** The browser's *back* and a reload find what was chosen. */
    keepInAddress() {
        this.props.updateActionState?.(toAddress(this.chosen));
    }

    interval(figures) {
        const [begin, end] = this.period;
        return intervalOf(begin || deserializeDateTime(figures.first || serializeDateTime(end)), end);
    }

    /** The days between which the graph also has those on which nothing was asked. */
    fill() {
        const [begin, end] = this.period;
        return {
            fill_from: begin ? serializeDate(begin) : false,
            fill_to: serializeDate(end.minus({ days: 1 })),
        };
    }

    // -- What is shown ---------------------------------------------------------------------------

    get graphTitle() {
        return {
            day: _t("Cancellations per day"),
            week: _t("Cancellations per week"),
            month: _t("Cancellations per month"),
        }[this.state.interval];
    }

    get graphProps() {
        return {
            type: "graph",
            resModel: RECEIPT,
            views: [
                [false, "graph"],
                [false, "list"],
                [false, "form"],
                [false, "search"],
            ],
            context: { graph_view_ref: GRAPH_VIEW, fill_temporal: this.state.fill },
            domain: this.state.shown,
            groupBy: [`received_at:${this.state.interval}`, "account_id"],
            display: { controlPanel: false },
        };
    }

    /** The figures at the top of the page. */
    get cards() {
        const { figures } = this.state;
        return [
            {
                name: "asked",
                label: _t("Cancellations"),
                help: _t("Requests that came in this period, whatever became of them."),
                value: formatCount(figures.asked),
                hint: this.change,
                open: () => this.openReceipts(_t("Cancellations")),
            },
            figures.orders && {
                name: "share",
                label: _t("Share of orders"),
                help: HELP_OF_SHARE,
                value: formatShare(figures.orders.cancelled, figures.orders.placed),
                hint: _t("%(cancelled)s of %(placed)s placed", {
                    cancelled: formatCount(figures.orders.cancelled),
                    placed: formatCount(figures.orders.placed),
                }),
                open: () => this.openOrders(),
            },
            this.calledOff && {
                name: "called_off",
                label: _t("Cancelled value"),
                help: _t(
                    "Of requests that came in this period: orders cancelled as a whole and parts taken out, also of orders placed before."
                ),
                value: this.calledOff,
                hint: _t("%s cancelled, without taxes", formatCount(figures.cancelled)),
                open: () => this.openCancelled(_t("Cancelled")),
            },
            {
                name: "p50",
                label: _t("Half cancelled within"),
                value: figures.hours ? formatDuration(figures.hours.p50) : "—",
                hint: _t("from the first call"),
                open: () => this.openCancelled(_t("Cancelled")),
            },
            {
                name: "p95",
                label: _t("95 % cancelled within"),
                value: figures.hours ? formatDuration(figures.hours.p95) : "—",
                hint: _t("see the slowest"),
                open: () => this.openSlowest(),
            },
            {
                name: "undecided",
                label: _t("Open decisions"),
                value: formatCount(figures.undecided.evaluating + figures.undecided.failed),
                hint: figures.undecided.failed
                    ? _t("now, %s of them failed", formatCount(figures.undecided.failed))
                    : _t("now, of any date"),
                isUrgent: figures.undecided.evaluating + figures.undecided.failed > 0,
                open: () => this.openUndecided(),
            },
        ].filter(Boolean);
    }

    get change() {
        const { asked, asked_before: before } = this.state.figures;
        if (before === null) {
            return _t("since the first one");
        }
        if (!before) {
            return _t("none in the period before");
        }
        const change = formatChange(asked, before);
        return _t("%(change)s compared with the period before", { change });
    }

    /** The value by currency, empty for users who may not see it. */
    get calledOff() {
        const amounts = {};
        for (const { currency_id: currencyId, called_off: amount } of this.state.figures.accounts) {
            if (amount !== null) {
                amounts[currencyId] = (amounts[currencyId] || 0) + amount;
            }
        }
        return formatAmounts(amounts);
    }

    /** What is told of each marketplace: no share of orders or value to who may not see these. */
    get accountColumns() {
        const { accounts, orders } = this.state.figures;
        return [
            { name: "asked", label: _t("Cancellations"), value: ({ asked }) => formatCount(asked) },
            orders && {
                name: "share",
                label: _t("Share of orders"),
                help: HELP_OF_SHARE,
                value: (account) => formatShare(account.orders.cancelled, account.orders.placed),
            },
            accounts.some(({ called_off: amount }) => amount !== null) && {
                name: "value",
                label: _t("Value"),
                value: (account) => formatAmounts({ [account.currency_id]: account.called_off }),
            },
        ].filter(Boolean);
    }

    get lists() {
        const { figures } = this.state;
        const list = (name, field, title, total, hint, extra = []) => ({
            name,
            title,
            hint,
            total,
            rows: figures[name],
            onSelect: ({ key, label }) =>
                this.openReceipts(`${title}: ${label}`, [[field, "=", key], ...extra]),
        });
        return [
            list("reasons", "reason", _t("Reasons"), figures.asked, _t("the most frequent")),
            list(
                "stages",
                "stage",
                _t("How far the order had got"),
                figures.cancelled,
                _t("when it was cancelled"),
                figures.domains.cancelled
            ),
            list("requesters", "requested_by_user", _t("Asked by"), figures.asked),
            {
                ...list("states", "state", _t("Outcome"), figures.asked),
                help: _t(
                    "Requests that came in this period. Orders cancelled as a whole and parts taken out are counted apart."
                ),
            },
        ];
    }

    // -- Where it leads --------------------------------------------------------------------------

    /** What was asked of the chosen marketplaces in the chosen period, without anybody's tests. */
    domain(figures) {
        return [
            ["account_id", "in", this.accountIds],
            ...this.within("received_at"),
            ...figures.domains.no_test,
        ];
    }

    /** That a moment is in the chosen period. */
    within(field) {
        const [begin, end] = this.period;
        const from = begin ? [[field, ">=", serializeDateTime(begin)]] : [];
        return [...from, [field, "<", serializeDateTime(end)]];
    }

    openReceipts(name, domain = []) {
        return this.openList(RECEIPT, name, [...this.state.shown, ...domain]);
    }

    openCancelled(name, domain = []) {
        return this.openReceipts(name, [...this.state.figures.domains.cancelled, ...domain]);
    }

    openSlowest() {
        const slowest = this.state.figures.hours?.p95 || 0;
        return this.openReceipts(_t("The slowest"), [
            ["state", "=", "cancelled"],
            ["hours_to_settle", ">=", slowest],
        ]);
    }

    openUndecided() {
        return this.openList(RECEIPT, _t("Open decisions"), [
            ["account_id", "in", this.accountIds],
            ...this.state.figures.domains.undecided,
        ]);
    }

    openOrders() {
        return this.openList("sale.order", _t("Cancelled by the marketplace"), [
            ["marketplace_account_id", "in", this.accountIds],
            ...this.within("date_order"),
            ["is_marketplace_test", "=", false],
            ["state", "=", "cancel"],
            ...this.state.figures.domains.orders_cancelled,
        ]);
    }

    openList(model, name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
            context: { create: false },
        });
    }
}

registry.category("actions").add("marketplace_cancellation_dashboard", CancellationDashboard);
