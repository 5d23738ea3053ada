import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** How often, and for how long, a job is given time to cancel what is queued. */
const LOOK_INTERVAL = 1000;
const LOOKS = 30;

/** What somebody can do about an answer, by the problem's name or the status. */
const HINTS = {
    "account-archived": _t("The account is archived: unarchive it first."),
    "address-not-allowed": _t(
        "Your browser calls from an address that is not among the account's Allowed Addresses, on the page Security. The marketplace itself may still be allowed."
    ),
    unauthorized: _t(
        "Somebody has just revoked the credentials, or something on the way, such as a proxy, removes the headers."
    ),
    "too-many-calls": _t("The account accepts no more calls at the moment: see Calls a Minute on the page Security."),
    "replayed-call": _t("A signed call is accepted only once: send another test."),
    "cancellation-refused": _t("The account's policy refuses: see the page Late Cancellations."),
    "cancellation-failed": _t("Odoo could not cancel the order: the receipt says why."),
    unavailable: _t("If the account is paused, resume it. If not, try again in a moment."),
    404: _t(
        "Nothing answers at this address. If the server has several databases, it must know which one is meant: see the README, “Several databases on one server”."
    ),
    413: _t("Something on the way does not accept a body of this size."),
    502: _t("The proxy does not reach Odoo."),
};

/** How many characters of the token are shown: it is a secret. */
const SHOWN = 4;

/**
 * The self-test: the server makes a sample order and an app token for it, this browser calls the
 * endpoint as the marketplace would, without a cookie, and shows the result.
 */
export class TestCancellation extends Component {
    static template = "marketplace_order_cancellation.TestCancellation";
    static props = { ...standardActionServiceProps };

    setup() {
        // Not by `useService`: a test that has begun must end even if its dialog is closed.
        this.orm = this.env.services.orm;
        this.action = this.env.services.action;
        this.accountId = this.props.action.params.account_id;
        this.state = useState({ phase: "starting" });
        this.isGone = false;
        onMounted(() => this.send());
        onWillUnmount(() => {
            this.isGone = true;
        });
    }

    async send() {
        Object.assign(this.state, {
            phase: "starting",
            order: null,
            receipt: null,
            request: null,
            answer: null,
            error: null,
            passed: false,
        });
        let test = null;
        try {
            test = await this.call("start_test_cancellation");
            this.show(test);
            this.state.phase = "calling";
            this.state.request = this.describe(test.request);
            this.state.answer = await this.callEndpoint(test.request);
            this.state.phase = "looking";
            await this.waitForJobs(test.reference);
        } catch (error) {
            this.state.error = error.data?.message || error.message || String(error);
        } finally {
            if (test) {
                await this.finish(test.reference);
            }
            this.state.phase = "done";
        }
    }

    async finish(reference) {
        try {
            const end = await this.call("finish_test_cancellation", reference);
            this.show(end);
            this.state.passed = end.passed && this.state.answer?.status === 200;
        } catch (error) {
            this.state.error ||= error.data?.message || error.message || String(error);
        }
    }

    call(method, ...args) {
        return this.orm.silent.call("marketplace.account", method, [[this.accountId], ...args]);
    }

    show({ order, receipt }) {
        Object.assign(this.state, { order, receipt });
    }

    /** Call the address that this page comes from: this browser is known to reach it. */
    async callEndpoint({ path, headers, body }) {
        const begun = browser.performance.now();
        const response = await browser.fetch(path, {
            method: "POST",
            headers,
            body,
            credentials: "omit",
            cache: "no-store",
            redirect: "manual",
        });
        const text = await response.text();
        return {
            status: response.status,
            milliseconds: Math.round(browser.performance.now() - begun),
            ...readAnswer(response, text),
        };
    }

