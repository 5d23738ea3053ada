"""What a marketplace is told, and when."""

from datetime import datetime, timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.outbound.outcome import FIRST_DELAY
from ...tools.trusted_context import SellerCancellation
from ..helpers.outbound import TOKEN, OutboundCase

DENIAL = "/api/orders/pvt/document/O-1/deny-cancellation-request?an=lux"
CANCELLATION = "/api/oms/pvt/orders/O-1/cancel?an=lux"
INVOICE = "/api/oms/pvt/orders/O-1/invoice?an=lux"


@tagged("post_install", "-at_install")
class TestRefusals(OutboundCase):
    def test_refusal_is_sent_as_a_denial(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        call = self.calls(order)
        self.assertEqual((call.kind, call.state, call.receipt_id), ("deny", "pending", receipt))
        self.assertFalse(self.marketplace.received)
        self.send()
        body = {"cancellationRequestId": "r-1", "denyReason": "It has left."}
        self.assertEqual(self.marketplace.calls(), [("POST", DENIAL, body)])
        self.assertEqual((call.state, call.attempts, call.answer_status), ("sent", 1, 200))
        headers = self.marketplace.received[0].headers
        self.assertEqual(headers["X-VTEX-API-AppKey"], "a-key")
        self.assertEqual(headers["X-VTEX-API-AppToken"], TOKEN)
        self.assertIn("marketplace_order_cancellation", headers["User-Agent"])
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)

    def test_request_without_an_id_cannot_be_denied(self):
        self.account.refusal_call = "denial"
        order, _receipt = self.refused("O-1")
        call = self.calls(order)
        self.assertEqual(call.state, "failed")
        self.assertIn("without an ID", call.error)
        self.assertEqual(call.activity_ids.user_id, self.account._responsible_user())
        self.send()
        self.assertFalse(self.marketplace.received)

    def test_invoice_that_is_posted_already(self):
        self.product.default_code = "POT"
        order, receipt = self.refused("O-1", invoice="posted")
        invoice = order.invoice_ids
        self.send()
        ((method, path, body),) = self.marketplace.calls()
        self.assertEqual((method, path), ("POST", INVOICE))
        cents = round(invoice.amount_total * 100)
        self.assertEqual(
            body,
            {
                "type": "Output",
                "invoiceNumber": invoice.name.replace("/", "-"),
                "invoiceValue": cents,
                "issuanceDate": body["issuanceDate"],
                "items": [{"id": "POT", "quantity": 3, "price": round(cents / 3)}],
            },
        )
        self.assertEqual(datetime.fromisoformat(body["issuanceDate"]).date(), invoice.invoice_date)
        self.assertEqual(self.calls(order).receipt_id, receipt)
        self.assertEqual(self.calls(order).invoice_id, invoice)

    def test_invoice_that_is_posted_later(self):
        order, _receipt = self.refused("O-1")
        call = self.calls(order)
        self.assertEqual((call.kind, call.state), ("invoice", "waiting"))
        self.send()
        self.assertFalse(self.marketplace.received)
        invoice = self.invoice(order, "draft")
        self.assertEqual(call.state, "waiting")
        invoice.action_post()
        self.assertEqual((call.state, call.invoice_id), ("pending", invoice))
        self.send()
        number = self.marketplace.received[0].body["invoiceNumber"]
        self.assertEqual(number, invoice.name.replace("/", "-"))
        self.assertEqual(call.state, "sent")

    def test_invoice_is_no_longer_waited_for_when_the_order_is_cancelled(self):
        order, _receipt = self.refused("O-1")
        order.action_cancel()
        self.assertEqual(self.calls(order).state, "obsolete")

    def test_one_invoice_refuses_all_requests(self):
        order, _receipt = self.refused("O-1", invoice="posted", cancellationRequestId="r-1")
        self.ask(order, cancellationRequestId="r-2").action_refuse("It has left.")
        self.assertEqual(len(self.calls(order)), 1)

    def test_refusal_by_policy_is_told_as_well(self):
        self.account.write({"on_shipped": "refuse", "refusal_call": "denial"})
        order = self.order_of_three("O-1", done=1)
        answer = self.request_cancellation("O-1", cancellationRequestId="r-1")
        self.assertEqual(answer.status, 409)
        self.assertEqual(self.calls(order).body["denyReason"], "It has been shipped.")

    def test_receipt_says_whether_the_marketplace_knows_of_the_refusal(self):
        self.account.refusal_call = "denial"
        for status, told in ((200, "^Told .*M$"), (400, "^Not told: a call was not accepted$")):
            _order, receipt = self.refused(f"O-{status}", cancellationRequestId="r-1")
            self.assertEqual(receipt.told_text, "Not told yet: a call is on its way")
            self.marketplace.answers.append((status, {}, {}))
            self.send()
            self.env.invalidate_all()
            self.assertRegex(receipt.told_text, told)

    def test_nothing_is_told_if_the_account_says_so(self):
        self.account.refusal_call = "none"
        order, _receipt = self.refused("O-1", invoice="posted")
        self.assertFalse(self.calls(order))

    def test_nothing_is_told_where_no_marketplace_takes_calls(self):
        self.account.services_endpoint = False
        order, _receipt = self.refused("O-1", invoice="posted")
        self.assertFalse(self.calls(order))

    def test_what_was_granted_since_is_not_denied(self):
        self.account.refusal_call = "denial"
        order, _receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.ask(order, cancellationRequestId="r-2").action_accept()
        self.send()
        self.assertEqual(self.calls(order).state, "obsolete")
        self.assertFalse(self.marketplace.received)


