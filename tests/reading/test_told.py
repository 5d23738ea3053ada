"""Cancellations that were accepted, and that the marketplace has not asked for again."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.told import ToldCase


@tagged("post_install", "-at_install")
class TestTold(ToldCase):
    """What the marketplace's order says when it is read."""

    def test_order_that_waits_there_is_cancelled_there(self):
        order, receipt = self.accepted("T-1", reason="Too late")
        self.assertEqual(receipt.told_state, "untold")
        self.read_untold(self.requested("T-1"))
        call = order.outbound_call_ids
        self.assertEqual((call.kind, call.state, call.receipt_id), ("cancel", "pending", receipt))
        self.assertEqual(receipt.told_state, "untold")
        self.send()
        self.assertEqual(call.state, "sent")
        self.assertEqual(self.marketplace.received[-1].body, {"reason": "Too late"})
        self.assertTold(receipt, "call")
        self.assertFalse(receipt.cancelled_there)
        self.assertNoMore(receipt)

    def test_order_that_is_cancelled_there_is_noted(self):
        order, receipt = self.accepted("T-1")
        self.read_untold(self.canceled("T-1", reason="Nobody answered"))
        self.assertTold(receipt, "there")
        self.assertTrue(receipt.cancelled_there)
        self.assertFalse(order.outbound_call_ids)
        self.assertNoMore(receipt)

    def test_other_states_are_seen_to_by_a_person_once(self):
        for number, status in enumerate(("handling", "invoiced", "ready-for-handling")):
            with self.subTest(status):
                name = f"T-{number}"
                order, receipt = self.accepted(name)
                self.read_untold({"orderId": name, "status": status})
                self.assertIn(status, self.question(receipt).note)
                self.assertFalse(order.outbound_call_ids)
                self.assertEqual(receipt.told_state, "untold")
                self.assertNoMore(receipt)
                self.assertEqual(len(self.question(receipt)), 1)

    def test_order_invoiced_there_is_not_cancelled_although_it_was_asked_for(self):
        order, receipt = self.accepted("T-1")
        self.read_untold({**self.requested("T-1"), "status": "invoiced"})
        self.assertTrue(self.question(receipt))
        self.assertFalse(order.outbound_call_ids)

    def test_denied_request_does_not_wait(self):
        order, receipt = self.accepted("T-1")
        document = self.requested("T-1", deniedBySeller=True)
        self.read_untold({**document, "status": "handling"})
        self.assertTrue(self.question(receipt))
        self.assertFalse(order.outbound_call_ids)

    def test_unknown_order_is_seen_to_by_a_person(self):
        _order, receipt = self.accepted("T-1")
        self.read_untold((404, {}, {}))
        self.assertIn("does not know", self.question(receipt).note)
        self.assertNoMore(receipt)

    def test_invoiced_order_is_seen_to_by_a_person(self):
        order = self.order_of_three("T-1", done=1)
        invoice = self.invoice(order, "posted")
        receipt = self.ask(order)
        order._add_outbound_call("invoice", None, invoice)
        self.send()
        receipt.action_accept()
        self.assertEqual(receipt.state, "cancelled")
        self.age(receipt)
        self.read_untold(self.requested("T-1"))
        self.assertIn(invoice.name, self.question(receipt).note)
        self.assertFalse(order._outbound_calls("cancel"))

    def test_no_new_receipt_comes_of_it(self):
        """The call came without an ID; what is read has one, and perhaps another one."""
        for number, document in enumerate(
            (self.requested("T-0", "r-9"), self.canceled("T-1", cancellationRequestId="r-9"))
        ):
            name = f"T-{number}"
            order, receipt = self.accepted(name, request_id=None)
            before = receipt.delivery_count
            self.read_untold(document)
            self.assertEqual(self.receipts(name), receipt)
            self.assertEqual((receipt.state, receipt.delivery_count), ("cancelled", before))
            self.assertEqual(order.state, "cancel")

    def test_error_of_the_marketplace_is_tried_again(self):
        order, receipt = self.accepted("T-1")
        self.read_untold((500, {}, {}))
        self.assertEqual(len(self.readings("T-1")), 1)
        self.tell_again()
        self.assertEqual(len(self.readings("T-1")), 1)  # not noted twice
        self.make_readings_due()
        self.read(self.requested("T-1"))
        self.assertEqual(order.outbound_call_ids.kind, "cancel")
        self.assertFalse(self.question(receipt))

    def test_missing_permission_loses_nothing(self):
        order, receipt = self.accepted("T-1")
        self.read_untold((403, {}, {}))
        self.assertTrue(self.account.reading_stop)
        self.assertEqual(receipt.told_state, "untold")
        other = self.accepted("T-2")[1]
        self.tell_again()
        self.assertFalse(self.readings("T-2"))
        with self.assertRaisesRegex(UserError, "may not read"):
            other.action_tell_marketplace()
        self.account.action_read_again()
        self.tell_again()
        self.read(self.requested("T-1"), self.requested("T-2"))
        self.assertEqual(order.outbound_call_ids.kind, "cancel")
        self.assertEqual(other.sale_order_id.outbound_call_ids.kind, "cancel")


