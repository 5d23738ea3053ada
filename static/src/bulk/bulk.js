import { Component, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** How many requests are handed over at a time; the server answers after a few seconds at most. */
const CHUNK = 20;
const RECEIPT = "marketplace.cancellation.receipt";

/**
 * One decision on many receipts: says what will come of it, then has them decided a few at a time,
 * and shows how far it is. What is decided stays, whatever happens to the page.
 */
export class DecideInBulk extends Component {
    static template = "marketplace_order_cancellation.DecideInBulk";
    static props = { ...standardActionServiceProps };

    setup() {
        // Not by `useService`: what has begun is told of even if its dialog is closed.
        this.orm = this.env.services.orm;
        this.action = this.env.services.action;
        this.notification = this.env.services.notification;
        this.plan = this.props.action.params;
        this.state = useState({
            phase: "asking",
            reason: "",
            results: [],
            error: "",
            isStopping: false,
        });
        useExternalListener(window, "beforeunload", (ev) => this.isBusy && ev.preventDefault());
        onWillUnmount(() => {
            this.isGone = true;
        });
    }

    get total() {
        return this.plan.ids.length;
    }

    get isRefusal() {
        return this.plan.decision === "refuse";
    }

    get isBusy() {
        return this.state.phase === "deciding";
    }

    get canBegin() {
        return this.total && (!this.isRefusal || this.state.reason.trim());
    }

    get label() {
        return this.isRefusal ? _t("Refuse %s", this.total) : _t("Accept %s", this.total);
    }

    get percent() {
        return Math.round((100 * this.state.results.length) / this.total);
    }

    get progress() {
        return _t("%(done)s of %(total)s", { done: this.state.results.length, total: this.total });
    }

    of(outcome) {
        return this.state.results.filter((result) => result.outcome === outcome);
    }

    /** What came of it: a line for each outcome. */
    get summary() {
        const counts = {
            done: this.of("done").length,
            skipped: this.of("skipped").length,
            failed: this.of("failed").length,
            left: this.total - this.state.results.length,
        };
        const lines = [
            [true, this.isRefusal ? _t("Refused: %s", counts.done) : _t("Accepted: %s", counts.done)],
            [counts.skipped, _t("Skipped meanwhile: %s", counts.skipped)],
            [counts.failed, _t("Failed: %s", counts.failed)],
            [counts.left, _t("Not reached: %s", counts.left)],
        ];
        return lines.filter(([isSo]) => isSo).map(([, text]) => text).join(" · ");
    }

    get isAllDone() {
        return this.of("done").length === this.total;
    }

    /** Requests of which nothing came, by why, the first reasons with their orders. */
    get troubles() {
        const groups = new Map();
        for (const { name, why } of [...this.of("failed"), ...this.of("skipped")]) {
            groups.set(why, [...(groups.get(why) || []), name]);
        }
        return [...groups].map(([why, names]) => ({
            why,
            count: names.length,
            names: names.filter(Boolean).slice(0, 5).join(", ") + (names.length > 5 ? ", …" : ""),
        }));
    }

    async begin() {
        if (!this.canBegin || this.isBusy) {
            return;
        }
        this.state.phase = "deciding";
        const args = this.isRefusal ? [this.state.reason] : [];
        const { ids, decision } = this.plan;
        try {
            while (this.state.results.length < this.total && !this.isGone && !this.state.isStopping) {
                const begin = this.state.results.length;
                const chunk = ids.slice(begin, begin + CHUNK);
                const results = await this.orm.silent.call(RECEIPT, "decide_each", [
                    chunk,
                    decision,
                    ...args,
                ]);
                this.state.results.push(...results);
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message || String(error);
        }
        this.state.phase = "done";
        if (this.isGone) {
            const type = this.isAllDone ? "success" : "warning";
            this.notification.add(this.summary, { type, title: this.props.action.name, sticky: true });
        }
    }

    stop() {
        this.state.isStopping = true;
    }

    /** Show those of which nothing came, in a list of their own. */
    showOthers() {
        const done = new Set(this.of("done").map((result) => result.id));
        const ids = this.plan.ids.filter((id) => !done.has(id));
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Not Decided"),
            res_model: RECEIPT,
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain: [["id", "in", ids]],
        });
    }

    close() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("marketplace_decide_in_bulk", DecideInBulk);
