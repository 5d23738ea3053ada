"""People of a seller's, each with a browser window of their own."""

from browser import expect, log_in, new_context

STOCK = "stock.group_stock_user"
SALES = "sales_team.group_sale_salesman_all_leads"
CONTACTS = "base.group_partner_manager"  # who lacks it cannot open a delivery (Odoo's `delivery`)
MARKETPLACE = "marketplace_order_cancellation.group_marketplace_user"


class Person:
    """A new user and what they do and see; what a page writes as an error goes to ``errors``."""

    def __init__(self, browser, server, login, groups, errors, **options):
        names = ("base.group_user", *groups)
        values = {
            "name": login.title(),
            "login": login,
            "password": login,
            "odoobot_state": "disabled",  # or else its greeting covers a phone
            "group_ids": [(6, 0, [server.ref(name) for name in names])],
        }
        server.execute("res.users", "create", values)
        context = new_context(browser, reduced_motion="reduce", locale="en-US", **options)
        context.on("console", self._listen)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        self.url, self.errors = server.url, errors
        self.is_on_phone = bool(options.get("is_mobile"))
        self.page = context.new_page()
        log_in(self.page, self.url, login)
        self.page.wait_for_function("odoo.isReady")

    def _listen(self, said):
        # a page of a report names no icon, and Chromium looks for one
        if said.type == "error" and not said.location["url"].endswith("/favicon.ico"):
            self.errors.append(f"{said.text} {said.location['url']}")

    def open_order(self, order_id):
        self._open(f"sales/{order_id}")

    def open_transfer(self, picking_id):
        self._open(f"deliveries/{picking_id}")

    def _open(self, path):
        self.page.goto(f"{self.url}/odoo/{path}")
        self.page.locator(".o_form_view .o_statusbar_status").first.wait_for()

    def slip(self, picking_id):
        """Print a transfer's slip: its box in large letters."""
        self.page.goto(f"{self.url}/report/html/stock.report_picking/{picking_id}")
        return self.page.locator("[name='marketplace_notice']")

    def see(self, selector):
        """What of ``selector`` is to be seen in the form."""
        return self.page.locator(f".o_form_view {selector}:visible")

    def field(self, name):
        return self.see(f".o_field_widget[name='{name}']").first

    def row(self, product):
        """The row of a product, on a phone its card."""
        return self.see(":is(.o_data_row, .o_kanban_record)").filter(has_text=product)

    def press(self, name):
        """Press the form's button of this name. On a phone all but the first are in a menu."""
        button = f"button[name='{name}']"
        if self.is_on_phone and not self.see(button).count():
            self.see(".o_statusbar_buttons button[title='More']").click()
            self.page.locator(f".o-dropdown--menu {button}").click()
        else:
            self.see(button).first.click()

    @property
    def dialog(self):
        return self.page.locator(".modal-content").last

    def expect_state(self, state):
        expect(self.see(f".o_arrow_button_current[data-value='{state}']")).to_have_count(1)
