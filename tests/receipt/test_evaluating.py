"""When a person is asked: the hold, the decision, what the marketplace hears."""

import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..helpers.common import EndpointCase
from ..helpers.questions import EvaluatingCase


@tagged("post_install", "-at_install")
class TestHold(EvaluatingCase):
    def test_order_is_on_hold_and_says_why(self):
        order, receipt = self.evaluating("E-1", reason="Too late", requestedByUser=True)
        self.assertUntouched(order)
        self.assertEqual(receipt.note, "Picking has begun.")
        self.assertEqual(
            order.marketplace_hold, "Test Market asks to cancel this order: wait for the decision."
        )
        self.assertEqual(order.picking_ids.marketplace_hold, order.marketplace_hold)
        for document in (order, order.picking_ids):
            self.assertIn(
                "Test Market asks to cancel this order, as the shopper wishes. "
                "Reason: “Too late”. On hold: Picking has begun.",
                self.chatter(document),
            )

    def test_held_transfer_can_be_found(self):
        order, _receipt = self.evaluating("E-2")
        other = self.make_order("E-3", confirm=True)
        held = self.env["stock.picking"].search([("marketplace_hold", "!=", False)])
        free = self.env["stock.picking"].search([("marketplace_hold", "=", False)])
        self.assertIn(order.picking_ids, held)
        self.assertNotIn(other.picking_ids, held)
        self.assertIn(other.picking_ids, free)
        self.assertNotIn(order.picking_ids, free)

    def test_held_transfer_can_be_neither_validated_nor_get_shipping_papers(self):
        order, _receipt = self.evaluating("E-4")
        picking = order.picking_ids
        report = self.env["ir.actions.report"]
        for attempt in (
            picking.button_validate,
            picking._action_done,
            lambda: report._render_qweb_html("stock.action_report_delivery", picking.ids),
            lambda: report._render_qweb_html("stock.action_report_picking_packages", picking.ids),
        ):
            with self.assertRaisesRegex(UserError, "wait for the decision"):
                attempt()
        self.assertEqual(picking.state, "assigned")

    def test_responsible_user_is_asked_once(self):
        _order, receipt = self.evaluating("E-5")
        activity = receipt.activity_ids
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(activity.date_deadline, fields.Date.today())
        self.assertGreater(receipt.decide_before.date(), activity.date_deadline)
        self.repeat(receipt)
        self.assertEqual(receipt.activity_ids, activity)

    def test_repeat_before_the_decision_hears_the_same(self):
        _order, receipt = self.evaluating("E-6")
        answer = self.repeat(receipt)
        self.assertEqual((answer.status, answer.body), (200, ""))
        self.assertEqual(receipt.delivery_count, 2)