@tagged("post_install", "-at_install")
class TestSellersCancellations(OutboundCase):
    def test_marketplace_is_told(self):
        order = self.order_of_three("O-1")
        call = self.cancelled_here(order, "Cracked.")
        self.assertCancelled(order)
        self.assertEqual(order._marketplace_expectation(), "nothing")
        self.assertFalse(order.is_untold)
        self.send()
        self.assertEqual(self.marketplace.calls(), [("POST", CANCELLATION, {"reason": "Cracked."})])
        self.assertEqual(call.state, "sent")
        self.assertIn("Test Market will be told.", self.chatter(order)[0])

    def test_marketplace_is_not_told_unless_that_is_wanted(self):
        order = self.order_of_three("O-1")
        self.env["marketplace.order.cancel"].create(
            {"order_id": order.id, "reason": "Cracked."}
        ).action_cancel_order()
        self.assertFalse(self.calls(order))
        self.assertTrue(order.is_untold)
        order.action_cancel_at_marketplace()
        self.assertFalse(order.is_untold)
        self.send()
        self.assertEqual(self.marketplace.calls(), [("POST", CANCELLATION, {"reason": "Cracked."})])
        order.action_cancel_at_marketplace()
        self.assertEqual(len(self.calls(order)), 1)

    def test_order_says_how_far_its_cancellation_there_is(self):
        order = self.order_of_three("O-1")
        self.assertFalse(order.cancel_call_state)
        refused = self.cancelled_here(order)
        self.assertEqual((order.cancel_call_id, order.cancel_call_state), (refused, "pending"))
        self.assertFalse(order.cancel_call_error)
        self.marketplace.answers.append((400, {"error": "no"}, {}))
        self.send()
        self.assertEqual(order.cancel_call_state, "failed")
        self.assertIn("400", order.cancel_call_error)
        self.assertEqual(order.action_view_cancel_call()["res_id"], refused.id)
        order.action_cancel_at_marketplace()
        self.send()
        self.assertNotEqual(order.cancel_call_id, refused)
        self.assertEqual(order.cancel_call_state, "sent")
        self.assertTrue(order.cancel_call_at)

    def test_marketplaces_own_cancellation_is_never_sent_back(self):
        order = self.order_of_three("O-1")
        self.cancel_asking_nobody(order)
        self.assertFalse(order.is_untold)
        telling = SellerCancellation(tell_marketplace=True).as_context()
        order.with_context(**telling).action_draft()
        order.with_context(**telling).action_cancel()
        order.action_cancel_at_marketplace()
        self.send()
        self.assertFalse(self.calls(order))
        self.assertFalse(self.marketplace.received)

    def test_cancellation_that_comes_first_makes_ours_needless(self):
        order = self.order_of_three("O-1")
        call = self.cancelled_here(order)
        self.cancel_asking_nobody(order)
        self.send()
        self.assertEqual(call.state, "obsolete")
        self.assertEqual(call.note, "The marketplace has cancelled the order itself.")
        self.assertFalse(self.marketplace.received)

    def test_cancelling_many(self):
        orders = self.make_order("O-1", confirm=True) | self.make_order("O-2", confirm=True)
        wizard = self.env["sale.mass.cancel.orders"].create(
            {
                "sale_order_ids": orders.ids,
                "seller_cancel_reason": "Sold out.",
                "tell_marketplace": True,
            }
        )
        wizard.action_mass_cancel()
        self.send()
        self.assertEqual(
            {call.path.split("/")[5] for call in self.marketplace.received}, {"O-1", "O-2"}
        )

    def test_nothing_is_told_of_what_is_rolled_back(self):
        order = self.order_of_three("O-1")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.cancelled_here(order)
            _crash = 1 / 0
        self.send()
        self.assertUntouched(order)
        self.assertFalse(self.marketplace.received)


