"""The page that says how an account fares: what is looked at, and what it costs."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, new_test_user, tagged

from ...tools.arrival import Arrival
from ..helpers.health import ADDON, RECEIPT, HealthCase


@tagged("post_install", "-at_install")
class TestHealth(HealthCase):
    def test_account_without_calls_needs_nothing(self):
        self.assertAttention()
        self.assertCheck("calls", "info", "None yet")

    def test_last_call_is_the_newest_receipt_or_the_latest_use_of_a_key(self):
        now = fields.Datetime.now()
        self.make_receipt("1", received_at=now - timedelta(days=3))
        self.make_receipt("2", received_at=now - timedelta(hours=5))
        self.assertEqual(self.account._last_request(), now - timedelta(hours=5))
        self.assertCheck("calls", "ok", "5 hours ago")
        self.make_receipt("TEST-1", received_at=now)
        self.assertEqual(self.account._last_request(), now - timedelta(hours=5))
        self.rewrite(self.account.credential_ids, last_used_at=now - timedelta(minutes=2))
        self.assertEqual(self.account._last_request(), now - timedelta(minutes=2))

    def test_paused_account_needs_attention(self):
        self.account.action_pause()
        self.assertAttention("calls")

    def test_errors_of_a_day_are_counted_by_status(self):
        receipt = self.make_receipt("1")
        other = self.make_receipt("2", account_id=self.make_account("other").id)
        for status, on in ((200, receipt), (404, receipt), (404, receipt), (409, other)):
            on._record_delivery(Arrival.now(None), status)
        self.assertEqual(self.account._errors_of_a_day(), {404: 2})
        self.assertCheck("answers", "info", "2", "2 with 404 (order not known yet)")
        self.rewrite(receipt.delivery_ids, received_at=fields.Datetime.now() - timedelta(days=2))
        self.assertCheck("answers", "ok", "None")
        receipt._record_delivery(Arrival.now(None), 500)
        self.assertAttention("answers")

    def test_what_waits_for_a_person_needs_attention(self):
        for number, state in enumerate(("evaluating", "evaluating", "failed", "mismatch")):
            self.make_receipt(str(number), state=state)
        self.assertCheck("people", "attention", "4", "2 to decide, 1 failed, 1 name two orders")

    def test_what_is_resolved_waits_for_nobody(self):
        receipts = self.env[RECEIPT]
        for number, state in enumerate(("failed", "mismatch", "waiting")):
            receipts |= self.make_receipt(str(number), state=state)
        self.assertAttention("people")
        receipts.action_resolve("Settled by phone.")
        self.assertAttention()
        self.assertCheck("waiting", "ok", "None")
        for key in ("people", "waiting"):
            action = self.account.with_context(health_check=key).action_open_check()
            self.assertFalse(self.env[RECEIPT].search(action["domain"]))

    def test_what_waits_for_its_order_is_told_with_the_oldest(self):
        now = fields.Datetime.now()
        for days in (2, 5):
            self.make_receipt(str(days), state="waiting", received_at=now - timedelta(days=days))
        self.assertAttention()
        self.assertCheck("waiting", "info", "2", "the oldest, 5 days ago")

    def test_what_is_queued_for_long_needs_attention(self):
        receipt = self.make_receipt("1", state="queued")
        self.assertCheck("queued", "info", "1")
        self.rewrite(receipt, received_at=fields.Datetime.now() - timedelta(hours=2))
        self.assertAttention("queued")

    def test_account_that_cannot_be_called_says_so(self):
        self.assertCheck("told", "off", "Not connected")

    def test_calls_that_the_marketplace_does_not_take(self):
        values = {"account_id": self.account.id, "kind": "cancel"}
        calls = self.env["marketplace.outbound.call"]
        call = calls.create({**values, "marketplace_order_id": "1"})
        calls.create({**values, "marketplace_order_id": "2", "state": "sent"})
        self.assertCheck("told", "info", "1", "1 to send")
        call.pending_since = fields.Datetime.now() - timedelta(hours=2)
        self.assertAttention("told")
        call.write({"pending_since": fields.Datetime.now(), "state": "failed"})
        self.assertAttention("told")
        call.state = "given_up"
        self.assertAttention()

    def test_keys_that_end(self):
        now = fields.Datetime.now()
        self.assertCheck("keys", "info", "1", "Never used: 1")
        self.rewrite(self.account.credential_ids, last_used_at=now)
        self.assertCheck("keys", "ok", "1")
        for days, state in ((30, "ok"), (13, "attention")):
            self.rewrite(self.account.credential_ids, expires_at=now + timedelta(days=days))
            self.assertCheck("keys", state, "1", "The last working credentials expire on")
        self.account._generate_credential(present_until=now + timedelta(days=7))
        self.assertCheck("keys", "info", "2", "The previous ones work until")
        self.account.credential_ids.action_revoke()
        self.assertCheck("keys", "info", "0", "every call is rejected")
        self.make_receipt("1")
        self.assertAttention("keys")

    def test_accounts_whose_calls_are_signed_need_a_secret(self):
        self.account.authentication = "signature"
        self.make_receipt("1")
        self.assertCheck("keys", "attention", "0")
        self.account.new_signing_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        self.assertCheck("keys", "info", "1", "Never used")

    def test_verification_of_the_log_is_remembered(self):
        receipt = self.make_receipt("1")
        self.env.cr.flush()
        self.assertCheck("log", "info", "Not yet")
        with self.enter_registry_test_mode():
            self.account.verify_log()
            self.assertCheck("log", "ok")
            self.rewrite(receipt, marketplace_order_id="2")
            self.account.verify_log()
        self.assertAttention("log")

    def test_jobs_that_do_not_run(self):
        job = self.env.ref(f"{ADDON}.cron_settle_queued_1")
        self.rewrite(job, nextcall=fields.Datetime.now() - timedelta(hours=1))
        self.assertAttention("jobs")
        self.assertCheck("jobs", "attention", "1", f"Late: {job.name}")
        self.rewrite(job, active=False)
        self.assertCheck("jobs", "attention", "1", f"Switched off: {job.name}")

    def test_links_open_what_was_counted(self):
        receipts = {
            "people": self.make_receipt("1", state="failed"),
            "waiting": self.make_receipt("2", state="waiting"),
            "queued": self.make_receipt("3", state="queued"),
            "answers": self.make_receipt("4", state="cancelled"),
        }
        self.make_receipt("5", state="cancelled")._record_delivery(Arrival.now(None), 200)
        receipts["answers"]._record_delivery(Arrival.now(None), 404)
        for key, receipt in receipts.items():
            with self.subTest(key):
                self.assertTrue(self.checks()[key]["link"])
                action = self.account.with_context(health_check=key).action_open_check()
                self.assertEqual(self.env[action["res_model"]].search(action["domain"]), receipt)

    def test_whoever_reads_the_account_sees_its_health_and_no_key(self):
        user = new_test_user(self.env, "reader", f"{ADDON}.group_marketplace_user")
        self.rewrite(
            self.account.credential_ids, expires_at=fields.Datetime.now() + timedelta(days=3)
        )
        checks = self.checks(user=user)
        self.assertEqual(checks["keys"]["state"], "attention")
        self.assertNotIn(self.account.credential_ids.app_key, str(checks))
        action = self.account.with_user(user).action_view_health()
        with Form(self.account.with_user(user), view=action["views"][0][0]) as form:
            self.assertEqual(form.health, "attention")
