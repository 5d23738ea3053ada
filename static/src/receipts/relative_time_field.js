import { Component } from "@odoo/owl";
import { RelativeTime } from "@mail/core/common/relative_time";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { exprToBoolean } from "@web/core/utils/strings";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A moment as people tell it, "2 minutes ago", kept up to date; the exact time as a tooltip. */
export class RelativeTimeField extends Component {
    static template = "marketplace_order_cancellation.RelativeTimeField";
    static components = { RelativeTime };
    static props = {
        ...standardFieldProps,
        showExact: { type: Boolean, optional: true },
    };

    get moment() {
        return this.props.record.data[this.props.name];
    }

    get exact() {
        return formatDateTime(this.moment, { showSeconds: true });
    }
}

export const relativeTimeField = {
    component: RelativeTimeField,
    displayName: _t("Relative Time"),
    supportedTypes: ["datetime"],
    supportedOptions: [
        {
            label: _t("Show the exact time as well"),
            name: "show_exact",
            type: "boolean",
        },
    ],
    extractProps: ({ options }) => ({
        showExact: exprToBoolean(options.show_exact),
    }),
};

registry.category("fields").add("marketplace_relative_time", relativeTimeField);
