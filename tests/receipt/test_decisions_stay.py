"""What was decided about an order, or said to the marketplace, outlives the requests."""

import json

from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import Form, tagged

from ..helpers.questions import SiblingsCase


@tagged("post_install", "-at_install")
class TestConfirmedSiblings(SiblingsCase):
    def test_confirmed_request_is_not_refused_through_its_sibling(self):
        order, first, answer = self.confirmed_and_failed("B-1")
        second = self.ask_again(order)
        with self.assertRaisesRegex(UserError, "keep the order open"):
            second.action_refuse("It is on its way.")
        self.assertEqual((first.state, second.state), ("failed", "evaluating"))
        self.assertEqual(self.repeat(first), answer)
        self.assertTrue(order.marketplace_hold)

    def test_keeping_it_open_is_offered_instead(self):
        order, first, answer = self.confirmed_and_failed("B-2")
        second = self.ask_again(order)
        self.assertTrue(second.is_confirmed)
        wizard = self.env["marketplace.decision"].with_user(self.salesperson)
        wizard = wizard.with_context(default_receipt_id=second.id, default_decision="refuse")
        with Form(wizard) as form:
            self.assertEqual((form.decision, form.is_confirmed), ("keep", True))
            form.reason = "It is on its way."
        form.record.action_apply()
        self.assertEqual((first.state, second.state), ("kept", "kept"))
        self.assertEqual(self.repeat(first), answer)
        self.assertEqual(json.loads(self.repeat(second).body)["receipt"], second.protocol_code)
        self.assertUntouched(order)
        self.assertFalse(order.marketplace_hold)

    def test_deadline_leaves_on_hold_what_it_cannot_refuse(self):
        """Told "cancelled", only a person lets it go on: people are reminded, each time anew."""
        self.account.default_decision = "refuse"
        order, first, answer = self.confirmed_and_failed("B-3")
        second = self.ask_again(order)
        self.assertEqual(second.default_decision, "wait")
        for _time in range(2):
            messages = len(second.message_ids)
            self.let_pass(second, 24)
            self.assertEqual(second.state, "evaluating")
            self.assertGreater(second.decide_before, Datetime.now())
            self.assertGreater(len(second.message_ids), messages)
        self.assertNotEqual(first.state, "kept")
        self.assertTrue(order.marketplace_hold)
        self.assertEqual(self.repeat(first), answer)
        self.assertUntouched(order)

    def test_what_is_queued_is_kept_along(self):
        """Or else the job would cancel what somebody has kept open."""
        order, first, answer = self.confirmed_and_failed("B-4")
        second = self.ask_again(order)
        first.write({"state": "queued"})
        with self.assertRaises(UserError):
            second.action_refuse("It is on its way.")
        second.action_keep("It is on its way.")
        self.run_cron("cron_settle_queued_1")
        self.assertUntouched(order)
        self.assertEqual(first.state, "kept")
        self.assertEqual(self.repeat(first), answer)

    def test_policy_does_not_refuse_what_was_confirmed(self):
        self.account.on_invoiced = "refuse"
        order, first, answer = self.confirmed_and_failed("B-5")
        self.invoice(order)
        second = self.ask_again(order)
        self.assertIn("t is invoiced or paid", second.note)
        self.assertEqual(self.repeat(first), answer)

    def test_request_alone_may_still_be_refused(self):
        order, receipt = self.evaluating("B-6")
        self.assertFalse(receipt.is_confirmed)
        second = self.ask_again(order)
        second.action_refuse("No.")
        self.assertEqual((receipt.state, second.state), ("refused", "refused"))
        self.assertUntouched(order)

    def invoice(self, order):
        order.order_line.qty_to_invoice = 1
        order._create_invoices().action_post()


