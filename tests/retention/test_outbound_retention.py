"""What a marketplace answered is kept as long as receipts are."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..helpers.outbound import OutboundCase


@tagged("post_install", "-at_install")
class TestAnswers(OutboundCase):
    def setUp(self):
        super().setUp()
        self.old, self.new = [
            self.cancelled_here(self.make_order(name, confirm=True)) for name in ("O-1", "O-2")
        ]
        self.marketplace.answers.extend([(200, {"client": "A Shopper"}, {})] * 2)
        self.send()
        self.old.last_attempt_at = fields.Datetime.now() - timedelta(days=31)

    def kept(self):
        """Which of the calls have an answer yet."""
        return [bool(call.answer_body) for call in (self.old, self.new)]

    def test_it_goes_with_the_receipts_of_its_time(self):
        self.account.retention_days = 30
        self.run_cron("cron_delete_expired")
        self.assertEqual(self.kept(), [False, True])
        self.assertEqual((self.old.state, self.old.answer_status), ("sent", 200))

    def test_it_stays_where_receipts_do(self):
        self.account.retention_days = 0
        self.run_cron("cron_delete_expired")
        self.assertEqual(self.kept(), [True, True])

    def test_it_is_forgotten_for_each_account_by_itself(self):
        self.account.retention_days = 40
        other = self.make_account("other-market")
        other.retention_days = 1
        self.run_cron("cron_delete_expired")
        self.assertEqual(self.kept(), [True, True])
