"""Receipts of any age, and the job that deletes those that are old."""

# pylint: disable=translation-required

from datetime import timedelta

from odoo import fields

from .common import MarketplaceCase

ADDON = "odoo.addons.marketplace_order_cancellation"
RECEIPT = "marketplace.cancellation.receipt"


class RetentionCase(MarketplaceCase):
    """The account ``test-market`` keeps receipts for 30 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.retention_days = 30

    def make_receipt(self, marketplace_order_id="1", days=31, state="cancelled", **values):
        """A receipt that was settled so many ``days`` ago."""
        moment = fields.Datetime.now() - timedelta(days=days)
        return self.env[RECEIPT].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": marketplace_order_id,
                "state": state,
                "received_at": moment,
                "settled_at": moment,
                **values,
            }
        )

    def make_receipts(self, number):
        """So many receipts that are to go, oldest first."""
        ages = range(40 + number, 40, -1)
        return self.env[RECEIPT].concat(*[self.make_receipt(str(age), age) for age in ages])

    def age(self, receipts, days=31):
        """Let ``receipts`` have been received and settled so many ``days`` earlier."""
        for receipt in receipts:
            earlier = timedelta(days=days)
            self.rewrite(
                receipt,
                received_at=receipt.received_at - earlier,
                settled_at=receipt.settled_at - earlier,
            )

    def run_job(self):
        self.run_cron("cron_delete_expired")

    def left(self, receipts):
        """Those of ``receipts`` that are left once the job has run."""
        self.run_job()
        return receipts.exists()

    def cancelled_order(self, marketplace_order_id="1"):
        """An order that the marketplace has cancelled, and its receipt, old enough to go."""
        order = self.make_order(marketplace_order_id, confirm=True)
        self.request_cancellation(marketplace_order_id)
        receipt = self.receipts(marketplace_order_id)
        self.assertEqual((receipt.state, receipt.sale_order_id), ("cancelled", order))
        self.age(receipt)
        return order, receipt