@tagged("post_install", "-at_install")
class TestDecisions(EvaluatingCase):
    def test_accepting_cancels_and_confirms(self):
        order, receipt = self.evaluating("E-7")
        receipt.with_user(self.salesperson).action_accept()
        self.assertCancelled(order)
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.decision, "accept")
        self.assertEqual(receipt.decided_by_id, self.salesperson)
        self.assertTrue(receipt.decided_at)
        self.assertFalse(receipt.activity_ids)
        self.assertFalse(order.marketplace_hold)
        document = json.loads(self.repeat(receipt).body)
        self.assertEqual(document["receipt"], receipt.protocol_code)
        self.assertEqual(document["orderId"], order.name)

    def test_refusing_lets_the_order_go_on_and_names_the_reason(self):
        order, receipt = self.evaluating("E-8")
        receipt.with_user(self.salesperson).action_refuse("The parcel has left.")
        self.assertUntouched(order)
        self.assertEqual(receipt.state, "refused")
        answer = self.repeat(receipt)
        self.assertEqual(answer.status, 409)
        problem = json.loads(answer.body)
        self.assertTrue(problem["type"].endswith(":cancellation-refused"))
        self.assertEqual(problem["detail"], "The parcel has left.")
        self.assertEqual(answer, self.repeat(receipt))
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_keeping_open_confirms_and_lets_the_order_go_on(self):
        order, receipt = self.evaluating("E-9")
        receipt.with_user(self.salesperson).action_keep("Settled on the phone.")
        self.assertUntouched(order)
        self.assertFalse(order.marketplace_hold)
        self.assertEqual(receipt.state, "kept")
        answer = self.repeat(receipt)
        self.assertEqual(answer.status, 200)
        self.assertEqual(json.loads(answer.body)["receipt"], receipt.protocol_code)

    def test_decision_is_on_both_chatters(self):
        order, receipt = self.evaluating("E-10")
        receipt.with_user(self.salesperson).action_refuse("No.")
        message = f"The marketplace's request: Refused by {self.salesperson.name}. Reason: No."
        self.assertIn(message, self.chatter(order))
        self.assertIn(message, self.chatter(receipt))
        self.assertEqual(receipt.message_ids[0].author_id, self.salesperson.partner_id)

    def test_reason_is_mandatory(self):
        _order, receipt = self.evaluating("E-11")
        for attempt in (receipt.action_refuse, receipt.action_keep):
            for reason in ("", "  ", None):
                with self.assertRaises(UserError):
                    attempt(reason)
        self.assertEqual(receipt.state, "evaluating")

    def test_wizard_carries_out_what_it_is_opened_for(self):
        for number, (decision, state) in enumerate([("refuse", "refused"), ("keep", "kept")]):
            _order, receipt = self.evaluating(f"E-W{number}")
            self.env["marketplace.decision"].with_user(self.salesperson).create(
                {"receipt_id": receipt.id, "decision": decision, "reason": "Because."}
            ).action_apply()
            self.assertEqual(receipt.state, state)
            self.assertEqual(receipt.decision_reason, "Because.")

    def test_what_is_decided_cannot_be_decided_again(self):
        _order, receipt = self.evaluating("E-12")
        receipt.action_refuse("No.")
        with self.assertRaises(UserError):
            receipt.action_accept()

    def test_who_may_decide(self):
        _order, receipt = self.evaluating("E-13")
        stock_user = new_test_user(self.env, "picker", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            receipt.with_user(stock_user).action_accept()
        self.account.user_id = stock_user
        receipt.with_user(stock_user).action_accept()
        self.assertEqual(receipt.decided_by_id, stock_user)
        self.assertEqual(receipt.state, "cancelled")

    def test_new_request_after_a_refusal_is_asked_anew(self):
        order, first = self.evaluating("E-14", cancellationRequestId="first")
        first.action_refuse("No.")
        answer = self.request_cancellation("E-14", cancellationRequestId="second")
        self.assertEqual((answer.status, answer.body), (200, ""))
        second = self.receipts("E-14") - first
        self.assertEqual(second.state, "evaluating")
        second.action_accept()
        self.assertCancelled(order)
        third = self.request_cancellation("E-14", cancellationRequestId="third")
        self.assertEqual(json.loads(third.body)["orderId"], order.name)
        self.assertEqual(self.repeat(first).status, 409)

    def test_one_decision_answers_all_open_requests_for_the_order(self):
        order, first = self.evaluating("E-15", cancellationRequestId="first")
        self.request_cancellation("E-15", cancellationRequestId="second")
        second = self.receipts("E-15") - first
        self.assertEqual(second.state, "evaluating")
        first.action_accept()
        self.assertCancelled(order)
        self.assertEqual((first.state, second.state), ("cancelled", "cancelled"))
        self.assertNotEqual(first.answer_body, second.answer_body)

    def test_order_cancelled_by_hand_meanwhile_confirms(self):
        order, receipt = self.evaluating("E-16")
        order.action_cancel()
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.note, "The order was cancelled in Odoo.")
        self.assertFalse(receipt.activity_ids)

    def test_accepting_what_cannot_be_cancelled_leaves_all_as_it_was(self):
        order, receipt = self.evaluating("E-17")

        def fail(_order, _pickings):
            raise UserError("The warehouse is on fire.")  # pylint: disable=translation-required

        self.patch(self.registry["sale.order"], "_check_wholly_cancelled", fail)
        receipt.action_accept()
        self.assertUntouched(order)
        self.assertEqual(receipt.state, "failed")
        self.assertEqual(receipt.error, "The warehouse is on fire.")
        self.assertEqual(len(receipt.activity_ids), 1)
        self.assertTrue(order.marketplace_hold)


@tagged("post_install", "-at_install")
class TestEvaluatingOverHttp(EndpointCase):
    def test_evaluating_has_no_bytes_and_no_type(self):
        order = self.make_order("H-1", confirm=True)
        self.ship(order.picking_ids)
        response = self.call("H-1")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.content, b"")
        self.assertNotIn("Content-Type", response.headers)
        self.assertEqual(response.headers["Content-Length"], "0")

    def test_refusal_is_a_problem(self):
        order = self.make_order("H-2", confirm=True)
        self.ship(order.picking_ids)
        self.call("H-2")
        self.receipts("H-2").action_refuse("It is on its way.")
        response = self.call("H-2")
        self.assertProblem(response, 409, "cancellation-refused")
        self.assertEqual(response.json()["detail"], "It is on its way.")

    def test_policy_may_refuse_at_once(self):
        self.account.on_shipped = "refuse"
        order = self.make_order("H-3", confirm=True)
        self.ship(order.picking_ids)
        response = self.call("H-3")
        self.assertProblem(response, 409, "cancellation-refused")
        self.assertEqual(response.json()["detail"], "It has been shipped.")
        self.assertEqual(order.state, "sale")