@tagged("post_install", "-at_install")
class TestAnswers(OutboundCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("O-1")
        self.call = self.cancelled_here(self.order)

    def answered(self, *answers):
        """Send the call, which is due, and be answered so."""
        self.marketplace.answers.extend(answers)
        self.make_due(self.call)
        self.send()
        return self.call

    def test_what_passes_by_itself_is_tried_again(self):
        for number, answer in enumerate(
            [(500, {}, {}), (503, {}, {}), (408, {}, {}), (425, {}, {}), (429, {}, {}), None], 1
        ):
            with self.subTest(answer):
                call = self.answered(answer)
                self.assertEqual((call.state, call.attempts), ("pending", number))
                self.assertTrue(call.error)
                self.assertGreater(call.next_attempt_at, call.last_attempt_at)
                self.assertFalse(call.activity_ids)
        self.answered()
        self.assertEqual((self.call.state, self.call.attempts, self.call.error), ("sent", 7, False))

    def test_retry_after_is_honoured(self):
        call = self.answered((429, {}, {"Retry-After": "3600"}))
        wait = call.next_attempt_at - call.last_attempt_at
        self.assertGreaterEqual(wait.total_seconds(), 3600)
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)

    def test_callers_errors_are_final(self):
        for number, status in enumerate((400, 404, 422, 301), 1):
            with self.subTest(status):
                call = self.answered((status, {"error": "no"}, {"Location": "http://127.0.0.1/"}))
                self.assertEqual((call.state, call.answer_status), ("failed", status))
                self.assertIn(str(status), call.error)
                self.assertEqual(len(call.activity_ids), 1)
                self.assertEqual(call.activity_ids.user_id, self.account._responsible_user())
                self.make_due(call)
                received = len(self.marketplace.received)
                self.send()
                self.assertEqual(len(self.marketplace.received), received)
                call.action_send_again()
                self.assertEqual((call.state, call.attempts), ("pending", number))
                self.assertFalse(call.activity_ids)

    def test_sending_again_counts_on_and_waits_as_briefly_as_at_first(self):
        call = self.answered(*[(503, {}, {})] * 4)
        for _time in range(3):
            self.make_due(call)
            self.send()
        self.assertEqual(call.attempts, 4)
        call.action_send_again()
        self.assertEqual(call.attempts, 4)
        self.marketplace.answers.append((503, {}, {}))
        self.make_due(call)
        self.send()
        self.assertEqual(call.attempts, 5)
        wait = call.next_attempt_at - call.last_attempt_at
        self.assertLessEqual(wait.total_seconds(), FIRST_DELAY)

    def test_refusal_of_what_was_carried_out_already_is_a_success(self):
        """The answer to the first attempt got lost: the second finds the work done."""
        self.answered(None)
        self.marketplace.orders["O-1"] = "canceled"
        call = self.answered((400, {"error": "already cancelled"}, {}))
        self.assertEqual(call.state, "sent")
        self.assertEqual(call.note, "The order was already in this state at the marketplace.")

    def test_refusal_while_the_order_goes_on_is_none(self):
        self.marketplace.orders["O-1"] = "invoiced"
        self.assertEqual(self.answered((400, {}, {})).state, "failed")

    def test_what_is_not_taken_for_too_long_is_given_up(self):
        self.account.outbound_days = 2
        self.make_due(self.call, age=timedelta(days=2))
        self.marketplace.answers.append((503, {}, {}))
        self.send()
        self.assertEqual(self.call.state, "expired")
        self.assertEqual(len(self.call.activity_ids), 1)
        self.assertIn("503", self.call.activity_ids.note)
        self.call.action_send_again()
        self.send()
        self.assertEqual(self.call.state, "sent")

    def test_call_without_an_answer_stays_to_be_sent(self):
        self.marketplace.__exit__()
        call = self.answered()
        self.assertEqual(call.state, "pending")
        self.assertIn("There was no answer from 127.0.0.1", call.error)

    def test_answers_of_any_kind_are_kept_in_part(self):
        call = self.answered((400, b"\xff\0" + b"x" * 100_000, {}))
        self.assertEqual(call.state, "failed")
        self.assertTrue(call.answer_body.startswith("�x"))
        self.assertLess(len(call.answer_body), 5000)

    def test_lost_address_is_said(self):
        self.account.services_endpoint = False
        call = self.answered()
        self.assertEqual(call.state, "pending")
        self.assertIn("Enter the address", call.error)

    def test_token_appears_nowhere(self):
        with self.assertLogs(level="DEBUG") as logs:
            self.answered((401, {}, {}))
        self.assertNotIn(TOKEN, "".join(logs.output))
        texts = [str(value) for value in self.call.read()[0].values()]
        texts += self.call.message_ids.mapped("body") + self.account.message_ids.mapped("body")
        self.assertNotIn(TOKEN, "".join(texts))


