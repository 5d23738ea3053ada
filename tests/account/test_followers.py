"""Who follows an account is told what concerns it, and not of everything."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from ...tools.arrival import Arrival
from ..helpers.health import ADDON, RECEIPT, HealthCase
from ..helpers.signing import SECRET


@tagged("post_install", "-at_install")
class TestFollowers(HealthCase):
    def setUp(self):
        super().setUp()
        self.follower = new_test_user(
            self.env, "follower", f"{ADDON}.group_marketplace_user", notification_type="inbox"
        ).partner_id
        self.account.message_subscribe(self.follower.ids)

    def told(self):
        """What the follower is notified of, oldest first; once."""
        self.env.cr.precommit.run()  # tracked changes are logged then
        notifications = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.follower.id)], order="id"
        )
        texts = []
        for message in notifications.mail_message_id.sorted("id"):
            changes = message.tracking_value_ids.field_id.mapped("name")
            texts.append(html2plaintext(message.body).strip() or ", ".join(changes))
        notifications.unlink()
        return texts

    def assertTold(self, *beginnings):
        texts = self.told()
        self.assertEqual(len(texts), len(beginnings), texts)
        for text, beginning in zip(texts, beginnings, strict=True):
            self.assertIn(beginning, text)

    def test_followers_are_told_of_new_and_revoked_credentials(self):
        self.account._generate_credential()
        self.assertTold("New credentials were generated")
        self.account.credential_ids.action_revoke()
        self.assertTold("Credentials were revoked")
        self.account.new_signing_secret = SECRET
        self.assertTold("A new signing secret")
        self.account.new_outbound_token = "a-t0ken"
        self.assertTold("A new app token")

    def test_who_may_call(self):
        self.env.cr.precommit.run()
        for values in ({"is_paused": True}, {"is_paused": False}, {"active": False}):
            with self.subTest(values):
                self.account.write(values)
                self.assertTold(*values)
        self.account.write({"active": True})
        self.told()
        self.account.rate_limit = 60
        self.assertTold()

    def test_test_cancellations_are_nobodys_concern(self):
        test = self.account.start_test_cancellation()
        self.account.finish_test_cancellation(test["reference"])
        self.assertTold()

    def test_what_needs_attention_is_told_in_the_accounts_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.account.user_id = new_test_user(self.env, "jefa", lang="es_ES")
        self.make_receipt("1", state="failed")._record_delivery(Arrival.now(None), 500)
        self.run_cron("cron_tell_health")
        (text,) = self.told()
        self.assertNotIn("needs attention", text)
        self.assertNotIn("Errors in 24 hours", text)

    def test_what_needs_attention_is_told_once(self):
        self.run_cron("cron_tell_health")
        self.assertTold()
        receipt = self.env[RECEIPT].create(
            {"account_id": self.account.id, "marketplace_order_id": "1", "state": "failed"}
        )
        receipt._record_delivery(Arrival.now(None), 500)
        for expected in (["This account needs attention"], []):
            self.run_cron("cron_tell_health")
            self.assertTold(*expected)
        self.rewrite(receipt.delivery_ids, received_at=fields.Datetime.now() - timedelta(days=2))
        self.run_cron("cron_tell_health")
        self.assertTold()
        receipt._record_delivery(Arrival.now(None), 500)
        self.rewrite(
            self.account.credential_ids, expires_at=fields.Datetime.now() + timedelta(days=3)
        )
        self.run_cron("cron_tell_health")
        (text,) = self.told()
        self.assertIn("1 with 500", text)
        self.assertIn("The last working credentials expire on", text)

    def test_findings_in_the_log(self):
        self.account._tell_findings(["Receipt 1 was changed."])
        self.assertTold("The log does not verify")

    def test_each_kind_can_be_switched_off(self):
        kinds = self.env["mail.message.subtype"].search([("res_model", "=", "marketplace.account")])
        self.assertEqual(len(kinds), 4)
        keys = self.env.ref(f"{ADDON}.subtype_account_keys")
        self.account.message_subscribe(self.follower.ids, (kinds - keys).ids)
        self.account._generate_credential()
        self.assertTold()