@tagged("post_install", "-at_install")
class TestDecisionsOutliveRequests(SiblingsCase):
    def kept(self, marketplace_order_id, **body):
        order, receipt = self.evaluating(marketplace_order_id, **body)
        receipt.with_user(self.salesperson).action_keep("Settled on the phone.")
        order.picking_ids.move_ids.picked = False  # nothing but the decision keeps it now
        return order, receipt

    def newest(self, order):
        return self.receipts(order.marketplace_order_id)[-1:]

    def assertStays(self, order, **body):
        """Asked once more the kept ``order`` is confirmed, and nobody is asked."""
        answer = self.request_cancellation(order.marketplace_order_id, **body)
        receipt = self.newest(order)
        self.assertEqual(json.loads(answer.body)["receipt"], receipt.protocol_code)
        self.assertEqual((receipt.state, receipt.sale_order_id), ("kept", order))
        self.assertFalse(receipt.activity_ids)
        self.assertFalse(order.marketplace_hold)
        self.assertGoesOn(order)
        return receipt

    def test_kept_order_stays_whatever_the_request_is_called(self):
        order, first = self.kept("S-1", cancellationRequestId="q1")
        for body in ({"cancellationRequestId": "q2"}, {}, {"requestedByUser": True}):
            receipt = self.assertStays(order, **body)
            self.assertNotEqual(receipt, first)
            self.assertIn("“Settled on the phone”.", receipt.earlier_decision)
            self.assertIn("Kept open by decider", order.marketplace_notice_details)

    def test_kept_without_an_id(self):
        order, first = self.kept("S-2")
        self.assertEqual(self.assertStays(order), first)
        self.assertNotEqual(self.assertStays(order, cancellationRequestId="q2"), first)

    def test_kept_order_stays_in_the_background_and_in_the_window(self):
        order, _first = self.kept("S-3")
        self.account.write({"settlement": "background", "cancellation_window": 60})
        self.assertStays(order, cancellationRequestId="q2", requestedByUser=True)
        self.run_cron("cron_settle_queued_1")
        self.assertUntouched(order)

    def test_kept_order_stays_although_the_policy_would_refuse(self):
        self.account.on_shipped = "refuse"
        order, _first = self.kept("S-4")
        self.ship(order.picking_ids)
        answer = self.request_cancellation("S-4", cancellationRequestId="q2")
        self.assertEqual(json.loads(answer.body)["receipt"], self.newest(order).protocol_code)

    def test_replacement_of_a_kept_order_stays_as_well(self):
        order, _first = self.kept("S-5")
        replacement = self.make_order(replaced_order_id=order.id, confirm=True)
        self.assertStays(order, cancellationRequestId="q2")
        self.assertUntouched(replacement)
        order.action_cancel()  # the replacement goes on
        answer = self.request_cancellation("S-5", cancellationRequestId="q3")
        self.assertEqual((answer.status, self.newest(order).state), (200, "kept"))
        self.assertUntouched(replacement)

    def test_kept_and_cancelled_later_is_confirmed_as_cancelled(self):
        order, _first = self.kept("S-6")
        order.action_cancel()
        answer = self.request_cancellation("S-6", cancellationRequestId="q2")
        self.assertEqual(json.loads(answer.body)["receipt"], self.newest(order).protocol_code)
        self.assertEqual(self.newest(order).state, "cancelled")

    def test_kept_and_cancelled_and_opened_again_is_asked_about(self):
        order, _first = self.kept("S-7")
        order.action_cancel()
        self.reopen(order)
        receipt = self.ask_unpicked(order)
        self.assertEqual(receipt.note, "It was cancelled before, and opened again.")
        self.assertIn("“Settled on the phone”.", receipt.earlier_decision)
        receipt.action_keep("Once more.")
        self.assertStays(order, cancellationRequestId="q3")

    def test_cancelled_and_opened_again_is_asked_about(self):
        order = self.make_order("S-8", confirm=True)
        first = self.request_cancellation("S-8", cancellationRequestId="q1")
        self.reopen(order)
        receipt = self.ask_unpicked(order)
        with self.assertRaises(UserError):
            receipt.action_refuse("It was sold anew.")
        receipt.action_accept()
        self.assertCancelled(order)
        self.assertEqual(self.request_cancellation("S-8", cancellationRequestId="q1"), first)

    def test_opened_again_after_its_receipts_are_deleted(self):
        order = self.make_order("S-9", confirm=True)
        self.request_cancellation("S-9")
        self.account.retention_days = 30
        receipt = self.receipts("S-9")
        for name in ("received_at", "settled_at"):
            self.rewrite(receipt, **{name: "2020-01-01 00:00:00"})
        self.run_cron("cron_delete_expired")
        self.assertFalse(receipt.exists())
        self.reopen(order)
        receipt = self.ask_unpicked(order)
        self.assertTrue(receipt.is_confirmed)

    def reopen(self, order):
        order.action_draft()
        order.action_confirm()

    def ask_unpicked(self, order, request_id="q2"):
        """A request about which nothing would ask anybody but what was said before."""
        for settlement in ("background", "immediate"):
            self.account.settlement = settlement
            answer = self.request_cancellation(
                order.marketplace_order_id, cancellationRequestId=request_id
            )
            self.assertEqual((answer.status, answer.body), (200, ""))
        self.assertTrue(order.marketplace_hold)
        self.assertGoesOn(order)
        return self.newest(order)

    def assertGoesOn(self, order):
        """``order`` is open, whatever it has been before."""
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.picking_ids.filtered(lambda picking: picking.state == "assigned"))

    def test_refused_order_is_asked_about_again(self):
        order, first = self.evaluating("S-10", cancellationRequestId="q1")
        first.with_user(self.salesperson).action_refuse("The parcel has left.")
        order.picking_ids.move_ids.picked = False
        receipt = self.ask_unpicked(order)
        self.assertEqual(receipt.note, "An earlier request for it was refused.")
        for text in (receipt.earlier_decision, order.marketplace_notice_details):
            self.assertIn("Refused by decider", text)
            self.assertIn("Because: “The parcel has left”.", text)
        self.assertEqual(self.repeat(first).status, 409)

    def test_shopper_in_time_does_not_overrule_a_refusal(self):
        self.account.cancellation_window = 60
        order, first = self.evaluating("S-11")
        first.action_refuse("The parcel has left.")
        answer = self.request_cancellation("S-11", cancellationRequestId="q2", requestedByUser=True)
        self.assertEqual((answer.status, answer.body), (200, ""))
        self.assertUntouched(order)

    def test_refusal_by_the_policy_alone_is_no_decision(self):
        self.account.on_invoiced = "refuse"
        order = self.make_order("S-12", confirm=True)
        order.order_line.qty_to_invoice = 1
        order._create_invoices().action_post()
        self.assertEqual(self.request_cancellation("S-12").status, 409)
        self.account.on_invoiced = "credit_note"
        answer = self.request_cancellation("S-12", cancellationRequestId="q2")
        self.assertEqual(json.loads(answer.body)["orderId"], order.name)
        self.assertCancelled(order)


