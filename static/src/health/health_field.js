import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { pick } from "@web/core/utils/objects";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The checks of an account's health, one line each. */
export class MarketplaceHealthField extends Component {
    static template = "marketplace_order_cancellation.HealthField";
    static props = { ...standardFieldProps };

    looks = {
        ok: { icon: "fa-check-circle text-success", label: _t("OK") },
        info: { icon: "fa-info-circle text-info", label: _t("For information") },
        off: { icon: "fa-minus-circle text-muted", label: _t("Not in use") },
        attention: { icon: "fa-exclamation-triangle text-warning", label: _t("Needs attention") },
    };

    get checks() {
        return this.props.record.data[this.props.name] || [];
    }

    async open(check) {
        await this.env.onClickViewButton({
            clickParams: {
                name: "action_open_check",
                type: "object",
                context: { health_check: check.key },
            },
            getResParams: () =>
                pick(this.props.record, "context", "evalContext", "resModel", "resId", "resIds"),
        });
    }
}

registry.category("fields").add("marketplace_health", {
    component: MarketplaceHealthField,
    displayName: _t("Health of a marketplace"),
    supportedTypes: ["json"],
});
