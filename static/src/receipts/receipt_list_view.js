import { registry } from "@web/core/registry";
import { SearchModel } from "@web/search/search_model";
import { listView } from "@web/views/list/list_view";

/** Filters that show what waits for somebody. */
const WAITING = ["attention", "evaluating"];
/** What has to be decided first comes first; what has no deadline comes last, the newest first. */
const NEWEST_FIRST = [{ name: "received_at", asc: false }];
const BY_DEADLINE = [{ name: "decide_before", asc: true }, ...NEWEST_FIRST];

/** With a filter for what waits for somebody, receipts come in the order of their deadlines. */
export class ReceiptSearchModel extends SearchModel {
    _getOrderBy() {
        const orderBy = super._getOrderBy();
        const isWaiting = this.query.some(({ searchItemId }) =>
            WAITING.includes(this.searchItems[searchItemId].name)
        );
        if (orderBy.length) {
            return orderBy;
        }
        // The list keeps an order until it is given another one.
        const isLeft = this.hasWaiting && !isWaiting;
        this.hasWaiting ||= isWaiting;
        if (isLeft) {
            return NEWEST_FIRST;
        }
        return isWaiting ? BY_DEADLINE : orderBy;
    }
}

registry.category("views").add("marketplace_receipt_list", {
    ...listView,
    SearchModel: ReceiptSearchModel,
});