@tagged("post_install", "-at_install")
class TestWaitingThatTurnsIntoAQuestion(SiblingsCase):
    def paid_quotation(self, marketplace_order_id):
        """A quotation that is paid, the cancellation of which waits until it is confirmed."""
        answer = self.request_cancellation(marketplace_order_id)
        self.assertEqual(answer.status, 404)
        order = self.make_order(marketplace_order_id)
        provider = self.env["payment.provider"].create({"name": "Card"})
        methods = self.env["payment.method"].with_context(active_test=False)
        method = methods.search([], limit=1)
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"tx-{marketplace_order_id}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "state": "done",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        return order, self.receipts(marketplace_order_id)

    def test_it_is_confirmed_and_on_hold(self):
        order, receipt = self.paid_quotation("Q-1")
        order.action_confirm()
        self.assertUntouched(order)
        self.assertEqual((receipt.state, receipt.sale_order_id), ("evaluating", order))
        self.assertEqual(receipt.note, "It is invoiced or paid.")
        self.assertEqual(receipt.activity_ids.user_id, self.salesperson)
        self.assertTrue(order.picking_ids.marketplace_hold)
        with self.assertRaisesRegex(UserError, "wait for the decision"):
            order.picking_ids.button_validate()
        receipt.action_accept()
        self.assertCancelled(order)

    def test_several_at_once_each_get_their_own_end(self):
        paid, asked = self.paid_quotation("Q-2")
        self.request_cancellation("Q-3")
        plain = self.make_order("Q-3")
        free = self.make_order("Q-4")
        (paid | plain | free).action_confirm()
        self.assertUntouched(paid)
        self.assertEqual(asked.state, "evaluating")
        self.assertCancelled(plain)
        self.assertUntouched(free)
        self.assertFalse(free.marketplace_hold)

    def test_what_waits_as_well_is_kept_with_it(self):
        order, first = self.paid_quotation("Q-5")
        answer = self.request_cancellation("Q-5", cancellationRequestId="q2")
        self.assertEqual((answer.status, answer.body), (200, ""))
        second = self.receipts("Q-5") - first
        second.action_keep("Settled on the phone.")
        self.assertEqual((first.state, second.state), ("kept", "kept"))
        order.action_confirm()
        self.assertUntouched(order)
        self.assertFalse(order.marketplace_hold)
