"""Signed calls, as Standard Webhooks has them, through the endpoint."""

import base64
import json
import time
from datetime import datetime, timezone
from unittest import skipUnless

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ...tools.inbound.signature import TOLERANCE
from ..helpers.common import EndpointCase
from ..helpers.signing import SECRET, Webhook, signed_headers

ADDON = "marketplace_order_cancellation"

OTHER_SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@tagged("post_install", "-at_install")
@skipUnless(Webhook, "standardwebhooks is not installed")
class TestSignedEndpoint(EndpointCase):
    """The sender is the specification's own library."""

    def setUp(self):
        super().setUp()
        self.account.write({"authentication": "signature", "new_signing_secret": SECRET})
        self.order = self.make_order("959311095", confirm=True)

    def signed(self, secrets=(SECRET,), at=None, message_id="msg_1", body=None, sent=None, **call):
        """Call with a body that each of ``secrets`` has signed; ``sent`` is sent in its place."""
        body = body or json.dumps({"marketplaceOrderId": "959311095"})
        headers = {
            **self.no_credentials(),
            **signed_headers(body, secrets, at, message_id),
            **call.pop("headers", {}),
        }
        return self.call("959311095", body=sent or body, headers=headers, **call)

    def assertUnauthorized(self, response):
        self.assertProblem(response, 401, "unauthorized")
        self.assertFalse(self.receipts("959311095"))
        self.assertUntouched(self.order)

    def test_signed_call_is_taken(self):
        self.assertConfirmed(self.signed(), self.order)

    def test_bytes_as_they_came(self):
        """Blanks, their order, letters beyond ASCII: nothing is parsed before it is checked."""
        body = ' {"reason" : "não quero", "marketplaceOrderId":"959311095" }\n'
        self.assertConfirmed(self.signed(body=body, sent=body.encode()), self.order)

    def test_credentials_do_not_replace_a_signature(self):
        self.assertUnauthorized(self.call("959311095"))

    def test_changed_on_its_way(self):
        self.assertUnauthorized(self.signed(sent='{"marketplaceOrderId": "959311095" }'))

    def test_signed_with_another_secret(self):
        self.assertUnauthorized(self.signed(secrets=[OTHER_SECRET]))

    def test_while_the_platform_changes_its_secret(self):
        self.assertConfirmed(self.signed(secrets=[OTHER_SECRET, SECRET]), self.order)

    def test_while_the_seller_changes_the_secret(self):
        self.account.new_signing_secret = OTHER_SECRET
        self.assertConfirmed(self.signed(), self.order)
        self.assertConfirmed(self.signed(secrets=[OTHER_SECRET], message_id="msg_2"), self.order)
        former = self.account.signing_secret_ids[-1]
        former.action_revoke()
        self.assertProblem(self.signed(message_id="msg_3"), 401, "unauthorized")
        answer = self.signed(secrets=[OTHER_SECRET], message_id="msg_4")
        self.assertConfirmed(answer, self.order)

    def test_too_old_and_too_new(self):
        now = time.time()
        for seconds in (-TOLERANCE - 30, TOLERANCE + 30):
            with self.subTest(seconds):
                at = datetime.fromtimestamp(now + seconds, timezone.utc)
                self.assertUnauthorized(self.signed(at=at))

    def test_a_little_off(self):
        at = datetime.fromtimestamp(time.time() - TOLERANCE + 30, timezone.utc)
        self.assertConfirmed(self.signed(at=at), self.order)

    def test_same_signed_call_is_taken_once(self):
        at = datetime.now(timezone.utc)
        self.assertConfirmed(self.signed(at=at), self.order)
        response = self.signed(at=at)
        self.assertProblem(response, 401, "replayed-call")
        self.assertEqual(self.receipts("959311095").delivery_count, 1)

    def test_attempts_of_the_same_message_are_repeats(self):
        now = int(time.time())
        answers = [
            self.signed(at=datetime.fromtimestamp(now - seconds, timezone.utc))
            for seconds in (2, 1, 0)
        ]
        self.assertEqual({answer.content for answer in answers}, {answers[0].content})
        self.assertEqual(self.receipts("959311095").delivery_count, 3)

    def test_another_accounts_secret(self):
        other = self.make_account("other", authentication="signature")
        other.new_signing_secret = OTHER_SECRET
        self.assertUnauthorized(self.signed(secrets=[OTHER_SECRET]))

    def test_credentials_and_signature_are_both_needed(self):
        self.account.authentication = "both"
        self.assertUnauthorized(self.call("959311095"))
        self.assertUnauthorized(self.signed())
        self.assertUnauthorized(self.signed(secrets=[OTHER_SECRET], headers=self.credentials))
        self.assertConfirmed(self.signed(headers=self.credentials, message_id="msg_2"), self.order)

    def test_signature_does_not_stand_in_for_credentials(self):
        self.account.authentication = "credentials"
        self.assertUnauthorized(self.signed())
        self.assertUnauthorized(self.call("959311095", headers={"X-VTEX-API-AppToken": SECRET}))

    def test_secret_is_never_shown(self):
        self.account.flush_recordset()
        credential = self.account.signing_secret_ids
        self.assertEqual(credential.token_prefix, SECRET[:10])
        self.assertFalse(self.account.new_signing_secret)
        manager = new_test_user(
            self.env, "m", "marketplace_order_cancellation.group_marketplace_manager"
        )
        for reader in (self.env.ref("base.user_admin"), manager):
            own = credential.with_user(reader)
            with self.subTest(reader.login), self.assertRaises(AccessError):
                own.read(["signing_secret"])
            self.assertNotIn(SECRET[10:], str(own.read()))
            self.assertNotIn(SECRET[10:], str(self.account.with_user(reader).read()))
        self.assertIn(credential.app_key, self.chatter(self.account)[0])
        self.assertNotIn(SECRET[10:], str(self.chatter(self.account)))

    def test_who_may_enter_one(self):
        user = new_test_user(self.env, "user", f"{ADDON}.group_marketplace_user")
        with self.assertRaises(AccessError):
            self.account.with_user(user).new_signing_secret = OTHER_SECRET
        self.assertEqual(len(self.account.signing_secret_ids), 1)

    def test_what_is_no_secret_cannot_be_entered(self):
        with self.assertRaisesRegex(ValidationError, "24 to 64 bytes") as caught:
            self.account.new_signing_secret = "whsec_secret"
        self.assertNotIn("whsec_secret", str(caught.exception))

    def test_new_pairs_leave_secrets_alone(self):
        self.account._generate_credential()
        self.assertConfirmed(self.signed(), self.order)

    def test_attempts_are_forgotten(self):
        attempts = self.env["marketplace.signed.attempt"]
        self.signed()
        attempts._gc_attempts()
        self.assertEqual(attempts.search_count([]), 1)
        self.env.cr.execute(
            "UPDATE marketplace_signed_attempt SET taken_at = taken_at - make_interval(secs => %s)",
            [11 * TOLERANCE],
        )
        attempts._gc_attempts()
        self.assertFalse(attempts.search_count([]))
