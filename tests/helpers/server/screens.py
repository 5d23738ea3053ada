"""The addon's own screens, and what it adds to Odoo's: how one gets there."""

from dataclasses import dataclass

import screens_shop as shops

ADDON = "marketplace_order_cancellation"
CONTENT = ".o_action_manager .o_content"
DIALOG = ".o_dialog .modal-content"


@dataclass(frozen=True)
class Screen:
    """One screen.

    :param action: what is opened: its XML ID, or a function of the shop that returns an action
    :param there: selector of what is seen once the screen is there
    :param view: the view that is switched to
    :param tab: the page of the notebook that is opened
    :param button: the label of the button above the form that is pressed
    :param own: selectors of what is the addon's own
    """

    name: str
    action: object
    there: str
    view: str = ""
    tab: str = ""
    button: str = ""
    own: tuple = (CONTENT,)

    def open(self, page, shop):
        do_action(page, self.action(shop) if callable(self.action) else f"{ADDON}.{self.action}")
        if self.view:
            page.evaluate(f"{ACTIONS}.switchView('{self.view}')")
        if self.tab:
            page.locator(f".o_notebook a[name='{self.tab}']").click()
        if self.button:
            press(page, self.button)
        page.locator(self.there).first.wait_for()


ACTIONS = "odoo.__WOWL_DEBUG__.root.env.services.action"


def do_action(page, action):
    page.evaluate(f"(action) => {ACTIONS}.doAction(action, {{ clearBreadcrumbs: true }})", action)


def press(page, label):
    """Press a button above a form. On a phone all but the first are in a menu."""
    page.locator(".o_statusbar_buttons").wait_for()
    button = page.locator(".o_statusbar_buttons").get_by_role("button", name=label, exact=True)
    if not button.count():
        page.locator(".o_statusbar_buttons button[title='More']").click()
        button = page.locator(".o-dropdown--menu").get_by_role("button", name=label, exact=True)
    button.click()


def form(model, record):
    """The action of a record's form; ``record`` is a function of the shop that returns its ID."""

    def action(shop):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record(shop),
            "views": [[False, "form"]],
        }

    return action


def receipt(name):
    return form(shops.RECEIPT, lambda shop: shop.receipt(name))


def order(name):
    return form("sale.order", lambda shop: shop.find("sale.order", name))


def call(name):
    return form(shops.CALL, lambda shop: shop.find(shops.CALL, name))


def transfer(name):
    return form("stock.picking", lambda shop: shop.transfers(name)[-1])


def account(method=None):
    """The account's form, or what a button of it opens."""
    if not method:
        return form(shops.ACCOUNT, lambda shop: shop.account_id)
    return lambda shop: shop.server.execute(shops.ACCOUNT, method, [shop.account_id])


def comparison(shop):
    """The comparison that has found something."""
    (found,) = shop.server.execute(
        shops.COMPARISON, "search", [("finding_ids", "!=", False)], order="id", limit=1
    )
    return form(shops.COMPARISON, lambda _shop: found)(shop)


def settings(_shop):
    return {
        "type": "ir.actions.act_window",
        "res_model": "res.config.settings",
        "views": [[False, "form"]],
        "context": {"module": ADDON},
    }


def erasure(shop):
    return {
        "type": "ir.actions.act_window",
        "res_model": "marketplace.erasure",
        "views": [[False, "form"]],
        "target": "new",
        "context": {"default_receipt_ids": [shop.receipt("REFUSED-1")]},
    }


def keeping(shop):
    return {
        "type": "ir.actions.act_window",
        "res_model": "marketplace.order.keep",
        "views": [[False, "form"]],
        "target": "new",
        "context": {"default_order_id": shop.find("sale.order", "SENT-1")},
    }


def part(name, quantity):
    """The dialog in which so much is taken out of an order's only line."""

    def action(shop):
        order_id = shop.find("sale.order", name)
        (line,) = shop.search("sale.order.line", [("order_id", "=", order_id)], ["id"])
        lines = [[0, 0, {"sale_line_id": line["id"], "quantity": quantity}]]
        context = {"default_order_id": order_id, "default_line_ids": lines}
        return {
            "type": "ir.actions.act_window",
            "res_model": "marketplace.order.part",
            "views": [[False, "form"]],
            "target": "new",
            "context": context,
        }

    return action


def cancelling_many(shop):
    names = ("LEFT-1", shops.UNTOUCHED)
    return {
        "type": "ir.actions.act_window",
        "res_model": "sale.mass.cancel.orders",
        "views": [[False, "form"]],
        "target": "new",
        "context": {"active_ids": [shop.find("sale.order", name) for name in names]},
    }


