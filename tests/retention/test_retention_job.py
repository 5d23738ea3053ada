"""The job that deletes old receipts: in batches, within its time, whatever fails."""

# pylint: disable=translation-required

from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from ..helpers.retention import ADDON, RECEIPT, RetentionCase

BATCH = f"{ADDON}.models.retention.receipt.BATCH"


@tagged("post_install", "-at_install")
class TestJob(RetentionCase):
    def test_job_runs_daily_as_one_who_may(self):
        job = self.env.ref("marketplace_order_cancellation.cron_delete_expired")
        self.assertEqual((job.interval_number, job.interval_type), (1, "days"))
        self.assertTrue(job.active)
        self.assertEqual(job.user_id, self.env.ref("base.user_root"))

    def test_nobody_else_may_delete_receipts(self):
        rights = self.env["ir.model.access"].search([("model_id.model", "=", RECEIPT)])
        self.assertTrue(rights)
        self.assertFalse(any(rights.mapped("perm_unlink")))

    def test_all_is_deleted_in_batches_oldest_first(self):
        receipts = self.make_receipts(5)
        with self.batches() as batches:
            self.assertFalse(self.left(receipts))
        self.assertEqual(batches, [receipts[:2].ids, receipts[2:4].ids, receipts[4:].ids])

    @contextmanager
    def batches(self, fail=()):
        """Batches of two. Yields a list of what each one deletes.

        :param fail: exceptions to raise instead, by the number of the batch
        """
        batches, fail = [], dict(fail)
        delete = self.env.registry[RECEIPT]._delete

        def record(receipts):
            if receipts:
                batches.append(receipts.ids)
            if error := fail.pop(len(batches), None):
                raise error
            return delete(receipts)

        with patch(BATCH, 2), patch.object(self.env.registry[RECEIPT], "_delete", record):
            yield batches

    def test_job_ends_when_the_time_is_up_and_goes_on_later(self):
        receipts = self.make_receipts(5)
        with self.batches(), self.progress(time_left=0) as reported:
            self.run_deletion()
            self.assertEqual(receipts.exists(), receipts[2:])
            self.assertEqual([done for done, _remaining in reported], [2])
            self.assertGreater(reported[0][1], 0)
        with self.batches(), self.progress(time_left=60) as reported:
            self.run_deletion()
            self.assertFalse(receipts.exists())
            self.assertEqual([done for done, _remaining in reported], [2, 1, 0])
            self.assertEqual(reported[-1][1], 0)

    @contextmanager
    def progress(self, time_left):
        """Yields a list of ``(done, remaining)`` as they are reported to the scheduler."""
        reported = []

        def record(_cron, processed=0, *, remaining=None):
            reported.append((processed, remaining))
            return time_left

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", record):
            yield reported

    def run_deletion(self):
        with self.own_transactions() as env:
            env[RECEIPT]._cron_delete_expired()

    def test_batch_that_fails_leaves_the_others_deleted_and_its_own_untouched(self):
        receipts = self.make_receipts(5)
        with self.batches(fail={2: ValueError("no")}), self.own_transactions() as env:
            try:  # not assertRaises, which would undo the first batch as well
                env[RECEIPT]._cron_delete_expired()
            except ValueError as error:
                self.assertEqual(str(error), "no")
            else:
                self.fail("The job should have failed.")
        self.assertEqual(receipts.exists(), receipts[2:])

    def test_batch_that_collides_with_others_is_done_again(self):
        receipts = self.make_receipts(5)
        with self.batches(fail={2: SerializationFailure("collision")}) as batches:
            self.run_deletion()
        self.assertFalse(receipts.exists())
        self.assertEqual(batches[1], batches[2])

    def test_what_must_stay_does_not_keep_the_job_from_the_rest(self):
        order = self.make_order("kept", confirm=True)
        kept = [
            self.make_receipt("kept", 90, "kept", sale_order_id=order.id,
                              cancellation_request_id=str(number))
            for number in range(3)
        ]  # fmt: skip
        receipts = self.make_receipts(3)
        with self.batches():
            self.assertFalse(self.left(receipts))
        self.assertTrue(all(receipt.exists() for receipt in kept))

    def test_queries_do_not_grow_with_every_receipt(self):
        """A lock is asked for on every order; all else is done for the batch."""
        self.make_receipts(5)
        with self.count_queries() as few:
            self.run_deletion()
        self.make_receipts(25)
        with self.count_queries() as many:
            self.run_deletion()
        self.assertLessEqual(many[0] - few[0], 20 + 5)

    @contextmanager
    def count_queries(self):
        count = []
        before = self.env.cr.sql_log_count
        yield count
        count.append(self.env.cr.sql_log_count - before)
