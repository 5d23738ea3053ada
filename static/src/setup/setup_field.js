import { Component } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { pick } from "@web/core/utils/objects";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

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
    copyLabel = _t("Copy it");
    copiedLabel = _t("Copied");

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get doneCount() {
        return this.steps.filter((step) => ["done", "skipped"].includes(step.state)).length;
    }

    get progress() {
        return _t("%(done)s of %(all)s done", { done: this.doneCount, all: this.steps.length });
    }

    async press(button) {
        if (button.save) {
            await this.props.record.save();
            return;
        }
        await this.run(button.name);
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