@tagged("post_install", "-at_install")
class TestWhichAreTold(ToldCase):
    def assertNotRead(self):
        self.tell_again()
        self.assertFalse(self.readings())

    def test_marketplace_has_its_time_to_ask_again(self):
        self.accepted("T-1", age=timedelta(minutes=59))
        self.assertNotRead()
        self.account.tell_after = 30
        self.tell_again()
        self.assertEqual(self.readings().source, "confirmation")

    def test_never_if_the_account_says_so(self):
        self.account.tell_after = 0
        order, receipt = self.accepted("T-1", age=timedelta(days=3))
        self.assertNotRead()
        receipt.action_tell_marketplace()
        self.read(self.requested("T-1"))
        self.assertEqual(order.outbound_call_ids.kind, "cancel")

    def test_account_that_takes_no_calls(self):
        self.account.outbound_key = False
        _order, receipt = self.accepted("T-1")
        self.assertNotRead()
        self.assertEqual(receipt.told_state, "untold")
        with self.assertRaisesRegex(UserError, "cannot be called"):
            receipt.action_tell_marketplace()

    def test_what_is_long_past_is_told_on_a_click_alone(self):
        _order, receipt = self.accepted("T-1", age=timedelta(days=31))
        self.assertNotRead()
        receipt.action_tell_marketplace()
        self.assertTrue(self.readings())

    def test_refused_requests_are_not_told(self):
        order = self.order_of_three("T-1", done=1)
        receipt = self.ask(order)
        receipt.action_refuse("It has left.")
        self.rewrite(receipt, settled_at=fields.Datetime.now() - timedelta(hours=2))
        self.assertEqual(receipt.told_state, "none")
        self.assertNotRead()

    def test_self_tests_are_not_told(self):
        self.accepted("TEST-1")
        self.assertNotRead()

    def test_archived_account(self):
        self.accepted("T-1")
        self.account.active = False
        self.assertNotRead()

    def test_call_that_is_under_way_or_failed_is_left_to_the_outbox(self):
        order, _receipt = self.accepted("T-1")
        call = order._cancel_at_marketplace("No.")
        for state in ("pending", "failed", "expired", "given_up"):
            call.state = state
            self.assertNotRead()

    def test_two_requests_for_one_order_are_told_at_once(self):
        _order, first = self.accepted("T-1", request_id="r-1")
        self.request_cancellation("T-1", cancellationRequestId="r-2")
        second = self.receipts("T-1") - first
        self.assertEqual(second.told_how, "answer")  # the order was cancelled by then
        self.assertEqual(first.told_state, "untold")
        self.assertNotRead()
        self.assertTold(first, "answer")

    def test_confirmation_of_an_earlier_request_does_not_tell_of_a_later_one(self):
        order, first = self.accepted("T-1", request_id="r-1")
        self.request_cancellation("T-1", cancellationRequestId="r-1")
        self.assertTold(first, "answer")
        self.rewrite(first, told_at=first.told_at - timedelta(hours=9))
        order.action_draft()
        order.action_confirm()
        second = self.ask(order, cancellationRequestId="r-2")
        self.assertEqual(second.state, "evaluating")
        second.action_accept()
        self.age(second)
        self.tell_again()
        self.assertEqual(second.told_state, "untold")
        self.assertTrue(self.readings())

    def test_accepted_together_they_are_told_by_one_call(self):
        order = self.order_of_three("T-1", done=1)
        receipts = self.ask(order, cancellationRequestId="r-1")
        receipts |= self.ask(order, cancellationRequestId="r-2")
        receipts[0].action_accept()
        self.assertEqual(receipts.mapped("state"), ["cancelled"] * 2)
        self.age(receipts)
        self.tell_again()
        self.assertEqual(len(self.readings()), 1)
        self.read(self.requested("T-1"))
        self.send()
        self.assertEqual(len(order.outbound_call_ids), 1)
        self.assertEqual(receipts.mapped("told_how"), ["call"] * 2)

    def test_orders_of_other_accounts_with_the_same_id(self):
        other = self.make_account("other")
        _order, receipt = self.accepted("T-1")
        self.make_order("T-1", marketplace_account_id=other.id)
        theirs = receipt.create(
            {"account_id": other.id, "marketplace_order_id": "T-1", "state": "cancelled"}
        )
        self.read_untold(self.canceled("T-1"))
        self.assertTold(receipt, "there")
        self.assertEqual(theirs.told_state, "untold")


