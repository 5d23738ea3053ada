"""The addon's screens in a real browser: for who sees little, has a phone, or has no mouse."""

from types import SimpleNamespace

import axe
import pytest
import screens_shop as shops
from browser import chromium, expect, log_in, need_browser, new_context
from keyboard import Keyboard
from odoo_server import OdooServer, database_copy
from phone import PHONE, cut_off, torn
from screens import ADDON, DIALOG, SCREENS, do_action, receipt

DESK = {"width": 1366, "height": 900}
#: What Odoo shows beside or below a form: messages, followers, activities.
CHATTER = ".o-mail-Form-chatter"
DASHBOARD = f"{ADDON}.action_marketplace_cancellation_dashboard"


@pytest.fixture(scope="module")
def visit():
    """A shop with something on every screen, and its users."""
    need_browser()
    with database_copy("access") as database, OdooServer(database) as server:
        shop = shops.ScreensShop(server)
        with chromium() as browser:
            yield SimpleNamespace(
                shop=shop,
                desk=new_page(browser, server, viewport=DESK),
                phone=new_page(browser, server, viewport=PHONE, has_touch=True, is_mobile=True),
            )


def new_page(browser, server, **options):
    # without what moves: what is on its way has no contrast yet
    context = new_context(browser, reduced_motion="reduce", locale="en-US", **options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    axe.add_to(context)
    page = context.new_page()
    log_in(page, server.url)
    page.wait_for_function("odoo.isReady")
    return page


each_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)


@each_screen
def test_axe_finds_nothing(visit, screen):
    screen.open(visit.desk, visit.shop)
    assert not (found := axe.violations(visit.desk, screen.own, [CHATTER])), "\n".join(found)


@each_screen
def test_on_a_phone(visit, screen):
    """Axe finds nothing there either, and nothing is wider than the phone, cut off, or torn."""
    screen.open(visit.phone, visit.shop)
    assert not (found := axe.violations(visit.phone, screen.own, [CHATTER])), "\n".join(found)
    assert not (found := cut_off(visit.phone, screen.own)), "\n".join(found)
    assert not (found := torn(visit.phone, screen.own)), "\n".join(found)


def test_what_to_do_with_a_receipt_can_be_reached_on_a_phone(visit):
    """The first button is there; the others are in a menu, inside of the page as well."""
    page = visit.phone
    do_action(page, receipt(shops.LONG_NAME)(visit.shop))
    buttons = page.locator(".o_statusbar_buttons")
    expect(buttons.get_by_role("button", name="Accept")).to_be_in_viewport(ratio=1)
    buttons.locator("button[title='More']").click()
    menu = page.locator(".o-dropdown--menu")  # the banner has the other decisions as well
    for label in ("Refuse…", "Keep the Order Open…", "Ask the Marketplace"):
        expect(menu.get_by_role("button", name=label)).to_be_in_viewport(ratio=1)
    menu.get_by_role("button", name="Refuse…").click()
    dialog = page.get_by_role("dialog")
    for button in ("Refuse", "Discard"):
        expect(dialog.get_by_role("button", name=button)).to_be_in_viewport(ratio=1)


def test_days_of_ones_own_on_a_phone(visit):
    page, own = visit.phone, [".o_marketplace_dashboard"]
    do_action(page, DASHBOARD)
    page.locator("[data-days='0']").click()
    page.locator(".o_marketplace_dashboard_dates input").first.wait_for()
    assert not (found := axe.violations(page, own) + cut_off(page, own)), "\n".join(found)


# -- With the keyboard alone -----------------------------------------------------------------------


@pytest.fixture
def keyboard(visit):
    return Keyboard(visit.desk)


def test_decide_with_the_keyboard(visit, keyboard):
    """From the list to a receipt that is refused for a reason; to another that is accepted."""
    page = visit.desk
    for name, decide in ((shops.SHIPPED, refuse), (shops.PICKED, accept)):
        go_to_row(visit, keyboard, name)
        keyboard.press("Enter")
        expect(page.locator(".o_arrow_button_current")).to_have_text("Needs a Decision")
        decide(page, keyboard)


def go_to_row(visit, keyboard, name):
    """Walk down the list; from its beginning once more where Odoo draws its rows anew meanwhile."""
    for attempt in range(5):
        visit.desk.goto(f"{visit.shop.server.url}/odoo/marketplace-cancellations?view_type=list")
        visit.desk.locator(".o_data_row", has_text=name).wait_for()
        visit.desk.wait_for_timeout(1000 * attempt)
        visit.desk.locator(".o_searchview_input").focus()  # as Odoo does, sooner or later
        try:
            return keyboard.go_to(f"tr:has([data-tooltip='{name}']) *", "ArrowDown")
        except AssertionError as lost:
            if attempt == 4 or "<body" not in str(lost):
                raise


def refuse(page, keyboard):
    keyboard.use(".o_statusbar_buttons button:nth-of-type(2)")
    page.locator(f"{DIALOG} textarea").wait_for()
    keyboard.go_to(f"{DIALOG} textarea")
    keyboard.write("The parcel left this morning.")
    keyboard.use(f"{DIALOG} button[name='action_apply']")
    expect(page.locator(".o_arrow_button_current")).to_have_text("Refused")


