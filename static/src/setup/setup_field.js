import { Component, useRef } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How many frames a page of the form is given until it shows its fields. */
const FRAMES = 60;

/** The steps of an account's set-up, and the button of the one that comes next. */
export class MarketplaceSetupField extends Component {
    static template = "marketplace_order_cancellation.SetupField";
    static components = { CopyButton };
    static props = { ...standardFieldProps };

    stateLabels = {
        done: _t("Done"),
        skipped: _t("Skipped"),
        next: _t("Next"),
        later: _t("Later"),
    };
    copyLabel = _t("Copy It");
    copiedLabel = _t("Copied");

    setup() {
        this.root = useRef("root");
        this.notification = useService("notification");
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get doneCount() {
        return this.steps.filter((step) => ["done", "skipped"].includes(step.state)).length;
    }

    /** What is wrong with the address, in full width: a step's column is narrow. */
    get address() {
        const step = this.steps.find(({ key }) => key === "address") || {};
        return { warning: step.warning, rejected: step.rejected || [] };
    }

    get progress() {
        return _t("%(done)s of %(all)s done", { done: this.doneCount, all: this.steps.length });
    }

    /** Where the address may break into lines: after each of its parts. */
    partsOf(address) {
        return address.match(/[^/]*\/*/g).filter(Boolean);
    }

    async press(step, index) {
        let button = step.buttons[index];
        if (button.save || button.field) {
            // What somebody has entered, and not saved, counts.
            if (!(await this.props.record.save())) {
                return;
            }
            button = this.steps.find(({ key }) => key === step.key).buttons[index];
        }
        if (button?.field) {
            await this.lead(button);
        } else if (button?.name) {
            await this.run(button.name);
        }
    }

    /** Open the page of the form on which a field has to be filled first, and go there. */
    async lead({ page, field }) {
        const form = this.root.el.closest(".o_form_view");
        form.querySelector(`.o_notebook_headers [name='${page}']`)?.click();
        for (let frame = 0; frame < FRAMES; frame++) {
            const input = form.querySelector(`.o_notebook [name='${field}'] input`);
            if (input) {
                input.scrollIntoView({ block: "center" });
                input.focus();
                this.notification.add(
                    _t("Fill this in with what the marketplace has given you, and save."),
                    { type: "info" }
                );
                return;
            }
            await new Promise((resolve) => browser.requestAnimationFrame(resolve));
        }
    }

    /** Call a method of the account as a button of its form does. */
    async run(name) {
        await this.env.onClickViewButton({
            clickParams: { name, type: "object" },
            getResParams: () =>
                pick(this.props.record, "context", "evalContext", "resModel", "resId", "resIds"),
        });
    }
}

registry.category("fields").add("marketplace_setup", {
    component: MarketplaceSetupField,
    displayName: _t("Set-up of a marketplace"),
    supportedTypes: ["json"],
});
