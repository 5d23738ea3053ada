import { Component } from "@odoo/owl";

import { formatCount, formatShare } from "./format";

/** Counts as bars, each of which leads to what was counted. */
export class BarList extends Component {
    static template = "marketplace_order_cancellation.BarList";
    static props = {
        title: String,
        hint: { type: String, optional: true },
        help: { type: String, optional: true },
        rows: Array,
        total: Number,
        onSelect: Function,
    };

    setup() {
        this.formatCount = formatCount;
        this.formatShare = formatShare;
    }

    width(row) {
        return (100 * row.count) / Math.max(...this.props.rows.map(({ count }) => count), 1);
    }
}
