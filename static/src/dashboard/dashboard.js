import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { serializeDateTime } from "@web/core/l10n/dates";
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

const { DateTime } = luxon;

const RECEIPT = "marketplace.cancellation.receipt";
const GRAPH_VIEW =
    "marketplace_order_cancellation.marketplace_cancellation_receipt_view_graph_dashboard";
/** Up to how many days a graph has a bar for each day, and for each week. */
const MAX_DAYS = 92;
const MAX_WEEKS = 400;

/** What marketplaces cancelled in a period, on one page; each figure leads to its receipts. */
export class CancellationDashboard extends Component {
    static template = "marketplace_order_cancellation.Dashboard";
    static components = { BarList, DateTimeInput, Layout, View };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.periods = [
            { days: 7, label: _t("7 days") },
            { days: 30, label: _t("30 days") },
            { days: 90, label: _t("90 days") },
        ];
        this.state = useState({
            days: 30, // 0: from `first` to `last`
            first: null,
            last: null,
            accountId: 0, // 0: all
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
            await this.load();
        });
        // The figures are there at once; the graph's code is only loaded where there is a graph.
        onMounted(() => {
            this.state.hasGraph = true;
        });
        Object.assign(this, { formatCount, formatDuration, formatShare });
    }

    // -- Filters ---------------------------------------------------------------------------------

    /** The chosen period: its first moment, and the one after its last. */
    get period() {
        if (this.state.days) {
            const end = DateTime.local().startOf("day").plus({ days: 1 });
            return [end.minus({ days: this.state.days }), end];
        }
        return [this.state.first.startOf("day"), this.state.last.startOf("day").plus({ days: 1 })];
    }

    get days() {
        const [begin, end] = this.period;
        return Math.round(end.diff(begin, "days").days);
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
    }

    chooseDate(name, date) {
        if (!date) {
            return;
        }
        this.state[name] = date;
        if (this.state.first > this.state.last) {
            Object.assign(this.state, { first: date, last: date });
        }
        return this.load();
    }

    chooseAccount(ev) {
        this.state.accountId = Number(ev.target.value);
        return this.load();
    }

    async load() {
        const period = this.period.map(serializeDateTime);
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
                interval: this.interval(),
            });
            this.loaded = chosen;
        } catch (error) {
            // The filters match the figures that are still shown.
            Object.assign(this.state, this.loaded);
            throw error;
        } finally {
            this.state.isLoading = false;
        }
    }

    interval() {
        if (this.days <= MAX_DAYS) {
            return "day";
        }
        return this.days <= MAX_WEEKS ? "week" : "month";
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
            context: { graph_view_ref: GRAPH_VIEW },
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
                value: formatCount(figures.asked),
                hint: this.change,
                open: () => this.openReceipts(_t("Cancellations")),
            },
            figures.orders && {
                name: "share",
                label: _t("Share of orders"),
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

    get maySeeValue() {
        return this.state.figures.accounts.some(({ called_off: amount }) => amount !== null);
    }

    formatValue(account) {
        return formatAmounts({ [account.currency_id]: account.called_off });
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
            list("states", "state", _t("Outcome"), figures.asked),
        ];
    }

    // -- Where it leads --------------------------------------------------------------------------

    /** What was asked of the chosen marketplaces in the chosen period, without anybody's tests. */
    domain(figures) {
        const [begin, end] = this.period.map(serializeDateTime);
        return [
            ["account_id", "in", this.accountIds],
            ["received_at", ">=", begin],
            ["received_at", "<", end],
            ...figures.domains.no_test,
        ];
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
        const [begin, end] = this.period.map(serializeDateTime);
        return this.openList("sale.order", _t("Cancelled by the marketplace"), [
            ["marketplace_account_id", "in", this.accountIds],
            ["date_order", ">=", begin],
            ["date_order", "<", end],
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
