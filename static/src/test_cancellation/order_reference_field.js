import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The ID of an order at its marketplace, and that it is a self-test's, where it is one. */
export class MarketplaceOrderReference extends Component {
    static template = "marketplace_order_cancellation.OrderReference";
    static props = { ...standardFieldProps };

    get reference() {
        return this.props.record.data[this.props.name] || "";
    }

    get isTest() {
        const { is_test, is_marketplace_test } = this.props.record.data;
        return this.reference && (is_test || is_marketplace_test);
    }
}

registry.category("fields").add("marketplace_order_reference", {
    component: MarketplaceOrderReference,
    displayName: _t("Order at a marketplace"),
    supportedTypes: ["char"],
});
