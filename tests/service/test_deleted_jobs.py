"""What goes on when somebody has deleted or archived a job."""

from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestDeletedJobs(WarehouseCase):
    """Who deletes a job, or archives it, stops that job and no import."""

    JOBS = ("cron_settle_pending", "cron_settle_queued_1", "cron_settle_queued_2")

    def jobs(self):
        return [self.env.ref(f"marketplace_order_cancellation.{name}") for name in self.JOBS]

    def assertImported(self, name):
        order = self.order_of_three(name)
        self.assertEqual(order.state, "sale")
        self.request_cancellation(f"{name}-LATER")
        later = self.order_of_three(f"{name}-LATER")
        self.assertCancelled(later)
        self.account.settlement = "background"
        self.assertEqual(self.request_cancellation(name).status, 200)

    def test_import_goes_on_when_jobs_are_archived(self):
        for job in self.jobs():
            job.active = False
        self.assertImported("D-1")

    def test_import_goes_on_when_jobs_are_deleted(self):
        for job in self.jobs():
            job.unlink()
        self.assertImported("D-1")
