"""What the scheduled job settles, and what is kept back until it has."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.common import SERVICE_LOGGER
from ..helpers.waiting_orders import WaitingCase


@tagged("post_install", "-at_install")
class TestPending(WaitingCase):
    """The order came in, and nobody noticed."""

    def import_past_the_addon(self, order, marketplace_order_id):
        """Make ``order`` the marketplace's as a transaction does that cannot see the receipt."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET marketplace_account_id = %s, marketplace_order_id = %s"
            " WHERE id = %s",
            [self.account.id, marketplace_order_id, order.id],
        )
        self.env.invalidate_all()

    def test_job_cancels_a_confirmed_order_that_was_not_noticed(self):
        receipt = self.wait_for("P-1")
        order = self.make_order(confirm=True)
        self.import_past_the_addon(order, "P-1")
        self.assertEqual((order.state, receipt.state), ("sale", "waiting"))
        self.run_cron()
        self.assertCancelledOnArrival(order, receipt)

    def test_job_leaves_quotations_and_unknown_orders_alone(self):
        unknown = self.wait_for("P-2")
        awaited = self.wait_for("P-3")
        quotation = self.make_order("P-3")
        self.run_cron()
        self.assertEqual((unknown | awaited).mapped("state"), ["waiting", "waiting"])
        self.assertEqual(quotation.state, "draft")

    def test_job_settles_a_request_that_the_server_did_not_get_to(self):
        order = self.make_order("P-4", confirm=True)
        receipt = self.env["marketplace.cancellation.receipt"].create(
            {"account_id": self.account.id, "marketplace_order_id": "P-4"}
        )
        self.assertEqual(receipt.state, "received")
        self.run_cron()
        self.assertCancelledOnArrival(order, receipt)

    def test_what_the_server_did_not_get_to_has_its_address_looked_at(self):
        order, other = self.make_order("P-4", confirm=True), self.make_order("P-0", confirm=True)
        receipt = self.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": "P-4",
                "path_order_id": other.name,
            }
        )
        self.run_cron()
        self.assertEqual(receipt.state, "mismatch")
        self.assertUntouched(order)
        self.assertUntouched(other)

    def test_job_whose_time_is_over_ends(self):
        receipts = [self.wait_for("P-9"), self.wait_for("P-10")]
        for receipt in receipts:
            order = self.make_order(confirm=True)
            self.import_past_the_addon(order, receipt.marketplace_order_id)
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *_args, **_values: 0):
            self.run_cron()
        self.assertEqual([receipt.state for receipt in receipts], ["cancelled", "waiting"])

    @mute_logger(SERVICE_LOGGER)
    def test_job_goes_on_after_a_failure(self):
        first, second = self.wait_for("P-9"), self.wait_for("P-10")
        broken, sound = self.make_order(confirm=True), self.make_order(confirm=True)
        self.import_past_the_addon(broken, "P-9")
        self.import_past_the_addon(sound, "P-10")
        with self.failing_cancellation(broken):
            self.run_cron()
        self.assertEqual((first.state, first.error), ("failed", "Not today."))
        self.assertUntouched(broken)
        self.assertEqual(second.state, "cancelled")
        self.assertCancelled(sound)

    @mute_logger(SERVICE_LOGGER)
    def test_transfer_is_kept_back_although_the_job_failed(self):
        self.wait_for("P-11")  # the marketplace was told 404, and may never call again
        order = self.make_order(confirm=True)
        self.import_past_the_addon(order, "P-11")
        with self.failing_cancellation(order):
            self.run_cron()
        order.picking_ids.move_ids.picked = True
        with self.assertRaises(UserError):
            order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_import_wakes_the_job(self):
        cron = self.env.ref("marketplace_order_cancellation.cron_settle_pending")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.make_order("P-5")
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), triggers + 1
        )

    def test_transfer_of_an_order_whose_cancellation_waits_cannot_be_validated(self):
        self.wait_for("P-6")
        order = self.make_order(confirm=True)
        self.import_past_the_addon(order, "P-6")
        order.picking_ids.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "Test Market has cancelled its order P-6"):
            order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(self.on_hand(), (100, 1))

    def test_transfers_of_other_orders_can_be_validated(self):
        self.wait_for("P-7")
        order = self.make_order("P-8", confirm=True)
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")