@tagged("post_install", "-at_install")
class TestOrderOfCalls(OutboundCase):
    def two_calls(self):
        """The calls for the two invoices of one order."""
        order = self.order_of_three("O-1", done=1)
        self.invoice(order, "posted")
        order.order_line.product_uom_qty = 5
        self.invoice(order, "posted")
        self.ask(order).action_refuse("It has left.")
        return self.calls(order)

    def test_calls_of_one_order_go_out_in_order(self):
        calls = self.two_calls()
        self.send()
        self.assertEqual(
            [call.body["invoiceNumber"] for call in self.marketplace.received],
            [call.invoice_id.name.replace("/", "-") for call in calls],
        )

    def test_later_call_waits_for_the_earlier_one(self):
        first, second = self.two_calls()
        other = self.cancelled_here(self.order_of_three("O-9"))
        self.marketplace.answers.append((503, {}, {}))
        self.send()
        self.assertEqual(first.state, "pending")
        self.assertEqual((second.state, second.attempts), ("pending", 0))
        self.assertEqual(other.state, "sent")
        self.make_due(first)
        self.send()
        self.assertEqual((first.state, second.state), ("sent", "sent"))

    def test_later_call_does_not_wait_for_what_was_given_up(self):
        first, second = self.two_calls()
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.assertEqual((first.state, second.state), ("failed", "sent"))

    def test_error_of_our_own_stops_no_other_call(self):
        broken = self.cancelled_here(self.order_of_three("O-1"))
        other = self.cancelled_here(self.order_of_three("O-2"))
        sending = type(self.env["marketplace.outbound.call"])
        original = sending._send_claimed

        def crash(call):
            if call == broken:
                raise ZeroDivisionError("once")
            return original(call)

        self.patch(sending, "_send_claimed", crash)
        with mute_logger("odoo.addons.marketplace_order_cancellation.models.outbox.sending"):
            self.send()
        self.assertEqual((broken.state, broken.attempts), ("pending", 1))
        self.assertIn("ZeroDivisionError", broken.error)
        self.assertNotIn("once", broken.error)
        self.assertEqual(other.state, "sent")