@tagged("post_install", "-at_install")
class TestOtherOrders(ToldCase):
    """Orders here that are not simply cancelled."""

    def test_order_that_goes_on_here_is_seen_to_by_a_person(self):
        order, receipt = self.accepted("T-1")
        order.action_draft()
        order.action_confirm()
        self.read_untold(self.requested("T-1"))
        self.assertIn("here it stays open", self.question(receipt).note)
        self.assertFalse(order.outbound_call_ids)

    def test_order_that_is_kept_open(self):
        """It is kept open although it is cancelled there: if it waits, that is not so."""
        for number, document in enumerate((self.canceled("T-0"), self.requested("T-1"))):
            order = self.order_of_three(f"T-{number}", done=1)
            receipt = self.ask(order)
            receipt.action_keep("The shopper wants it.")
            self.assertEqual(receipt.told_state, "untold")
            self.age(receipt)
            self.read_untold(document)
            self.assertFalse(order.outbound_call_ids)
            if number:
                self.assertTrue(self.question(receipt))
            else:
                self.assertTold(receipt, "there")
            self.assertEqual((receipt.state, order.state), ("kept", "sale"))

    def test_replaced_order_is_cancelled_there_with_its_replacement(self):
        order = self.order_of_three("T-1")
        replacement = self.order_of_three(None, done=1, replaced_order_id=order.id)
        order._action_cancel()
        receipt = self.ask(order)
        self.assertEqual(receipt.state, "evaluating")
        receipt.action_accept()
        self.assertEqual(replacement.state, "cancel")
        self.age(receipt)
        self.read_untold(self.requested("T-1"))
        self.send()
        self.assertTold(receipt, "call")

    def test_order_that_was_deleted(self):
        order, receipt = self.accepted("T-1")
        self.rewrite(receipt, sale_order_id=None)
        self.read_untold(self.requested("T-1"))
        self.assertIn("no order here", self.question(receipt).note)
        self.assertFalse(order.outbound_call_ids)

    def test_receipt_that_is_deleted_meanwhile(self):
        order, receipt = self.accepted("T-1")
        self.tell_again()
        receipt.sudo()._delete()
        self.read(self.requested("T-1"))
        self.assertFalse(self.readings())
        self.assertFalse(order.outbound_call_ids)

    def test_cancelled_in_odoo_while_somebody_was_to_decide(self):
        order = self.order_of_three("T-1", done=1)
        receipt = self.ask(order)
        order._action_cancel()
        self.assertEqual((receipt.state, receipt.told_state), ("cancelled", "untold"))
        self.age(receipt)
        self.read_untold(self.requested("T-1"))
        self.send()
        self.assertTold(receipt, "call")

    def test_order_that_comes_after_its_cancellation(self):
        receipt = self.ask_for("T-1", 404)
        order = self.make_order("T-1", confirm=True)
        self.assertEqual((order.state, receipt.told_state), ("cancel", "untold"))
        self.age(receipt)
        self.read_untold(self.requested("T-1"))
        self.send()
        self.assertTold(receipt, "call")

    def test_returned_invoice_is_told_first(self):
        """Of an invoiced order the marketplace wants the return invoice before it is cancelled."""
        order = self.order_of_three("T-1", done=1)
        invoice = self.invoice(order, "posted")
        receipt = self.ask(order)
        order._add_outbound_call("invoice", None, invoice)
        self.send()
        receipt.action_accept()
        invoice._reverse_moves(cancel=True)
        self.send()
        self.assertEqual(order._outbound_calls("return").state, "sent")
        self.age(receipt)
        self.read_untold(self.requested("T-1"))
        self.send()
        self.assertTold(receipt, "call")
