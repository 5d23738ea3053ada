"""What marketplaces are told of changes of their orders, and in which order."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..helpers.change_calls import CALLS, HandshakeCase


@tagged("post_install", "-at_install")
class TestHandshake(HandshakeCase):
    def test_calls_go_out_in_their_order(self):
        order, receipt = self.asked()
        self.assertEqual(receipt.handshake_state, "to_acknowledge")
        self.send()
        self.assertEqual(receipt.handshake_state, "acknowledged")
        self.carry_out(order, receipt)
        self.assertEqual(receipt.handshake_state, "to_confirm")
        self.send()
        self.assertEqual(receipt.handshake_state, "confirmed")
        agreement = f"/api/oms/pvt/orders/H-1/changes/C-1/send-agreement{CALLS}"
        self.assertEqual(
            self.marketplace.calls(),
            [
                ("POST", agreement, {"agreementType": "Acknowledgment"}),
                ("POST", agreement, {"agreementType": "Confirmation"}),
            ],
        )
        self.assertEqual(self.calls(order).mapped("change_id"), ["C-1", "C-1"])

    def test_confirmation_waits_for_the_acknowledgement(self):
        order, receipt = self.asked()
        self.carry_out(order, receipt)
        self.marketplace.answers.append((503, {}, {}))
        self.send()
        self.assertEqual(self.told(), ["Acknowledgment"])
        self.assertEqual(receipt.handshake_state, "to_confirm")
        self.make_due(receipt.outbound_call_ids)
        self.send()
        self.assertEqual(self.told(), ["Acknowledgment", "Acknowledgment", "Confirmation"])

    def test_each_is_told_once(self):
        order, receipt = self.asked()
        for _time in range(2):
            call = order._agree_at_marketplace("acknowledge", receipt)
            self.assertEqual(call, self.calls(order))
            self.send()
        self.assertEqual(self.told(), ["Acknowledgment"])

    def test_what_was_refused_is_sent_again_when_it_is_asked_for_again(self):
        order, receipt = self.asked()
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertTrue(self.calls(order).activity_ids)
        order._agree_at_marketplace("acknowledge", receipt)
        self.assertEqual(receipt.handshake_state, "to_acknowledge")
        self.assertFalse(self.calls(order).activity_ids)

    def test_refused_change_is_cancelled_there(self):
        order, receipt = self.asked()
        self.send()
        order._withdraw_change_at_marketplace(receipt, "It has left.")
        self.assertEqual(receipt.handshake_state, "to_withdraw")
        self.send()
        self.assertEqual(receipt.handshake_state, "withdrawn")
        path = "/api/order-system/orders/H-1/changes/C-1/cancel?an=lux"
        self.assertEqual(self.marketplace.calls()[1:], [("POST", path, {"reason": "It has left."})])

    def test_reason_is_erased_where_it_was_told(self):
        order, receipt = self.asked()
        order._withdraw_change_at_marketplace(receipt, "He is a liar.")
        call = self.calls(order)[-1]
        receipt._erase_from_answers("[erased]")
        self.assertEqual(call.body, {"reason": "He is a liar."})  # still to be told
        self.send()
        receipt._erase_from_answers("[erased]")
        self.assertEqual(call.body, {"reason": "[erased]"})

    def test_refused_change_is_not_acknowledged_any_more(self):
        order, receipt = self.asked()
        order._withdraw_change_at_marketplace(receipt, "It has left.")
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["obsolete", "sent"])
        self.assertEqual(self.told(), [None])

    def test_nothing_is_told_of_what_the_marketplace_has_taken_back(self):
        order, receipt = self.asked()
        self.rewrite(receipt, state="part_withdrawn")
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(self.calls(order).state, "obsolete")

    def test_confirmation_of_what_was_all_of_the_order(self):
        order, receipt = self.asked(POT=3, CUP=2)
        self.carry_out(order, receipt)
        receipt.is_whole_after_all = True
        order._action_cancel()
        order._remember_cancellation()
        order.cancelled_at_marketplace = True
        self.send()
        self.assertEqual(self.told(), ["Acknowledgment", "Confirmation"])

    def test_account_that_is_not_connected_is_told_nothing(self):
        order, receipt = self.asked()
        self.account.outbound_key = False
        for call in (
            order._agree_at_marketplace("confirm", receipt),
            order._withdraw_change_at_marketplace(receipt, "No."),
            order._change_at_marketplace([], "No."),
        ):
            self.assertFalse(call)
        self.assertEqual(len(self.calls(order)), 1)

    def test_address_is_not_connected_any_more(self):
        order, _receipt = self.asked()
        self.account.outbound_key = False
        self.send()
        call = self.calls(order)
        self.assertEqual((call.state, call.attempts), ("pending", 1))


@tagged("post_install", "-at_install")
class TestOnReceipts(HandshakeCase):
    def test_when_it_was_told(self):
        order, receipt = self.asked()
        self.assertFalse(receipt.handshake_text)
        self.assertFalse(receipt.is_acknowledged)
        self.send()
        self.carry_out(order, receipt)
        self.send()
        first, second = self.calls(order)
        first.last_attempt_at = fields.Datetime.now().replace(hour=0, minute=1)
        second.last_attempt_at = first.last_attempt_at - timedelta(days=400)
        receipt = receipt.with_context(tz="UTC", lang="en_US")
        receipt.invalidate_recordset()
        self.assertRegex(
            receipt.handshake_text.replace("\u202f", " "),
            r"^Acknowledged 12:01 AM · Confirmed \d+/\d+/\d\d, 12:01 AM$",
        )
        self.assertTrue(receipt.is_acknowledged)

    def test_whether_the_marketplace_knows(self):
        order, receipt = self.asked()
        self.assertEqual(receipt.told_text, "Not told yet: a call is on its way")
        self.send()
        self.env.invalidate_all()
        self.assertRegex(receipt.told_text, "^Told .*M$")
        self.carry_out(order, receipt)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.env.invalidate_all()
        self.assertEqual(receipt.told_text, "Not told: a call was not accepted")

    def test_whether_it_knows_of_a_refusal(self):
        self.account.on_picking = "ask"
        self.account.outbound_key = False  # it can only ask
        order = self.order_of_both("K-1")
        order.order_line.move_ids.picked = True
        self.ask_change("K-1", remove=self.items(POT=1))
        receipt = self.change_of("K-1")
        self.assertFalse(receipt.told_text)
        receipt.action_refuse("It is packed.")
        self.assertEqual(receipt.told_text, "Not told yet: learns at its next call")
        self.assertEqual(self.confirm_change("K-1").status, 409)
        self.env.invalidate_all()
        self.assertRegex(receipt.told_text, "^Told .*M$")

    def test_they_are_found_by_it(self):
        self.order_of_both("W-1")
        self.assertEqual(self.request_cancellation("W-1").status, 200)
        whole = self.receipts("W-1")
        order, receipt = self.asked()
        receipts = self.env["marketplace.cancellation.receipt"]

        def found(*states):
            own = [("id", "in", (whole | receipt).ids), ("handshake_state", "in", states)]
            return receipts.search(own)

        for state in ("to_acknowledge", "acknowledged", "failed"):
            with self.subTest(state):
                self.assertEqual(receipt.handshake_state, state)
                self.assertEqual(found(state), receipt)
                self.assertEqual(found("none"), whole)
                self.assertEqual(found("none", state), whole | receipt)
                self.assertFalse(found("to_confirm", "confirmed"))
            if state == "to_acknowledge":
                self.send()
            else:
                self.calls(order).state = "failed"
        self.calls(order).state = "given_up"
        self.assertEqual(receipt.handshake_state, "none")
        self.assertEqual(found("none"), whole | receipt)


@tagged("post_install", "-at_install")
class TestInvoices(HandshakeCase):
    def test_they_wait_until_the_change_is_settled(self):
        order = self.order_of_both("H-1")
        self.ship(order.picking_ids)
        invoice = self.invoice(order, "posted")
        order._add_outbound_call("invoice", invoice=invoice)
        receipt = self.receipt_of(order, POT=1)
        order._hold_invoice_calls()
        order._agree_at_marketplace("acknowledge", receipt)
        call = order._outbound_calls("invoice")
        self.send()
        self.assertEqual((call.state, call.on_hold), ("pending", True))
        self.assertEqual(self.told(), ["Acknowledgment"])
        self.carry_out(order, receipt)
        self.send()
        self.assertEqual((call.state, call.on_hold), ("sent", False))
        self.assertEqual(sorted(map(str, self.told()[1:])), ["Confirmation", "None"])

    def test_they_wait_until_somebody_has_seen_to_what_was_not_taken(self):
        order, receipt = self.asked()
        self.send()
        self.carry_out(order, receipt)
        order._add_outbound_call("invoice", invoice=self.invoice(order, "posted"))
        call = order._outbound_calls("invoice")
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.assertEqual(receipt.handshake_state, "failed")
        self.assertEqual((call.state, call.on_hold), ("pending", True))
        order._outbound_calls("confirm").action_give_up("It was changed there by hand.")
        self.send()
        self.assertEqual(call.state, "sent")

    def test_other_orders_are_sent(self):
        self.asked()
        order = self.order_of_both("H-2")
        self.ship(order.picking_ids)
        order._add_outbound_call("invoice", invoice=self.invoice(order, "posted"))
        self.send()
        self.assertEqual(order._outbound_calls("invoice").state, "sent")
