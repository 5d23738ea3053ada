"""What people do with receipts in the web client, in a real browser."""

from odoo.tests import tagged

from ...tools.arrival import Arrival
from ..helpers.tours import MARKETPLACE, SALES, STOCK, TourCase


@tagged("post_install", "-at_install")
class TestReceiptTours(TourCase):
    def setUp(self):
        super().setUp()
        self.receipt = self.make_failed("F-1")
        self.login = self.log_in_as("Dora", SALES, STOCK, MARKETPLACE)

    def make_failed(self, name):
        """A request, and a repeat, for a new order, which could not be cancelled."""
        order = self.order_of_three(name)
        receipt = self.register(name)
        receipt._set_failed(order, "It broke.")
        for _call in range(2):
            receipt._record_delivery(Arrival.now("192.0.2.7"), 500)
        return receipt

    def test_process_again(self):
        self.start_tour("/odoo", "marketplace_receipt_process_again", login=self.login)
        self.assertEqual(self.receipt.decided_by_id.name, "Dora")
        self.assertConfirmed(self.call("F-1"), self.receipt.sale_order_id)

    def test_in_bulk(self):
        other = self.make_failed("F-2")
        self.assertProblem(self.call("W-1"), 404, "unknown-order")
        self.start_tour("/odoo", "marketplace_receipt_in_bulk", login=self.login)
        self.assertEqual((self.receipt + other).mapped("state"), ["cancelled", "cancelled"])
        waiting = self.receipts("W-1")
        self.assertEqual(waiting.resolved_by_id.name, "Dora")
        self.assertEqual(waiting.resolution_note, "Sold by somebody else.")
        self.assertProblem(self.call("W-1"), 404, "unknown-order")

    def test_keys_and_ribbon(self):
        order = self.order_of_three("U-1", done=1)
        order.action_lock()
        self.call("U-1")
        self.start_tour("/odoo", "marketplace_receipt_keys", login=self.login)
        self.assertEqual(self.receipts("U-1").state, "evaluating")

    def test_decide_in_bulk(self):
        for name in ("U-1", "U-2"):
            self.order_of_three(name, done=1)
            self.call(name)
        self.start_tour("/odoo", "marketplace_receipt_decide_in_bulk", login=self.login)
        decided = self.receipts("U-1") + self.receipts("U-2")
        self.assertEqual(decided.mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(self.receipt.state, "refused")
        self.assertEqual(self.receipt.decision_reason, "It has left.")
