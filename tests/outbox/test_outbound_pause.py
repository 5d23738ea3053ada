"""When a marketplace is left alone, and that nobody else's calls wait for it."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.outbox import sending
from ...tools.outbound.outcome import FIRST_REST, LONGEST_PAUSE
from ..helpers.outbound import CALL, OutboundCase
from ..helpers.stub_marketplace import StubMarketplace


class PauseCase(OutboundCase):
    """Two accounts with a marketplace each; the first one's calls have been due for longer."""

    def setUp(self):
        super().setUp()
        self.elsewhere = self.enterContext(StubMarketplace())
        self.other = self.make_account("other-market", name="Other Market")
        self.connect(self.other, services_endpoint=f"{self.elsewhere.url}/api/oms")
        self.mine = self.env[CALL]
        for number in range(6):
            self.mine |= self.cancelled_here(self.make_order(f"O-{number}", confirm=True))
        self.make_due(self.mine, age=timedelta(minutes=5))

    def others_call(self, name="X-1"):
        order = self.make_order(name, confirm=True, marketplace_account_id=self.other.id)
        return self.cancelled_here(order)

    def silent(self):
        """Let the first marketplace answer nothing from now on, and have it found out."""
        self.marketplace.answers.extend([None] * 100)
        self.send()
        self.assertTrue(self.account.outbound_paused_until)

    def elapse(self, **duration):
        """Let time go by: whatever has a time in the outbox is so much older."""
        for call in self.env[CALL].search([]):
            times = ("pause_until", "last_attempt_at", "next_attempt_at", "pending_since")
            for name in times:
                if moment := call[name]:
                    call[name] = moment - timedelta(**duration)
        self.env.flush_all()
        self.env.invalidate_all()

    def pause(self):
        """For how many seconds the first marketplace is left alone yet."""
        until = self.account.outbound_paused_until
        return until and (until - fields.Datetime.now()).total_seconds()


@tagged("post_install", "-at_install")
class TestSilentMarketplace(PauseCase):
    def test_others_calls_go_first_and_it_is_left_alone(self):
        happened = []

        def note(name, answer):
            return lambda: happened.append(name) or answer

        self.marketplace.answers.extend([note("mine", None)] * 20)
        self.elsewhere.answers.extend([note("other", (200, {}, {}))] * 2)
        others = self.others_call("X-1") | self.others_call("X-2")
        self.send()
        self.assertEqual(happened, ["mine", "other", "other", "mine", "mine"])
        self.assertEqual(set(others.mapped("state")), {"sent"})
        self.assertEqual(set(self.mine.mapped("state")), {"pending"})
        self.assertEqual(sorted(self.mine.mapped("attempts")), [0, 0, 0, 1, 1, 1])
        self.assertFalse(self.other.outbound_paused_until)

    def test_it_is_shown_until_when(self):
        self.silent()
        self.assertAlmostEqual(self.pause(), FIRST_REST, delta=15)
        self.assertEqual(self.mine[-1].account_paused_until, self.account.outbound_paused_until)
        (line,) = [line for line in self.account.health_checks if line["key"] == "told"]
        self.assertEqual(line["state"], "attention")
        self.assertIn("nothing is sent to it until", line["text"])
        (line,) = [line for line in self.other.health_checks if line["key"] == "told"]
        self.assertNotIn("othing is sent", line["text"])

    def test_one_call_finds_out_whether_it_answers_again(self):
        self.silent()
        called = len(self.marketplace.received)
        self.send()
        self.assertEqual(len(self.marketplace.received), called)
        self.elapse(seconds=FIRST_REST)
        self.assertFalse(self.account.outbound_paused_until)
        self.send()
        self.assertEqual(len(self.marketplace.received), called + 1)
        self.assertAlmostEqual(self.pause(), 2 * FIRST_REST, delta=15)
        self.elapse(seconds=2 * FIRST_REST)
        self.marketplace.answers.clear()
        self.make_due(self.mine)
        self.send()
        self.assertEqual(set(self.mine.mapped("state")), {"sent"})
        self.assertFalse(self.account.outbound_paused_until)

    def test_job_wakes_when_the_pause_is_over(self):
        self.silent()
        job = self.env.ref("marketplace_order_cancellation.cron_send_calls")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertIn(self.account.outbound_paused_until, triggers.mapped("call_at"))

    def test_a_single_call_that_is_never_answered_stops_no_other(self):
        for _time in range(5):
            self.marketplace.answers.append(None)
            self.make_due(self.mine[0])
            self.mine[0].next_attempt_at -= timedelta(hours=1)
            self.send()
        self.assertEqual((self.mine[0].state, self.mine[0].attempts), ("pending", 5))
        self.assertEqual(set(self.mine[1:].mapped("state")), {"sent"})
        self.assertFalse(self.account.outbound_paused_until)

    def test_answer_in_between_begins_the_row_anew(self):
        self.mine[:3].action_give_up("Not needed here.")
        self.marketplace.answers.extend([None, (503, {}, {}), None])
        for call in self.mine[3:]:
            call.next_attempt_at = fields.Datetime.now() + timedelta(hours=1)
        for call in self.mine[3:]:
            self.make_due(call)
            self.send()
            self.elapse(seconds=1)
        self.assertEqual(set(self.mine[3:].mapped("attempts")), {1})
        self.assertFalse(self.account.outbound_paused_until)

    def test_somebody_may_try_it_at_once(self):
        self.silent()
        self.marketplace.answers.clear()
        self.mine.filtered("attempts")[:1].action_send_again()
        self.assertFalse(self.account.outbound_paused_until)
        self.make_due(self.mine)
        self.send()
        self.assertEqual(set(self.mine.mapped("state")), {"sent"})

    def test_connection_test_that_is_answered_ends_it(self):
        self.silent()
        with self._test_mode():
            self.account.action_test_connection()
        self.assertTrue(self.account.outbound_paused_until)
        self.marketplace.answers.clear()
        with self._test_mode():
            self.account.action_test_connection()
        self.assertFalse(self.account.outbound_paused_until)

    def test_what_is_not_tried_for_too_long_is_given_up_all_the_same(self):
        self.silent()
        untried = self.mine.filtered(lambda call: not call.attempts)
        self.make_due(untried[0], age=timedelta(days=self.account.outbound_days))
        called = len(self.marketplace.received)
        self.send()
        self.assertEqual(untried.mapped("state"), ["expired", "pending", "pending"])
        self.assertIn("nothing is sent to it until", untried[0].error)
        self.assertEqual(untried[0].activity_ids.user_id, self.account._responsible_user())
        self.assertEqual(len(self.marketplace.received), called)


