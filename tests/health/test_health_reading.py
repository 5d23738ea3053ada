"""What health says of the Orders hook and of orders that are to be read."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..helpers.health import HealthCase


@tagged("post_install", "-at_install")
class TestHealthReading(HealthCase):
    def setUp(self):
        super().setUp()
        self.account.arrival_way = "hook"

    def hook(self, **values):
        self.rewrite(self.account, **values)

    def test_account_without_a_hook_has_no_line_about_it(self):
        self.account.arrival_way = "call"
        self.assertFalse({"hook", "reading"} & {one["key"] for one in self.account.health_checks})

    def test_hook_that_is_not_there_needs_attention(self):
        self.assertAttention("hook")
        self.hook(hook_state="connecting")
        self.assertAttention()
        self.hook(hook_state="connected")
        self.assertCheck("hook", "ok", "Connected", "No notification has come yet.")
        credential, _token = self.account.hook_credential_ids._issue(self.account, kind="hook")
        self.rewrite(credential, last_used_at=fields.Datetime.now() - timedelta(minutes=5))
        self.account.invalidate_recordset()
        self.assertCheck("hook", "ok", "Connected", "The last notification came 5 minutes ago.")
        self.hook(hook_state="dropped")
        self.assertAttention("hook")
        self.hook(hook_error="It says no.")
        self.assertCheck("hook", "attention", "Dropped by the marketplace", "It says no.")

    def test_followers_are_told_once_that_the_hook_is_dropped(self):
        self.hook(hook_state="connected")
        self.account._tell_health()
        before = self.account.message_ids
        self.hook(hook_state="dropped")
        self.account._tell_health()
        self.account._tell_health()
        message = self.account.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertIn("Orders hook", message.body)

    def test_orders_to_read(self):
        self.hook(hook_state="connected")
        self.account.write(
            {"store_name": "lux", "outbound_key": "k", "new_outbound_token": "t0ken"}
        )
        self.assertCheck("reading", "ok", "None")
        readings = self.env["marketplace.order.reading"]
        readings._note(self.account, "H-1", "hook")
        self.assertCheck("reading", "info", "1")
        self.rewrite(readings.search([]), noted_at=fields.Datetime.now() - timedelta(hours=2))
        self.assertAttention("reading")
        later = fields.Datetime.now() + timedelta(minutes=5)
        self.hook(reading_paused_until=later)
        self.assertAttention()
        self.hook(reading_paused_until=None, reading_stop="It may not.")
        self.assertCheck("reading", "attention", "1", "It may not.")
