"""Users who do something in the web client, in a real browser."""

from odoo.tests import new_test_user

from .common import EndpointCase
from .warehouse import WarehouseCase

STOCK = "stock.group_stock_user"
SALES = "sales_team.group_sale_salesman_all_leads"
CONTACTS = "base.group_partner_manager"  # who lacks it cannot open a delivery (Odoo's `delivery`)
MARKETPLACE = "marketplace_order_cancellation.group_marketplace_user"


class TourCase(WarehouseCase, EndpointCase):
    def log_in_as(self, name, *groups):
        """A new user called ``name`` with a password that the browser knows."""
        login = name.lower()
        new_test_user(self.env, login, ",".join(["base.group_user", *groups]), name=name)
        return login

    def assertAsked(self, response):
        """``response`` says that the seller is still deciding: 200 with no body."""
        self.assertEqual((response.status_code, response.content), (200, b""))
