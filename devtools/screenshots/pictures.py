"""What is pictured, how one gets there, and where the picture is kept."""

from dataclasses import dataclass, field
from pathlib import Path

from . import story

ADDON = "marketplace_order_cancellation"
RECEIPTS = "/odoo/marketplace-cancellations"
ACCOUNTS = "/odoo/marketplace-accounts"
SLIP = "/report/html/stock.report_picking"

#: Folders of the addon: of the app store's page, which may show nothing from elsewhere, and of
#: the documentation, which shows both.
STORE, DOCS = "static/description", "docs/images"
BANNER = Path(__file__).with_name("banner.html")

WIDE, PHONE, DIALOG = (1400, 860), (390, 844), (1000, 760)


@dataclass(frozen=True)
class Picture:
    """One page.

    :param address: of the page, or a function of the demo that returns it
    :param there: selector of what is seen once the page is there
    :param clicks: selectors that are clicked one after the other
    :param seen: selector of what is seen after the last click
    :param size: of the window, in pixels
    """

    name: str
    address: object
    there: str
    folder: str = DOCS
    clicks: tuple = field(default=())
    seen: str = None
    size: tuple = WIDE

    @property
    def path(self):
        """The file, in the addon."""
        return f"{self.folder}/{self.name}.png"

    def address_in(self, demo):
        """The whole address of the page."""
        address = self.address(demo) if callable(self.address) else self.address
        return address if address.startswith("file:") else f"{demo.url}{address}"


def receipt(order):
    return lambda demo: f"{RECEIPTS}/{demo.receipt(order)}"


def order(marketplace_order_id):
    return lambda demo: f"/odoo/sales/{demo.order(marketplace_order_id)}"


def transfer(marketplace_order_id):
    """The last transfer of an order: what is still to be shipped."""
    return lambda demo: f"/odoo/inventory/deliveries/{demo.pickings(marketplace_order_id)[-1]}"


def account(code):
    return lambda demo: f"{ACCOUNTS}/{demo.account(code)}"


PICTURES = (
    # What sellers see
    Picture("receipt", receipt(story.TWO_STEPS), ".o_form_view", STORE, size=(1400, 1180)),
    Picture("decision", receipt(story.PARTLY), ".o_form_view .alert", size=(1400, 790)),
    Picture(
        "refuse",
        receipt(story.PARTLY),
        ".o_form_view .alert",
        clicks=(".o_statusbar_buttons button:has-text('Refuse')",),
        seen=".modal .o_form_view",
        size=DIALOG,
    ),
    Picture("order_on_hold", order(story.PARTLY), ".o_form_view .alert", STORE),
    Picture("order_cancelled", order(story.TWO_STEPS), ".o_form_view .alert"),
    Picture(
        "cancel_order",
        order(story.SENT),
        ".o_form_view",
        clicks=(".o_statusbar_buttons button:has-text('Cancel'):visible",),
        seen=".modal .o_form_view",
        size=DIALOG,
    ),
    Picture("dashboard", "/odoo/marketplace-dashboard", "canvas", STORE, size=(1400, 1500)),
    Picture("part_decision", receipt(story.PART_ASKED), ".o_form_view .alert", size=(1400, 900)),
    Picture("part_order", order(story.PART_DONE), ".o_form_view .alert", size=(1400, 800)),
    Picture(
        "cancel_part",
        order(story.PART_DONE),
        ".o_form_view",
        clicks=(".o_statusbar_buttons button:has-text('Cancel Part'):visible",),
        seen=".modal .o_form_view",
        size=DIALOG,
    ),
    # What the warehouse sees
    Picture("transfer", transfer(story.PARTLY), ".o_form_view .alert", STORE),
    Picture(
        "transfers",
        "/odoo/inventory",
        ".o_kanban_record",
        clicks=(
            ".o_menu_sections button:has-text('Operations')",
            ".dropdown-item:has-text('Deliveries')",
        ),
        seen=".o_data_row",
        size=(1600, 860),
    ),
    Picture(
        "slip",
        lambda demo: f"{SLIP}/{demo.pickings(story.PARTLY)[-1]}",
        ".o_report_stockpicking_operations",
        STORE,
        size=(1040, 680),
    ),
    Picture("part_transfer", transfer(story.PART_ASKED), ".o_form_view .alert", size=(1400, 760)),
    Picture(
        "part_slip",
        lambda demo: f"{SLIP}/{demo.pickings(story.PART_DONE)[-1]}",
        ".o_report_stockpicking_operations",
        size=(1040, 740),
    ),
    Picture("overview", "/odoo/inventory", ".o_kanban_record", size=(1400, 860)),
    # What administrators see
    Picture("setup", account(story.NEW_CODE), ".o_marketplace_setup", STORE, size=(1400, 710)),
    Picture(
        "outbound",
        account("demo"),
        ".o_form_view",
        clicks=("a[name=outbound]",),
        seen=".o_field_widget[name=sku_source]",
        size=(1400, 1300),
    ),
    Picture("policy", account("demo"), ".o_form_view", size=(1400, 1320)),
    Picture(
        "security",
        account("demo"),
        ".o_form_view",
        clicks=("a[name=security]",),
        seen=".o_field_widget[name=credential_ids]",
        size=(1400, 1020),
    ),
    Picture(
        "verify_log",
        account("demo"),
        ".o_form_view",
        clicks=("button[name=action_verify_log]",),
        seen=".modal .alert",
        size=DIALOG,
    ),
    Picture(
        "health",
        account("demo"),
        ".o_form_view",
        clicks=("button[name=action_view_health]",),
        seen=".o_marketplace_health",
        size=(1400, 920),
    ),
    Picture(
        "settings",
        "/odoo/settings",
        ".settings_tab",
        clicks=(f".settings_tab [data-key={ADDON}]",),
        seen="#marketplace_accounts",
        size=(1400, 530),
    ),
    Picture("phone", receipt(story.PARTLY), ".o_form_view .alert", STORE, size=PHONE),
    # By now not everything has happened just now
    Picture(
        "receipts",
        RECEIPTS,
        ".o_data_row",
        STORE,
        # All of them, with their outcomes: the list opens on those that need attention
        clicks=(".o_searchview_facet:has-text('Needs Attention') .o_facet_remove",),
        seen=".o_data_row:has-text('Cancelled')",
        size=(1400, 700),
    ),
    Picture(
        "receipts_cards",
        RECEIPTS,
        ".o_data_row",
        clicks=(".o_switch_view.o_kanban",),
        seen=".o_kanban_record",
        size=(1400, 500),
    ),
    # It leaves something behind
    Picture(
        "test_cancellation",
        account(story.NEW_CODE),
        ".o_form_view",
        STORE,
        clicks=(".o_statusbar_buttons button[name=action_send_test_cancellation]",),
        seen="[data-outcome=passed]",
        size=(1000, 900),
    ),
    # What one sees first in the app store: it shows the others, so it comes last
    Picture("banner", BANNER.as_uri(), "img", STORE, size=(1120, 560)),
)