@tagged("post_install", "-at_install")
class TestRetryAfter(PauseCase):
    def test_it_stops_the_calls_to_that_marketplace_alone(self):
        self.marketplace.answers.append((429, {}, {"Retry-After": "3600"}))
        others = self.others_call()
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertEqual(sorted(self.mine.mapped("attempts")), [0, 0, 0, 0, 0, 1])
        self.assertEqual(others.state, "sent")
        self.assertAlmostEqual(self.pause(), 3600, delta=15)
        self.assertFalse(self.other.outbound_paused_until)
        self.elapse(seconds=3590)
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)
        self.elapse(seconds=40)
        self.send()
        self.assertEqual(set(self.mine.mapped("state")), {"sent"})

    def test_a_year_is_bounded(self):
        in_a_year = fields.Datetime.now() + timedelta(days=365)
        for year in (str(365 * 86400), f"{in_a_year:%a, %d %b %Y %H:%M:%S} GMT", "9" * 30):
            with self.subTest(year):
                self.mine[0].action_send_again()
                self.mine[0].next_attempt_at -= timedelta(hours=1)
                self.marketplace.answers.append((503, {}, {"Retry-After": year}))
                self.send()
                self.assertAlmostEqual(self.pause(), LONGEST_PAUSE, delta=15)
                wait = self.mine[0].next_attempt_at - self.mine[0].last_attempt_at
                self.assertLessEqual(wait.total_seconds(), LONGEST_PAUSE + 15)
        self.elapse(seconds=LONGEST_PAUSE + 30)
        self.send()
        self.assertEqual(set(self.mine.mapped("state")), {"sent"})

    def test_it_holds_when_the_call_that_heard_of_it_is_given_up(self):
        self.marketplace.answers.append((429, {}, {"Retry-After": "3600"}))
        self.send()
        self.mine.filtered("attempts").action_give_up("By phone.")
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertAlmostEqual(self.pause(), 3600, delta=15)

    def test_answer_without_it_stops_nothing(self):
        self.marketplace.answers.extend([(429, {}, {}), (503, {}, {"Retry-After": "soon"})])
        self.send()
        self.assertEqual(len(self.marketplace.received), 6)
        self.assertFalse(self.account.outbound_paused_until)


@tagged("post_install", "-at_install")
class TestRun(PauseCase):
    def test_one_run_of_the_job_takes_so_long_at_the_most(self):
        """What is left is for the next run, which begins after other jobs had their turn."""
        job = self.env.ref("marketplace_order_cancellation.cron_send_calls")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        triggers.unlink()
        self.marketplace.answers.append(lambda: time.sleep(0.1) or (200, {}, {}))
        with patch.object(sending, "_LONGEST_RUN", 0.05):
            self.send()
        self.assertEqual(len(self.marketplace.received), 1)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertTrue(triggers.filtered(lambda trigger: trigger.call_at <= fields.Datetime.now()))

    def test_odoo_is_not_told_to_begin_at_once_again(self):
        """It would do so up to ten times, and kill the job if each ends with a time-out."""
        job = self.env.ref("marketplace_order_cancellation.cron_send_calls")
        with self.own_transactions() as env:
            cron = env["ir.cron"].browse(job.id)
            ended = {"cron_id": job.id, "cron_end_time": time.monotonic()}
            cron, progress = cron.with_context(**ended)._add_progress()
            cron.env[CALL]._cron_send()
            self.assertEqual((progress.done, progress.remaining), (1, 0))
        self.assertEqual(len(self.marketplace.received), 1)
