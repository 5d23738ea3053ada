"""The page that says how an account fares."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .common import MarketplaceCase

ADDON = "marketplace_order_cancellation"
RECEIPT = "marketplace.cancellation.receipt"


class HealthCase(MarketplaceCase):
    def setUp(self):
        super().setUp()
        self.account._generate_credential()
        self.account.user_id = new_test_user(
            self.env, "in charge", f"{ADDON}.group_marketplace_user"
        )
        # the jobs of a database of tests do not run
        for job in self.own_jobs():
            self.rewrite(job, nextcall=fields.Datetime.now() + timedelta(minutes=5))

    def own_jobs(self):
        known = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.cron")]
        )
        return self.env["ir.cron"].browse(known.mapped("res_id"))

    def checks(self, account=None, user=None):
        account = (account or self.account).with_user(user or self.env.user)
        account.invalidate_recordset()
        return {check["key"]: check for check in account.health_checks}

    def make_receipt(self, marketplace_order_id, **values):
        return self.env[RECEIPT].create(
            {"account_id": self.account.id, "marketplace_order_id": marketplace_order_id, **values}
        )

    def assertCheck(self, key, state, value=None, text=None):
        check = self.checks()[key]
        self.assertEqual(check["state"], state, check)
        if value is not None:
            self.assertEqual(check["value"], value)
        if text:
            self.assertIn(text, check["text"])

    def assertAttention(self, *keys):
        found = {key for key, check in self.checks().items() if check["state"] == "attention"}
        self.assertEqual(found, set(keys))
        unattended = "ok" if self.account._last_request() else "unconnected"
        self.assertEqual(self.account.health, "attention" if keys else unattended)