def deciding(decision):
    """The dialog in which all receipts are decided on."""

    def action(shop):
        receipts = [row["id"] for row in shop.search(shops.RECEIPT, [], ["id"])]
        return shop.server.execute(shops.RECEIPT, f"action_{decision}_selected", receipts)

    return action


RECEIPTS = "action_marketplace_cancellation_receipt"
COMPARISONS = "action_marketplace_reconciliation"
ANALYSIS = "action_marketplace_cancellation_analysis"
GRAPH = ".o_graph_renderer canvas"
LONG = shops.LONG_NAME
#: What the addon adds to the forms of orders and transfers.
NOTICE = ".o_form_view .alert"
BUTTON = ".oe_stat_button[name='action_view_cancellation_receipts']"

SCREENS = (
    Screen("receipts", RECEIPTS, "time", view="list"),
    Screen("receipts as cards", RECEIPTS, ".o_kanban_record time", view="kanban"),
    Screen("receipts' calendar", RECEIPTS, ".o_calendar_renderer", view="calendar"),
    Screen("receipts' pivot", RECEIPTS, ".o_pivot table", view="pivot"),
    Screen("receipts' graph", RECEIPTS, GRAPH, view="graph"),
    Screen("open decisions", "action_marketplace_cancellation_undecided", "time"),
    Screen("receipt, cancelled", receipt(shops.CANCELLED), ".o_marketplace_json pre"),
    Screen("receipt, to be decided on", receipt(LONG), ".alert-warning"),
    Screen("receipt, failed", receipt(shops.FAILING), ".alert-danger"),
    Screen("receipt, waiting", receipt("UNKNOWN-1"), ".alert-info"),
    Screen("receipt, two orders", receipt(shops.OTHER), ".alert-warning"),
    Screen("receipt, refused", receipt("REFUSED-1"), "[name='decision_reason']"),
    Screen("receipt, kept open", receipt("KEPT-1"), ".alert-info"),
    Screen("receipt, queued", receipt("QUEUED-1"), ".alert-info"),
    Screen("receipt, resolved", receipt("RESOLVED-1"), ".alert-secondary"),
    Screen("receipt's calls", receipt("REFUSED-1"), "[name='outbound_call_ids']", tab="calls"),
    Screen("receipt's log", receipt(LONG), "[name='log_hash']", tab="log"),
    Screen("accept", receipt(LONG), DIALOG, button="Accept", own=(DIALOG,)),
    Screen("refuse", receipt(LONG), f"{DIALOG} textarea", button="Refuse…", own=(DIALOG,)),
    Screen(
        "keep open", receipt(LONG), f"{DIALOG} textarea", button="Keep the Order Open…",
        own=(DIALOG,),
    ),
    Screen("accept many", deciding("accept"), ".o_marketplace_bulk .alert", own=(DIALOG,)),
    Screen("refuse many", deciding("refuse"), ".o_marketplace_bulk textarea", own=(DIALOG,)),
    Screen(
        "resolve", receipt("UNKNOWN-1"), f"{DIALOG} textarea", button="Mark as Resolved…",
        own=(DIALOG,),
    ),
    Screen(
        "resolve too early", receipt(shops.FAILING), f"{DIALOG} .alert", button="Mark as Resolved…",
        own=(DIALOG,),
    ),
    Screen("erase", erasure, f"{DIALOG} .btn-danger", own=(DIALOG,)),
    Screen(
        "dashboard", "action_marketplace_cancellation_dashboard",
        f".o_marketplace_dashboard [aria-busy='false'] {GRAPH}", own=(".o_marketplace_dashboard",),
    ),
    Screen("analysis", ANALYSIS, GRAPH),
    Screen("analysis as a pivot", ANALYSIS, ".o_pivot table", view="pivot"),
    Screen("accounts", "action_marketplace_account", ".o_data_row, .o_kanban_record"),
    Screen("account's policies", account(), "[name='on_picking']", tab="policy"),
    Screen("account's calls", account(), "[name='outbound_key']", tab="outbound"),
    Screen("account's security", account(), "[name='credential_ids']", tab="security"),
    Screen(
        "set-up", form(shops.ACCOUNT, lambda shop: shop.new_account_id),
        ".o_marketplace_setup_next button",
    ),
    Screen("set-up begun", form(shops.ACCOUNT, lambda shop: False), ".o_marketplace_setup_next"),
    Screen("health", account("action_view_health"), ".o_marketplace_check"),
    Screen(
        "credentials", account("action_generate_credential"), f"{DIALOG} .o_clipboard_button",
        own=(DIALOG,),
    ),
    Screen(
        "rotation", account("action_rotate_credential"), f"{DIALOG} input[type='radio']",
        own=(DIALOG,),
    ),
    Screen("log", account("action_verify_log"), f"{DIALOG} .alert", own=(DIALOG,)),
    Screen(
        "test cancellation", account("action_send_test_cancellation"),
        ".o_marketplace_test [data-outcome='passed']", own=(".o_marketplace_test",),
    ),
    Screen(
        "settings", settings, "#marketplace_accounts",
        own=(f".app_settings_block[data-key='{ADDON}']",),
    ),
    Screen(
        "rejected calls", "action_marketplace_rejected_call",
        ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)",
    ),
    Screen("calls", "action_marketplace_outbound_call", ".o_data_row, .o_kanban_record"),
    Screen("comparisons", COMPARISONS, ".o_progressbar", view="list"),
    Screen("comparisons as cards", COMPARISONS, ".o_kanban_record", view="kanban"),
    Screen("comparison", comparison, "[name='finding_ids'] .o_data_row, .o_kanban_record"),
    Screen("account's reading", account(), "[name='compare_hours']", tab="reading"),
    Screen("call, taken", call("SENT-1"), "[name='attempts']"),
    Screen("call, refused", call("FAILED-1"), ".alert-danger"),
    Screen("call, to be repeated", call("PENDING-1"), ".alert-warning"),
    Screen("call, to be sent", call("UNSENT-1"), "[name='attempts']"),
    Screen("give up", call("FAILED-1"), f"{DIALOG} textarea", button="Give Up…", own=(DIALOG,)),
    Screen(
        "cancel here and there", order(shops.UNTOUCHED), f"{DIALOG} textarea", button="Cancel",
        own=(DIALOG,),
    ),
    Screen(
        "cancel what has left", order("LEFT-1"), f"{DIALOG} textarea", button="Cancel",
        own=(DIALOG,),
    ),
    Screen(
        "cancel a part", part(shops.PARTS, 1), f"{DIALOG} [name='consequences'] span", own=(DIALOG,)
    ),
    Screen(
        "cancel a part that is everything", part(shops.PARTS, 3), f"{DIALOG} .alert-info",
        own=(DIALOG,),
    ),
    Screen("order, a part taken out here alone", order(shops.LOWERED), NOTICE, own=(NOTICE,)),
    Screen("change, to be decided on", receipt(shops.CHANGING), ".alert-warning"),
    Screen("change, done", receipt(shops.CHANGED), "[name='change_line_ids']"),
    Screen(
        "choose lines", receipt(shops.UNCLEAR), f"{DIALOG} [name='line_ids']",
        button="Choose the Lines…", own=(DIALOG,),
    ),
    Screen("accept a change", receipt(shops.CHANGING), DIALOG, button="Accept", own=(DIALOG,)),
    Screen(
        "refuse a change", receipt(shops.CHANGING), f"{DIALOG} textarea", button="Refuse…",
        own=(DIALOG,),
    ),
    Screen("order, partly on hold", order(shops.CHANGING), NOTICE, own=(NOTICE, BUTTON)),
    Screen("order, changed", order(shops.CHANGED), NOTICE, own=(NOTICE, BUTTON)),
    Screen("transfer, partly on hold", transfer(shops.CHANGING), NOTICE, own=(NOTICE, BUTTON)),
    Screen("cancel many", cancelling_many, f"{DIALOG} textarea", own=(DIALOG,)),
    Screen("order, cancelled there", order("SENT-1"), NOTICE, own=(NOTICE,)),
    Screen("keep what is cancelled there", keeping, f"{DIALOG} textarea", own=(DIALOG,)),
    Screen("order, open there", order("OPEN-1"), NOTICE, own=(NOTICE,)),
    Screen("order, cancelled", order(shops.CANCELLED), NOTICE, own=(NOTICE, BUTTON)),
    Screen("order, on hold", order(LONG), NOTICE, own=(NOTICE, BUTTON)),
    Screen("order, kept open", order("KEPT-1"), NOTICE, own=(NOTICE, BUTTON)),
    Screen(
        "order of a marketplace", order(shops.UNTOUCHED), "[name='marketplace_order']",
        own=("[name='marketplace_order']", "label[for^='marketplace_order_id']"),
    ),
    Screen("transfer, cancelled", transfer(shops.CANCELLED), NOTICE, own=(NOTICE, BUTTON)),
    Screen("transfer, on hold", transfer(shops.PARTLY), NOTICE, own=(NOTICE, BUTTON)),
)  # fmt: skip
