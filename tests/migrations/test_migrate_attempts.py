"""From 19.0.1.13: the attempts of calls."""

from odoo.tests import tagged

from ..helpers.migrations import MigrationCase
from ..helpers.seller_parts import SellerPartCase


@tagged("post_install", "-at_install")
class TestFrom190113(MigrationCase, SellerPartCase):
    def test_the_last_attempt_of_a_call_is_listed_once(self):
        call = self.take_out(self.order_of_both("MAT-1"), POT=1)
        waiting = self.take_out(self.order_of_both("MAT-2"), POT=1)
        call.write(
            {
                "last_attempt_at": "2026-11-20 10:00:00",
                "answer_status": 400,
                "answer_body": "No such order.",
                "error": "The marketplace did not take it.",
            }
        )
        for _twice in range(2):
            self.run_script("19.0.1.14.0", former="19.0.1.13.0")
        attempt = call.attempt_ids
        self.assertEqual(len(attempt), 1)
        self.assertEqual(attempt.attempted_at, call.last_attempt_at)
        self.assertEqual(attempt.status_text, "400 Bad Request")
        self.assertEqual(attempt.answer, "No such order.")
        self.assertEqual(attempt.duration_text, "")
        self.assertFalse(waiting.attempt_ids)
