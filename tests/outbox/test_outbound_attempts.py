"""Every attempt of a call is kept, and a person who has one sent sees what came of it."""

from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.outbox import attempt
from ..helpers.outbound import OutboundCase


@tagged("post_install", "-at_install")
class TestAttempts(OutboundCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("O-1")
        self.call = self.cancelled_here(self.order)

    def failed(self, *answers):
        """The call after ``answers`` of the marketplace's, one for each attempt."""
        self.marketplace.answers.extend(answers)
        for _answer in answers:
            self.make_due(self.call)
            self.send()
        return self.call

    def press(self, user=None):
        """What a user sees who has the call sent now."""
        return self.call.with_user(user or self.env.user).action_send_now()["params"]

    def test_each_attempt_is_kept(self):
        call = self.failed((503, {"error": "busy"}, {}), (429, {}, {}), (200, {}, {}))
        attempts = call.attempt_ids
        self.assertEqual(attempts.mapped("http_status"), [200, 429, 503])
        self.assertEqual(attempts.mapped("status_text")[-1], "503 Service Unavailable")
        self.assertIn("503", attempts[-1].error)
        self.assertIn("busy", attempts[-1].answer)
        self.assertFalse(attempts[0].error)
        self.assertFalse(attempts.user_id)
        self.assertTrue(all(own.duration_text.endswith("s") for own in attempts))
        self.assertEqual(len(attempts), call.attempts)

    def test_no_answer_is_an_attempt(self):
        call = self.failed(None)
        self.assertEqual(call.attempt_ids.mapped("status_text"), ["No answer"])
        self.assertTrue(call.attempt_ids.error)

    def test_what_may_have_been_sent_is_one(self):
        outbox = "odoo.addons.marketplace_order_cancellation.models.outbox"
        loggers = mute_logger(f"{outbox}.sending", f"{outbox}.send_now")
        calls = self.registry["marketplace.outbound.call"]
        with patch.object(calls, "_take", side_effect=ZeroDivisionError), loggers:
            self.send()
            self.press()
        self.assertEqual(self.call.attempts, 2)
        by_person, by_job = self.call.attempt_ids
        self.assertEqual((by_job.user_id.id, by_person.user_id), (False, self.env.user))
        for own in (by_person, by_job):
            self.assertIn("ZeroDivisionError", own.error)
            self.assertEqual((own.status_text, own.duration_text), ("No answer", ""))

    def test_what_was_not_sent_is_none(self):
        self.account.new_outbound_token = False
        self.account.outbound_key = False
        self.send()
        self.assertFalse(self.call.attempt_ids)

    def test_oldest_are_forgotten(self):
        with patch.object(attempt, "_KEPT", 2):
            call = self.failed(*[(503, {}, {})] * 3)
        self.assertEqual(len(call.attempt_ids), 2)
        self.assertEqual(call.attempts, 3)

    def test_person_has_it_sent_at_once_and_sees_the_answer(self):
        self.failed((503, {}, {}))
        seller = new_test_user(
            self.env, "att-seller", "sales_team.group_sale_salesman_all_leads", name="Sally"
        )
        shown = self.press(seller)
        self.assertEqual((self.call.state, shown["type"]), ("sent", "success"))
        self.assertEqual(self.call.attempt_ids[0].user_id, seller)
        self.assertEqual(shown["next"]["tag"], "soft_reload")

    def test_refusal_is_shown_with_its_reason(self):
        self.failed((503, {}, {}))
        self.marketplace.answers.append((400, {"error": {"message": "Too late"}}, {}))
        shown = self.press()
        self.assertEqual((self.call.state, shown["type"]), ("failed", "danger"))
        self.assertIn("400", shown["message"])
        self.marketplace.answers.append((503, {}, {}))
        shown = self.press()
        self.assertEqual((self.call.state, shown["type"]), ("pending", "warning"))
        self.assertEqual(self.call.attempts, 3)

    def test_what_is_in_its_way_goes_first(self):
        """The account is left alone for a while, or another worker sends it just now."""
        self.failed((503, {}, {"Retry-After": "600"}))
        received = len(self.marketplace.received)
        with patch(
            "odoo.addons.marketplace_order_cancellation.models.outbox.send_now.lock_next_call"
        ) as lock:
            lock.return_value = []
            shown = self.press()
        self.assertEqual((self.call.state, shown["type"]), ("pending", "info"))
        self.assertEqual(len(self.marketplace.received), received)
        self.send()
        self.assertEqual(self.call.state, "sent")

    def test_what_fails_unexpectedly_is_sent_again(self):
        self.failed((503, {}, {}))
        calls = self.env.registry["marketplace.outbound.call"]
        with (
            patch.object(calls, "_take", side_effect=ValueError("surprise")),
            self.assertLogs("odoo.addons.marketplace_order_cancellation", "ERROR"),
        ):
            shown = self.press()
        self.assertEqual((self.call.state, shown["type"]), ("pending", "warning"))
        self.assertTrue(self.call.may_be_carried_out)

    def test_collision_is_repeated_by_odoo(self):
        self.failed((503, {}, {}))
        calls = self.env.registry["marketplace.outbound.call"]
        with (
            patch.object(calls, "_send_claimed", side_effect=ConcurrencyError),
            self.assertRaises(ConcurrencyError),
        ):
            self.press()

    def test_only_who_may_decide(self):
        self.failed((503, {}, {}))
        other = new_test_user(self.env, "att-other", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.press(other)
        self.press()
        with self.assertRaises(UserError):
            self.press()

    def test_answers_are_erased_with_the_calls(self):
        call = self.failed((400, {"error": {"message": "Jane Doe"}}, {}))
        self.assertIn("Jane", call.attempt_ids.answer)
        call._forget_answer()
        self.assertFalse(call.attempt_ids.answer)
        self.assertNotIn("Jane", call.attempt_ids.error)
