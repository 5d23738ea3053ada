"""What the marketplace has been told is not told again: calls that were sent beside others."""

from odoo.tests import tagged

from ..helpers.outbound import OutboundCase


@tagged("post_install", "-at_install")
class TestToldOnce(OutboundCase):
    def kinds(self):
        """The last part of the path of each call that came in."""
        return [call.path.split("?")[0].rsplit("/", 1)[1] for call in self.marketplace.received]

    def test_order_that_is_revived_and_cancelled_again(self):
        order = self.order_of_three("O-1")
        call = self.cancelled_here(order)
        for state in ("pending", "sent"):
            with self.subTest(state):
                self.assertEqual(call.state, state)
                self.assertEqual(order._marketplace_expectation(), "nothing")
                self.assertFalse(order.is_untold)
                order.action_draft()
                order.action_confirm()
                self.cancelled_here(order)
                order.action_cancel_at_marketplace()
                self.assertEqual(self.calls(order), call)
                self.send()
        self.assertEqual(self.kinds(), ["cancel"])

    def test_quotation_that_was_sent_is_told_like_one_that_was_not(self):
        draft, sent = self.make_order("O-1"), self.make_order("O-2", state="sent")
        self.assertEqual((draft.state, sent.state), ("draft", "sent"))
        for order in (draft, sent):
            self.assertEqual(self.cancelled_here(order).state, "pending")
        self.send()
        self.assertEqual(self.kinds(), ["cancel", "cancel"])
        self.assertEqual((draft | sent).mapped("state"), ["cancel", "cancel"])

    def test_denial_is_sent_once_for_each_request(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        for state in ("pending", "sent"):
            with self.subTest(state):
                self.assertEqual(self.calls(order).state, state)
                receipt._tell_refusal(order, "It has left.")
                self.send()
        self.assertEqual(self.kinds(), ["deny-cancellation-request"])
        self.ask(order, cancellationRequestId="r-2").action_refuse("It has left.")
        self.send()
        self.assertEqual(len(self.kinds()), 2)

    def test_invoice_of_which_a_further_request_is_refused(self):
        order, _receipt = self.refused("O-1", invoice="posted", cancellationRequestId="r-1")
        self.send()
        self.ask(order, cancellationRequestId="r-2").action_refuse("It has left.")
        self.send()
        self.assertEqual(self.kinds(), ["invoice"])
        self.assertEqual(self.calls(order).state, "sent")

    def test_invoice_that_is_posted_anew(self):
        order, _receipt = self.refused("O-1", invoice="posted", cancellationRequestId="r-1")
        self.send()
        invoice = order.invoice_ids
        invoice.button_draft()
        self.ask(order, cancellationRequestId="r-2").action_refuse("It has left.")
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "waiting"])
        invoice.action_post()
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "obsolete"])
        self.send()
        self.assertEqual(self.kinds(), ["invoice"])

    def test_of_several_only_those_are_sent_again_that_were_not(self):
        sent = self.cancelled_here(self.order_of_three("O-1"))
        self.send()
        other = self.cancelled_here(self.order_of_three("O-2"))
        (sent | other).action_send_again()
        self.assertEqual((sent.state, other.state), ("sent", "pending"))
        self.send()
        self.assertEqual(len(self.kinds()), 2)
