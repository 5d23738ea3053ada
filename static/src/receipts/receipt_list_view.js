import { registry } from "@web/core/registry";
import { SearchModel } from "@web/search/search_model";
import { listView } from "@web/views/list/list_view";

/** Filters that show what waits for somebody. */
const WAITING = ["attention", "evaluating"];
/** What has to be decided first comes first; what has no deadline comes last, the newest first. */
const BY_DEADLINE = [
    { name: "decide_before", asc: true },
    { name: "received_at", asc: false },
];

/** With a filter for what waits for somebody, receipts come in the order of their deadlines. */
export class ReceiptSearchModel extends SearchModel {
    _getOrderBy() {
        const orderBy = super._getOrderBy();
        const isWaiting = this.query.some(({ searchItemId }) =>
            WAITING.includes(this.searchItems[searchItemId].name)
        );
        return orderBy.length || !isWaiting ? orderBy : BY_DEADLINE;
    }
}

registry.category("views").add("marketplace_receipt_list", {
    ...listView,
    SearchModel: ReceiptSearchModel,
});
