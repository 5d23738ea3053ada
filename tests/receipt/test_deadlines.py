"""What happens when nobody decides."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..helpers.questions import DeadlinesCase


@tagged("post_install", "-at_install")
class TestDeadlines(DeadlinesCase):
    def test_deadline_is_the_accounts(self):
        self.account.decision_hours = 6
        _order, receipt = self.evaluating("D-1")
        self.assertAlmostEqual(
            receipt.decide_before,
            fields.Datetime.now() + timedelta(hours=6),
            delta=timedelta(minutes=1),
        )

    def test_without_a_deadline_nothing_happens(self):
        self.account.decision_hours = 0
        _order, receipt = self.evaluating("D-2")
        self.assertFalse(receipt.decide_before)
        self.run_deadlines()
        self.assertEqual(receipt.state, "evaluating")
        self.assertFalse(receipt.reminded_at)

    def test_reminder_after_half_of_the_time_and_only_once(self):
        _order, receipt = self.evaluating("D-3")
        self.let_pass(receipt, 11)
        self.assertFalse(receipt.reminded_at)
        self.let_pass(receipt, 2)
        self.assertTrue(receipt.reminded_at)
        self.assertIn(self.salesperson.partner_id, receipt.message_ids[0].partner_ids)
        messages = receipt.message_ids
        self.run_deadlines()
        self.assertEqual(receipt.message_ids, messages)

    def test_default_is_to_accept(self):
        order, receipt = self.evaluating("D-4")
        self.let_pass(receipt, 24)
        self.assertCancelled(order)
        self.assertEqual(receipt.state, "cancelled")
        self.assertFalse(receipt.decided_by_id)
        self.assertEqual(receipt.decision_reason, "Nobody decided in time.")

    def test_default_may_be_to_refuse(self):
        self.account.default_decision = "refuse"
        order, receipt = self.evaluating("D-5")
        self.let_pass(receipt, 24)
        self.assertUntouched(order)
        self.assertEqual(self.repeat(receipt).status, 409)

    def test_what_a_person_decided_is_left_alone(self):
        order, receipt = self.evaluating("D-6")
        receipt.action_refuse("No.")
        self.let_pass(receipt, 24)
        self.assertUntouched(order)
        self.assertEqual(receipt.decided_by_id, self.env.user)
