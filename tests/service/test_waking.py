"""When the job that cancels what is queued is woken, and when it begins."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ...models.service.queue import AWAKE
from ...tools.lock import is_locked, release
from ..helpers.background import QUEUE, BackgroundCase
from ..helpers.locks import try_lock


@tagged("post_install", "-at_install")
class TestWaking(BackgroundCase):
    def test_job_is_woken(self):
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_1")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        self.queue(self.order_of_three("B-1"))
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]), triggers
        )

    def test_job_is_woken_for_an_order_that_was_begun_with(self):
        """It has to be looked at closely, and is queued in another way."""
        self.account.on_picking = "cancel"
        order = self.order_of_three("B-1")
        order.picking_ids.move_ids.picked = True
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_1")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        self.queue(order)
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]), triggers
        )

    def test_job_that_is_awake_is_not_woken(self):
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_1")
        triggers = [("cron_id", "=", job.id)]
        with db_connect(self.env.cr.dbname).cursor() as elsewhere:  # a job at work has a session
            lock = try_lock(elsewhere, *AWAKE)
            self.assertTrue(lock)
            before = self.env["ir.cron.trigger"].search_count(triggers)
            self.queue(self.order_of_three("B-1"))
            self.assertEqual(self.env["ir.cron.trigger"].search_count(triggers), before)
            release(elsewhere, [lock])
        self.queue(self.order_of_three("B-2"))
        self.assertGreater(self.env["ir.cron.trigger"].search_count(triggers), before)

    def test_job_shows_that_it_is_awake_though_a_request_is_looking(self):
        """Who looks for the sign holds its lock for a moment."""
        database = db_connect(self.env.cr.dbname)
        with database.cursor() as request, ThreadPoolExecutor(1) as threads:
            self.assertFalse(is_locked(request, *AWAKE))
            with database.cursor() as cr:
                service = self.env(cr=cr)["marketplace.cancellation.service"]
                end = threads.submit(self.end_once_waited_for, request, cr)
                with service._awake():
                    end.result()
                    self.assertTrue(is_locked(request, *AWAKE))
                request.rollback()
                self.assertFalse(is_locked(request, *AWAKE))

    def end_once_waited_for(self, cr, waiting):
        """End the transaction of ``cr`` as soon as ``waiting`` waits for a lock of it."""
        waiter = waiting.connection.get_backend_pid()
        with db_connect(self.env.cr.dbname).cursor() as observer:
            for _ in range(100):
                observer.execute(
                    "SELECT %s = ANY(pg_blocking_pids(%s))",
                    [cr.connection.get_backend_pid(), waiter],
                )
                if observer.fetchone()[0]:
                    break
                observer.rollback()
                time.sleep(0.001)
        cr.rollback()

    def test_what_is_queued_unseen_while_the_job_falls_asleep_is_settled(self):
        """A request that saw the job awake has not woken it."""
        first, second = self.order_of_three("B-1"), self.order_of_three("B-2")
        self.queue(first)
        service = self.env.registry["marketplace.cancellation.service"]
        original, late = service._settle_while_awake, [second]

        def settle_and_queue(service, blocked):
            outcome = original(service, blocked)
            if late:
                env = self.account.with_env(service.env)._as_endpoint().env
                order = late.pop().with_env(env)
                receipt = self.register("B-2").with_env(env)
                receipt._set_queued(order)
            return outcome

        with patch.object(service, "_settle_while_awake", settle_and_queue):
            self.settle()
        self.assertFalse(late)
        self.assertCancelled(first)
        self.assertCancelled(second)

    def wait_for_lull(self, *events, turn=60):
        """Have the job wait for a lull in which one after the other of ``events`` happens.

        :param events: functions of the service
        :param turn: for how long it may wait, in seconds
        :return: whether calls go first still, and how much has not happened
        """
        events = list(events)
        self.queue(self.order_of_three("B-1"))
        with self.own_transactions() as env, patch(f"{QUEUE}._TURN", turn):
            service = env["marketplace.cancellation.service"]
            with patch(f"{QUEUE}.time.sleep", lambda _seconds: events.pop(0)(service)):
                _has_time, go_first = service._settle_while_awake(set())
            return go_first, len(events)

    def call(self, _service):
        """A call for an order that is not known."""
        self.register("B-2")

    def test_calls_go_first_as_long_as_they_keep_coming(self):
        def other_call(_service):
            self.register("B-3")

        def nothing(_service):
            pass

        outcome = self.wait_for_lull(self.call, other_call, nothing, nothing)
        self.assertEqual(outcome, (False, 1))  # it did not wait for what was to come then

    def test_job_does_not_wait_where_nothing_is_queued(self):
        self.register("B-1")
        with self.own_transactions() as env, self.must_not_wait():
            outcome = env["marketplace.cancellation.service"]._settle_while_awake(set())
        self.assertEqual(outcome, (True, False))

    def must_not_wait(self):
        return patch(f"{QUEUE}.time.sleep", side_effect=AssertionError("it waits"))

    def test_job_is_due_although_the_clock_of_its_host_is_fast(self):
        """Odoo looks whether it is due by the database's clock."""
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_1")
        triggers = [("cron_id", "=", job.id)]
        before = self.env["ir.cron.trigger"].search(triggers)
        with freeze_time(self.env.cr.now() + timedelta(hours=1)):
            self.env["ir.cron"]._wake_own("cron_settle_queued_1")
        trigger = self.env["ir.cron.trigger"].search(triggers) - before
        self.assertLessEqual(trigger.call_at, self.env.cr.now())

    def test_job_goes_on_at_once_where_no_call_has_come_since_it_looked_last(self):
        def nothing(_service):
            pass

        order = self.order_of_three("B-2")
        self.queue(order)
        with patch(f"{QUEUE}.BATCH", 1):
            self.assertEqual(self.wait_for_lull(nothing), (False, 0))
        self.assertCancelled(order)

    def test_no_order_is_queued_for_long_while_calls_go_first(self):
        with patch(f"{QUEUE}._PATIENCE", timedelta(seconds=-1)):
            self.assertEqual(self.wait_for_lull(self.call), (False, 1))

    def test_other_jobs_get_their_turn_while_calls_go_first(self):
        self.assertEqual(self.wait_for_lull(turn=-1), (True, 0))

    def test_job_that_gives_others_their_turn_is_woken_again(self):
        """Otherwise it would be run again at once, up to ten times, before any other job."""
        order = self.order_of_three("B-1")
        receipt, _answer = self.queue(order)
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_1")
        triggers = [("cron_id", "=", job.id)]
        before = self.env["ir.cron.trigger"].search(triggers)
        reported = []

        def report(_cron, processed=0, *, remaining=None):
            reported.append((processed, remaining))
            return 1

        with (
            patch(f"{QUEUE}._TURN", -1),
            patch.object(self.env.registry["ir.cron"], "_commit_progress", report),
        ):
            self.settle()
        self.assertEqual(receipt.state, "queued")
        self.assertTrue(self.env["ir.cron.trigger"].search(triggers) - before)
        self.assertEqual(reported, [(0, 1), (0, 0)])
        self.settle()
        self.assertCancelled(order)

    def test_second_job_is_woken_for_many_orders(self):
        triggers = self.env["ir.cron.trigger"]
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_2")
        of_second = [("cron_id", "=", job.id)]
        orders = [self.order_of_three(f"B-{number}") for number in range(3)]
        before = triggers.search_count(of_second)
        with patch(f"{QUEUE}.BATCH", 2):
            for order in orders[:2]:
                self.queue(order)
            self.settle()
            self.assertEqual(triggers.search_count(of_second), before)
            for number in range(3, 6):
                orders.append(self.order_of_three(f"B-{number}"))
                self.queue(orders[-1])
            self.settle()
        self.assertEqual(triggers.search_count(of_second), before + 1)

    def test_second_job_waits_with_the_first_one(self):
        """Both begin when no call comes any more."""
        triggers = self.env["ir.cron.trigger"]
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_2")
        of_second = [("cron_id", "=", job.id)]
        for number in range(2, 5):
            self.queue(self.order_of_three(f"B-{number}"))
        before, seen = triggers.search_count(of_second), []

        def look(_service):
            seen.append(triggers.search_count(of_second))
            self.register(f"B-1{len(seen)}")

        with patch(f"{QUEUE}.BATCH", 2):
            self.wait_for_lull(look, look, lambda _service: None)
        self.assertEqual(seen, [before + 1] * 2)

    def test_second_job_stays_woken_where_the_turn_of_the_first_one_is_over(self):
        triggers = self.env["ir.cron.trigger"]
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_2")
        of_second = [("cron_id", "=", job.id)]
        for number in range(3):
            self.queue(self.order_of_three(f"B-{number}"))
        before = triggers.search_count(of_second)
        with (
            self.own_transactions() as env,
            patch(f"{QUEUE}.BATCH", 2),
            patch(f"{QUEUE}._TURN", -1),
        ):
            env["marketplace.cancellation.service"]._settle_while_awake(set())
            env.cr.rollback()
        self.assertEqual(triggers.search_count(of_second), before + 1)

    def test_job_whose_time_is_over_is_woken_again(self):
        self.queue(self.order_of_three("B-1"))
        service = self.env.registry["marketplace.cancellation.service"]
        job = self.env.ref("marketplace_order_cancellation.cron_settle_queued_1")
        triggers = [("cron_id", "=", job.id)]
        before = self.env["ir.cron.trigger"].search(triggers)
        ended = (False, False)
        with patch.object(service, "_settle_while_awake", lambda service, blocked: ended):
            self.settle()
        self.assertTrue(self.env["ir.cron.trigger"].search(triggers) - before)

    def test_job_goes_on_as_long_as_there_is_something_to_do(self):
        receipts = [self.queue(self.order_of_three(f"B-{number}"))[0] for number in range(4)]
        with patch(f"{QUEUE}.BATCH", 1), patch(f"{QUEUE}._IDLE", 2):
            self.settle()
        self.assertEqual({receipt.state for receipt in receipts}, {"cancelled"})
