"""What people do in the web client, in a real browser, between two calls of the marketplace."""

from odoo.tests import tagged

from ..helpers.tours import CONTACTS, MARKETPLACE, SALES, STOCK, TourCase


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
