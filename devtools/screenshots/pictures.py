"""What is pictured, and how one gets there."""

from dataclasses import dataclass, field

from . import story

ADDON = "marketplace_order_cancellation"
RECEIPTS = f"/odoo/action-{ADDON}.action_marketplace_cancellation_receipt"
ACCOUNTS = f"/odoo/action-{ADDON}.action_marketplace_account"


@dataclass(frozen=True)
class Picture:
    """One page.

    :param address: of the page, or a function of the demo that returns it
    :param there: selector of what is seen once the page is there
    :param clicks: selectors that are clicked one after the other
    :param size: of the window, in pixels
    """

    name: str
    address: object
    there: str
    clicks: tuple = field(default=())
    size: tuple = (1400, 860)

    def address_in(self, demo):
        return self.address(demo) if callable(self.address) else self.address


PICTURES = (
    Picture("receipts", RECEIPTS, ".o_data_row"),
    Picture("receipt", lambda demo: f"{RECEIPTS}/{demo.receipt(story.PARTLY)}", ".o_form_view"),
    Picture(
        "order",
        lambda demo: f"/odoo/sales/{demo.order(story.PARTLY)}",
        ".o_form_view .alert",
    ),
    Picture(
        "transfer",
        lambda demo: f"/odoo/deliveries/{demo.pickings(story.PARTLY)[-1]}",
        ".o_form_view .alert",
    ),
    Picture("account", lambda demo: f"{ACCOUNTS}/{demo.account_id}", ".o_form_view"),
    Picture("phone", RECEIPTS, ".o_kanban_record", size=(390, 844)),
)