def accept(page, keyboard):
    keyboard.use("button[name='action_accept']")
    page.locator(f"{DIALOG} .btn-primary").wait_for()
    keyboard.use(f"{DIALOG} .btn-primary")
    expect(page.locator(".o_arrow_button_current")).to_have_text("Cancelled")


def test_take_a_part_out_with_the_keyboard(visit, keyboard):
    """The dialog begins where it says how much; what is written then goes to the reason."""
    page = visit.desk
    screen = next(screen for screen in SCREENS if screen.name == "cancel a part")
    screen.open(page, visit.shop)
    expect(page.get_by_label("Ceramic Mug")).to_be_focused()
    keyboard.go_to(f"{DIALOG} [name='quantity'] input")
    keyboard.press("Control+a")
    keyboard.write("2")
    keyboard.go_to(f"{DIALOG} [name='reason'] textarea")
    keyboard.write(shops.LONG_REASON)
    expect(page.locator(f"{DIALOG} [name='reason'] textarea")).to_have_value(shops.LONG_REASON)
    keyboard.go_to(f"{DIALOG} button[name='action_take_out']")


def test_copy_with_the_keyboard(visit, keyboard):
    page = visit.desk
    do_action(page, receipt(shops.CANCELLED)(visit.shop))
    for field in ("request_text", "answer_text"):
        box = f"[name='{field}'] .o_marketplace_json"
        page.locator(box).wait_for()
        keyboard.use(f"{box} button")
        expect(page.locator(".o_popover")).to_have_text("Copied")
        assert copied(page) == page.locator(f"{box} pre").inner_text()
        keyboard.go_to(f"{box} pre")  # where it can be moved with the arrows
        expect(page.locator(".o_popover")).to_have_count(0)  # it says so for a moment


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_open_a_card_with_the_keyboard(visit, keyboard):
    page = visit.desk
    page.goto(f"{visit.shop.server.url}/odoo/marketplace-cancellations?view_type=kanban")
    page.locator(".o_kanban_record time").first.wait_for()
    page.locator(".o_searchview_input").focus()  # as Odoo does, sooner or later
    keyboard.use(".o_kanban_record", "ArrowDown")
    page.locator(".o_form_view").wait_for()


def test_dashboard_with_the_keyboard(visit, keyboard):
    page = visit.desk
    dashboard = ".o_marketplace_dashboard [aria-busy='false']"
    do_action(page, DASHBOARD)
    page.locator(f"{dashboard} [data-card]").first.wait_for()
    keyboard.use("[data-days='90']")
    page.locator("[data-days='90'][aria-pressed='true']").wait_for()
    keyboard.go_to("#o_marketplace_dashboard_account")
    with page.expect_response("**/cancellation_figures"):
        keyboard.press("ArrowDown")
    page.locator(f"{dashboard} [data-card]").first.wait_for()
    keyboard.use("[data-card='undecided']")
    expect(page.locator(".o_breadcrumb")).to_contain_text("Open decisions")
    back_to_dashboard(page)
    page.locator(f"{dashboard} .o_marketplace_dashboard_nothing").wait_for()  # of this marketplace
    keyboard.go_to("#o_marketplace_dashboard_account")
    keyboard.press("ArrowUp")
    page.locator(f"{dashboard} .o_marketplace_bar").first.wait_for()
    keyboard.use(".o_marketplace_bar")
    page.locator(".o_list_view .o_data_row").first.wait_for()
    back_to_dashboard(page)
    page.locator(f"{dashboard} table button").first.wait_for()
    keyboard.use(".o_marketplace_dashboard_accounts button")
    page.locator(".o_list_view .o_data_row").first.wait_for()


def back_to_dashboard(page):
    page.wait_for_url("**/marketplace-dashboard/**")  # Odoo notes a moment later where one is
    page.go_back()


def test_set_up_with_the_keyboard(visit, keyboard):
    """From the keys of a new account to its test, each step by itself."""
    page, next_one = visit.desk, ".o_marketplace_setup_next"
    page.goto(f"{visit.shop.server.url}/odoo/marketplace-accounts/{visit.shop.new_account_id}")
    step = page.locator(next_one)
    expect(step).to_have_attribute("data-step", "keys")
    keyboard.use(f"{next_one} button")
    page.locator(f"{DIALOG} [name='app_token']").wait_for()
    keyboard.use(f"{DIALOG} [name='app_token'] button")
    expect(page.locator(".o_popover")).to_have_text("Copied")
    assert copied(page) == page.locator(f"{DIALOG} [name='app_token'] span").first.inner_text()
    keyboard.use(f"{DIALOG} footer .btn-primary")
    expect(step).to_have_attribute("data-step", "address")
    keyboard.use(".o_marketplace_setup_copy")
    expect(page.locator(".o_popover")).to_have_text("Copied")
    assert copied(page).endswith("/marketplace/new")
    keyboard.use("button[name='action_setup_registered']")
    expect(step).to_have_attribute("data-step", "connection")
    keyboard.use("button[name='action_setup_skip']")
    expect(step).to_have_attribute("data-step", "test")
    keyboard.use(f"{next_one} button")
    page.locator(".o_marketplace_test [data-outcome='passed']").wait_for()
    keyboard.use(".o_marketplace_test .btn-primary")
    expect(page.locator(".o_marketplace_setup")).to_have_count(0)