    /** Wait for the job, where orders are cancelled after the answer. */
    async waitForJobs(reference) {
        for (let looks = 0; looks < LOOKS && !this.isGone; looks++) {
            this.show(await this.call("look_at_test_cancellation", reference));
            if (!["received", "queued"].includes(this.state.receipt?.state)) {
                return;
            }
            await new Promise((resolve) => browser.setTimeout(resolve, LOOK_INTERVAL));
        }
    }

    describe({ path, headers, body }) {
        const lines = Object.entries(headers).map(([name, value]) => {
            const isSecret = /token|signature/i.test(name);
            return `${name}: ${isSecret ? `${value.slice(0, SHOWN)}…` : value}`;
        });
        return {
            url: `${browser.location.origin}${path}`,
            text: [`POST ${path}`, ...lines, "", JSON.stringify(JSON.parse(body), null, 2)].join(
                "\n"
            ),
        };
    }

    get isBusy() {
        return this.state.phase !== "done";
    }

    /** One sentence on the result. */
    get summary() {
        const { answer, receipt, error, passed } = this.state;
        if (this.isBusy) {
            return {
                starting: _t("A sample order is being made…"),
                calling: _t("The endpoint is being called…"),
                looking: _t("Checking what became of the order…"),
            }[this.state.phase];
        }
        if (passed) {
            return _t("It works: the call has cancelled the order and its transfer.");
        }
        if (!answer) {
            return error
                ? _t("The test could not be sent: %s", error)
                : _t("The test could not be sent.");
        }
        if (error) {
            return error;
        }
        if (answer.status === 200 && receipt?.state === "queued") {
            return _t("The call was accepted, but no scheduled action has cancelled the order. Check that Odoo's scheduled actions are running.");
        }
        if (answer.status === 200) {
            return _t("The call was accepted, and a person has to decide, as the account's policy says.");
        }
        return answer.title || _t("The call was answered with %s.", answer.status);
    }

    get hint() {
        const { answer, passed } = this.state;
        if (this.isBusy || passed || !answer || answer.status === 200) {
            return "";
        }
        return HINTS[answer.problem] || HINTS[answer.status] || "";
    }

    get steps() {
        const { order, answer, receipt, phase } = this.state;
        const steps = [];
        if (order) {
            steps.push({
                key: "order",
                icon: "fa-shopping-cart",
                title: _t("Sample order %s", order.name),
                detail: [
                    order.state_label,
                    ...order.transfers.map((t) => `${t.name}: ${t.state_label}`),
                ].join(" · "),
            });
        }
        if (answer) {
            steps.push({
                key: "answer",
                icon: answer.status < 400 ? "fa-check" : "fa-times",
                title: _t("Answered %(status)s in %(time)s ms", {
                    status: answer.status,
                    time: answer.milliseconds,
                }),
                detail: answer.detail || "",
            });
        }
        if (receipt) {
            steps.push({
                key: "receipt",
                icon: "fa-file-text-o",
                title: _t("Receipt %s", receipt.name.slice(0, 8)),
                detail: [receipt.state_label, receipt.text].filter(Boolean).join(" · "),
            });
        }
        if (phase === "done" && order) {
            steps.push({
                key: "end",
                icon: "fa-eraser",
                title: _t("Cleaned up"),
                detail: _t("The sample order is cancelled, and the credentials of the test are revoked."),
            });
        }
        return steps;
    }

    openRecord(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    close() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

/** An answer's body as text to show, and a problem's name, title and detail. */
export function readAnswer(response, text) {
    const type = response.headers.get("Content-Type") || "";
    if (!text) {
        return { text: "" };
    }
    if (!type.includes("json")) {
        return { text: text.slice(0, 2000) };
    }
    try {
        const document = JSON.parse(text);
        return {
            text: JSON.stringify(document, null, 2),
            problem: type.includes("problem") ? (document.type || "").split(":").pop() : undefined,
            title: document.title,
            detail: document.detail,
        };
    } catch {
        return { text };
    }
}

registry.category("actions").add("marketplace_test_cancellation", TestCancellation);
