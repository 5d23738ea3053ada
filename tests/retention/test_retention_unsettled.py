"""What was never settled has an age limit as well, and goes only where nothing is open."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...tools.arrival import Arrival
from ..helpers.migrations import MigrationCase
from ..helpers.retention import RetentionCase

UNSETTLED = ("waiting", "failed", "mismatch", "part_waiting", "part_failed")


@tagged("post_install", "-at_install")
class TestUnsettled(RetentionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({"retention_days": 0, "unsettled_days": 30})

    def make_unsettled(self, marketplace_order_id="1", days=31, state="failed", **values):
        return self.make_receipt(marketplace_order_id, days, state, settled_at=False, **values)

    def test_only_old_unsettled_requests_are_deleted(self):
        states = dict(self.env["marketplace.cancellation.receipt"]._fields["state"].selection)
        receipts = {state: self.make_unsettled(state, state=state) for state in states}
        young = {state: self.make_unsettled(f"y-{state}", 29, state) for state in UNSETTLED}
        self.run_job()
        gone = [state for state, receipt in receipts.items() if not receipt.exists()]
        self.assertEqual(set(gone), set(UNSETTLED))
        self.assertTrue(all(receipt.exists() for receipt in young.values()))

    def test_never_if_the_account_says_so(self):
        self.account.unsettled_days = 0
        self.assertTrue(self.left(self.make_unsettled(days=9000)))

    def test_settled_ones_have_a_limit_of_their_own(self):
        receipts = self.make_receipt("1", 90) | self.make_unsettled("2")
        self.assertEqual(self.left(receipts), receipts[0])
        self.account.write({"retention_days": 60, "unsettled_days": 120})
        receipts |= self.make_unsettled("2", 90)
        self.assertEqual(self.left(receipts.exists()).mapped("state"), ["failed"])

    def test_nothing_that_holds_an_order_goes(self):
        order = self.make_order("1", confirm=True)
        quotation = self.make_order("2")
        replaced = self.make_order("3", confirm=True)
        replacement = self.make_order(replaced_order_id=replaced.id, confirm=True)
        receipts = (
            self.make_unsettled("1", sale_order_id=order.id)
            | self.make_unsettled("2", state="waiting")
            | self.make_unsettled("3", sale_order_id=replaced.id)
        )
        self.rewrite(replaced, state="cancel")
        self.assertEqual(self.left(receipts), receipts)
        for done in (order, quotation, replacement):
            self.rewrite(done, state="cancel")
        self.assertFalse(self.left(receipts))

    def test_nothing_for_which_the_marketplace_still_calls(self):
        receipt = self.make_unsettled(days=90, state="waiting")
        receipt._record_delivery(Arrival.now("192.0.2.7"), 404)
        self.assertTrue(self.left(receipt))
        self.rewrite(receipt.delivery_ids, received_at=fields.Datetime.now() - timedelta(days=31))
        self.assertFalse(self.left(receipt))

    def test_resolved_ones_count_from_then(self):
        resolved = fields.Datetime.now() - timedelta(days=29)
        receipt = self.make_unsettled(days=90, resolved_at=resolved)
        self.assertTrue(self.left(receipt))
        self.rewrite(receipt, resolved_at=resolved - timedelta(days=2))
        self.assertFalse(self.left(receipt))

    def test_order_that_comes_after_it_is_not_cancelled(self):
        self.request_cancellation("1")
        receipt = self.receipts("1")
        for record in (receipt, receipt.delivery_ids):
            self.rewrite(record, received_at=fields.Datetime.now() - timedelta(days=31))
        self.assertFalse(self.left(receipt))
        self.assertUntouched(self.make_order("1", confirm=True))


@tagged("post_install", "-at_install")
class TestDefaults(MigrationCase):
    def test_new_accounts_have_a_limit(self):
        self.assertEqual(self.make_account("new").unsettled_days, 365)

    def test_accounts_of_before_have_none(self):
        self.env.cr.execute("ALTER TABLE marketplace_account DROP COLUMN unsettled_days")
        self.run_script("19.0.1.7.0", "pre-retention.py", former="19.0.1.6.0")
        self.assertEqual(self.account.unsettled_days, 0)
        self.account.unsettled_days = 90
        self.run_script("19.0.1.7.0", "pre-retention.py", former="19.0.1.6.0")
        self.assertEqual(self.account.unsettled_days, 90)
