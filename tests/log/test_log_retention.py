"""What becomes of a log when the job deletes old receipts."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from ..helpers.log import LogCase


@tagged("post_install", "-at_install")
class TestRetention(LogCase):
    def setUp(self):
        super().setUp()
        self.account.retention_days = 30
        self.verify()

    def age(self, days):
        """Let time go by, for the log as well. What it says of the time is its own to verify, so
        it is written anew by those who can."""
        earlier = timedelta(days=days)
        for receipt in self.receipt | self.other:
            self.rewrite(
                receipt,
                received_at=receipt.received_at - earlier,
                settled_at=receipt.settled_at - earlier,
            )
        self.delete(self.entries())
        for records in (self.receipt | self.other, (self.receipt | self.other).delivery_ids):
            self.env["marketplace.log.entry"]._write_entries(
                records._log_states(tuple(records.ids))
            )
        self.env.cr.execute(
            SQL("UPDATE marketplace_log_entry SET noted_at = noted_at - %s", earlier)
        )
        self.assertEqual(self.findings(), [])

    def test_what_the_job_deletes_is_not_missing(self):
        self.age(31)
        self.run_cron("cron_delete_expired")
        self.assertFalse((self.receipt | self.other).exists())
        self.assertEqual(self.findings(), [])

    def test_log_is_cut(self):
        noted = self.noted()
        self.age(31)
        aged = self.noted()
        self.run_cron("cron_delete_expired")
        self.assertEqual(self.account.sudo().log_begins_after, 5)
        self.assertEqual(self.entries().mapped("digest"), [False, False])  # that they are deleted
        self.assertEqual(self.findings(), [])
        self.assertEqual(self.findings(aged), [])
        self.assertTrue(self.findings(noted))

    def test_what_stays_is_noted_once_more(self):
        self.age(31)
        self.receipt.sale_order_id.action_draft()  # revived: its receipt is needed
        self.run_cron("cron_delete_expired")
        self.assertEqual((self.receipt | self.other).exists(), self.receipt)
        self.assertEqual(self.findings(), [])
        self.rewrite(self.receipt, reason="x")
        self.assertEqual(len(self.findings()), 1)

    def test_what_was_changed_is_not_noted_as_right(self):
        self.age(31)
        self.receipt.sale_order_id.action_draft()
        self.rewrite(self.receipt, reason="x")
        self.run_cron("cron_delete_expired")
        self.assertEqual(len(self.findings()), 1)

    def test_what_was_missing_stays_missing(self):
        self.age(31)
        self.delete(self.receipt.delivery_ids[0])
        self.receipt.sale_order_id.action_draft()
        self.run_cron("cron_delete_expired")
        self.assertEqual(len(self.findings()), 1)

    def test_younger_entries_stay(self):
        self.age(29)
        self.run_cron("cron_delete_expired")
        self.assertFalse(self.account.sudo().log_begins_after)

    def test_nothing_is_cut_without_retention(self):
        self.age(31)
        self.account.retention_days = 0
        self.run_cron("cron_delete_expired")
        self.assertFalse(self.account.sudo().log_begins_after)
        self.assertEqual(len((self.receipt | self.other).exists()), 2)
