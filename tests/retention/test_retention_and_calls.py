"""What the marketplace is told when the receipts are gone: nothing that it knows."""

# pylint: disable=translation-required

from odoo.tests import tagged

from ..helpers.outbound import OutboundCase
from ..helpers.retention import RECEIPT, RetentionCase


@tagged("post_install", "-at_install")
class TestNoEcho(RetentionCase, OutboundCase):
    """A cancellation that came from the marketplace is never sent back to it."""

    def test_marketplace_is_not_told_what_it_has_cancelled_itself(self):
        order, receipt = self.cancelled_order()
        self.assertFalse(order.is_untold)
        self.assertFalse(self.left(receipt))
        self.assertEqual(order._marketplace_expectation(), "nothing")
        self.assertFalse(order.is_untold)
        order.action_cancel_at_marketplace()
        self.assertFalse(order.outbound_call_ids)

    def test_not_even_when_the_order_is_revived_and_cancelled_again(self):
        order, receipt = self.cancelled_order()
        self.assertFalse(self.left(receipt))
        order.action_draft()
        order.action_confirm()
        self.assertFalse(self.cancelled_here(order))
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.seller_cancel_reason)

    def test_call_that_was_written_before_is_not_sent_either(self):
        order, receipt = self.cancelled_order()
        self.assertFalse(self.left(receipt))
        call = order._add_outbound_call("cancel", body={"reason": "Cracked."})
        self.send()
        self.assertEqual(call.state, "obsolete")
        self.assertFalse(self.marketplace.received)

    def test_receipt_stays_until_the_marketplace_has_heard(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.age(receipt)
        call = self.calls(order)
        states = dict(call._fields["state"].selection)
        stays = {
            "waiting": True, "pending": True, "sent": False, "failed": True, "expired": True,
            "given_up": False, "obsolete": False,
        }  # fmt: skip
        self.assertEqual(list(stays), list(states))
        for state, expected in stays.items():
            with self.subTest(state):
                call.state = state
                found = self.env[RECEIPT]._look_for_expired(self.account)
                self.assertEqual(not found, expected)

    def test_denial_goes_with_the_request_that_it_denies(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.send()
        call = self.calls(order)
        messages = call.message_ids
        self.assertEqual((call.kind, call.state, bool(messages)), ("deny", "sent", True))
        self.age(receipt)
        self.assertFalse(self.left(receipt))
        self.assertFalse(call.exists() or messages.exists())

    def test_invoice_is_sent_once_although_the_first_refusal_is_forgotten(self):
        order, receipt = self.refused("O-1", invoice="posted")
        self.send()
        call = self.calls(order)
        self.assertEqual((call.kind, call.state, call.receipt_id), ("invoice", "sent", receipt))
        self.age(receipt)
        self.assertFalse(self.left(receipt))
        self.assertEqual(self.calls(order), call)
        self.assertFalse(call.receipt_id)
        self.ask(order).action_refuse("It has left long ago.")
        self.send()
        self.assertEqual(self.calls(order), call)
        self.assertEqual(len(self.marketplace.received), 1)
