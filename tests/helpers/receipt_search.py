"""Receipts as the search box finds them."""

from ast import literal_eval

from lxml import etree

from .common import MarketplaceCase

ADDON = "marketplace_order_cancellation"
RECEIPT = "marketplace.cancellation.receipt"


class SearchCase(MarketplaceCase):
    def make_receipt(self, marketplace_order_id="1", **values):
        values.setdefault("account_id", self.account.id)
        return self.env[RECEIPT].create({"marketplace_order_id": marketplace_order_id, **values})

    def found(self, text, user=None):
        """The marketplace's IDs of the orders whose receipts the search box finds."""
        (field,) = self.search_view().xpath("//field[@name='marketplace_order_id']")
        domain = literal_eval(field.get("filter_domain").replace("self", repr(text)))
        receipts = self.env[RECEIPT].with_user(user or self.env.user).search(domain, order="id")
        return receipts.mapped("marketplace_order_id")

    def search_view(self):
        return etree.fromstring(self.env[RECEIPT].get_view(None, "search")["arch"])
