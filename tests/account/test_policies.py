"""What an account may want instead of the default: every choice of its policy, and the window."""

import json
from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestPolicies(WarehouseCase):
    """Each choice that differs from the default; ``test_scenarios`` has the default policy."""

    def check_refused(self, order, detail):
        answer = self.request_cancellation(order.marketplace_order_id)
        problem = json.loads(answer.body)
        self.assertEqual((answer.status, problem["status"]), (409, 409))
        self.assertTrue(problem["type"].endswith(":cancellation-refused"))
        self.assertEqual(problem["detail"], detail)
        self.assertEqual(self.receipts(order.marketplace_order_id).state, "refused")
        self.assertUntouched(order)

    def test_shipped_refuse(self):
        self.account.on_shipped = "refuse"
        self.check_refused(self.order_of_three("P-1", done=1), "It has been shipped.")

    def test_invoiced_refuse(self):
        self.account.on_invoiced = "refuse"
        order = self.order_of_three("P-2")
        self.invoice(order, "posted")
        self.check_refused(order, "It is invoiced or paid.")

    def test_invoiced_credit_note(self):
        self.account.on_invoiced = "credit_note"
        order = self.order_of_three("P-3")
        invoice = self.invoice(order, "posted")
        self.cancel_asking_nobody(order)
        credit_note = self.credit_notes(invoice)
        self.assertEqual(credit_note.state, "draft")
        self.assertEqual(credit_note.move_type, "out_refund")
        self.assertEqual(credit_note.invoice_line_ids.mapped("quantity"), [3])
        self.assertEqual(credit_note.ref, f"Reversal of {invoice.name}: cancelled by Test Market")
        self.assertEqual((invoice.state, invoice.payment_state), ("posted", "not_paid"))
        for document in (invoice, credit_note):
            self.assertIn("Test Market cancelled this order.", self.chatter(document))

    def test_partly_shipped_cancel(self):
        self.account.on_partly_shipped = "cancel"
        order = self.order_of_three("P-4")
        self.do_next_step(order, quantity=2)
        receipt = self.cancel_asking_nobody(order)
        self.assertWhollyCancelled(order)
        self.assertEqual(self.on_hand(), (98, 0))
        self.assertReturns(receipt, {(self.customer_location, self.stock_location): 2})

    def test_order_that_is_being_picked_is_asked_about(self):
        self.account.on_picking = "ask"
        order = self.order_of_three("P-5", "two", done=1)
        self.assertEqual(self.ask(order).note, "Picking has begun.")
        self.assertUntouched(order)

    def test_locked_cancel_and_ask(self):
        order = self.order_of_three("P-6")
        order.action_lock()
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.account.on_locked = "ask"
        order = self.order_of_three("P-7")
        order.action_lock()
        receipt = self.ask(order)
        self.assertEqual(receipt.note, "The order is locked.")
        self.assertTrue(order.locked)
        receipt.action_accept()
        self.assertCancelled(order)

    def test_returns_are_made_ready_if_the_account_wants_it(self):
        self.account.return_state = "ready"
        order = self.order_of_three("P-8", "three", done=2)
        receipt = self.cancel_asking_nobody(order)
        self.assertReturns(receipt, {(self.output_location, self.stock_location): 3})
        self.assertEqual(receipt.return_picking_ids.state, "assigned")
        self.assertEqual(self.on_hand(), (100, 3))
        receipt.return_picking_ids.button_validate()
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertEqual(self.quantity_at(self.stock_location), 100)


@tagged("post_install", "-at_install")
class TestWindow(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        asking = dict.fromkeys(("on_picking", "on_locked", "on_invoiced", "on_shipped"), "ask")
        cls.account.write({"cancellation_window": 30, **asking})

    def late(self, marketplace_order_id, minutes=0):
        """An order, confirmed ``minutes`` ago, that is picked, invoiced and locked."""
        order = self.order_of_three(marketplace_order_id, "two", done=1)
        self.invoice(order, "posted")
        self.rewrite(order, first_confirmed_at=Datetime.now() - timedelta(minutes=minutes))
        order.action_lock()
        return order

    def test_shopper_is_granted_it(self):
        order = self.late("W-1", minutes=29)
        answer = self.request_cancellation("W-1", requestedByUser=True)
        self.assertConfirmation(answer, order)
        self.assertWhollyCancelled(order)
        self.assertReturns(self.receipts("W-1"), {(self.output_location, self.stock_location): 3})
        self.assertEqual(self.credit_notes(order.invoice_ids).state, "draft")

    def test_shopper_too_late(self):
        self.ask(self.late("W-2", minutes=31), requestedByUser=True)

    def test_late_request_of_the_marketplace_itself_is_asked_about(self):
        self.ask(self.late("W-3"), requestedByUser=False)

    def test_what_has_left_is_past_it(self):
        order = self.late("W-4")
        self.do_next_step(order)
        self.ask(order, requestedByUser=True)
