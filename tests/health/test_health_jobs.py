"""What health says of a server on which no job runs, or no lock holds."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.pool import PoolError

from odoo import fields
from odoo.tests import tagged

from ...models.health import health
from ..helpers.health import ADDON, HealthCase


@tagged("post_install", "-at_install")
class TestJobsThatDoNotRun(HealthCase):
    def minutes_ago(self, minutes):
        return fields.Datetime.now() - timedelta(minutes=minutes)

    def test_orders_that_no_job_cancels(self):
        """The default settings confirm them, but without cron workers nobody cancels them."""
        queued = self.make_receipt("1", state="queued")
        self.assertAttention()
        job = self.env.ref(f"{ADDON}.cron_settle_queued_1")
        self.rewrite(job, nextcall=self.minutes_ago(11))
        self.assertAttention("jobs")
        self.assertCheck("jobs", "attention", "1", f"Late: {job.name}.")
        self.assertCheck("jobs", "attention", "1", "(max_cron_threads)")
        self.assertCheck("jobs", "attention", "1", "are only on hold")
        self.rewrite(queued, received_at=self.minutes_ago(11))
        self.assertAttention("jobs", "queued")
        self.assertCheck("queued", "attention", "1", "no scheduled action has cancelled them")

    def test_job_that_runs_now_and_then_has_more_time(self):
        job = self.env.ref(f"{ADDON}.cron_settle_pending")
        self.rewrite(job, nextcall=self.minutes_ago(11))
        self.assertAttention()
        self.rewrite(job, nextcall=self.minutes_ago(31))
        self.assertAttention("jobs")
        self.assertNotIn("on hold", self.checks()["jobs"]["text"])  # nothing is queued

    def test_job_that_has_much_to_do_is_not_late(self):
        job = self.env.ref(f"{ADDON}.cron_settle_queued_1")
        self.rewrite(job, nextcall=self.minutes_ago(60))
        progress = self.env["ir.cron.progress"].create({"cron_id": job.id})
        self.assertAttention()
        self.rewrite(progress, write_date=self.minutes_ago(20))
        self.assertAttention("jobs")

    def test_clock_is_asked_once_for_all_jobs(self):
        """The list of accounts says of each whether it needs attention."""
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertFalse(any(self.account._idle_jobs()))
        self.assertLess(self.env.cr.sql_log_count - before, 8)


@tagged("post_install", "-at_install")
class TestSessions(HealthCase):
    def setUp(self):
        super().setUp()
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)

    def test_each_connection_has_its_session(self):
        self.assertCheck("sessions", "ok")

    def test_pool_between_odoo_and_postgresql(self):
        with patch.object(health, "keeps_sessions", return_value=False):
            self.assertAttention("sessions")
            self.assertCheck("sessions", "attention", text="pool_mode = session")

    def test_too_many_connections_to_ask(self):
        with patch.object(health, "keeps_sessions", side_effect=PoolError):
            self.assertCheck("sessions", "info")
            self.assertAttention()
