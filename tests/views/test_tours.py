"""What people do in the web client, in a real browser, between two calls of the marketplace."""

from odoo.tests import new_test_user, tagged

from ..helpers.common import EndpointCase
from ..helpers.warehouse import WarehouseCase

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


@tagged("post_install", "-at_install")
class TestDecisionTours(TourCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("T-1", done=1)
        self.assertAsked(self.call("T-1"))
        self.login = self.log_in_as("Dora", SALES, STOCK, MARKETPLACE)

    def test_accept(self):
        self.start_tour("/odoo", "marketplace_cancellation_accept", login=self.login)
        receipt = self.receipts("T-1")
        self.assertEqual((receipt.decision, receipt.decided_by_id.name), ("accept", "Dora"))
        self.assertEqual(self.assertConfirmed(self.call("T-1"), self.order), receipt)

    def test_refuse(self):
        self.start_tour("/odoo", "marketplace_cancellation_refuse", login=self.login)
        self.assertEqual(self.order.state, "sale")
        for _call in range(2):
            response = self.call("T-1")
            self.assertProblem(response, 409, "cancellation-refused")
            self.assertEqual(response.json()["detail"], "The parcel left this morning.")


@tagged("post_install", "-at_install")
class TestWarehouseTour(TourCase):
    def test_transfer_on_hold(self):
        self.account.on_picking = "ask"
        order = self.order_of_three("T-2")
        order.picking_ids.move_ids.picked = True
        self.assertAsked(self.call("T-2"))
        self.start_tour(
            f"/odoo/deliveries/{order.picking_ids.id}",
            "marketplace_cancellation_warehouse",
            login=self.log_in_as("Walter", STOCK, CONTACTS),
        )
        self.assertEqual(order.picking_ids.state, "assigned")


@tagged("post_install", "-at_install")
class TestSellerTour(TourCase):
    def test_cancel_an_order_that_is_still_expected(self):
        order = self.order_of_three("T-3")
        self.start_tour(
            f"/odoo/sales/{order.id}",
            "marketplace_order_cancel_here",
            login=self.log_in_as("Sally", SALES, STOCK),
        )
        self.assertCancelled(order)
        self.assertEqual(order.seller_cancel_reason, "The goods are damaged.")
        self.assertConfirmed(self.call("T-3"), order)
