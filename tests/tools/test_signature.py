"""Signed calls, as Standard Webhooks has them."""

import base64
from unittest import TestCase

from ...tools.inbound.signature import TOLERANCE, SignedCall, read_secret
from ..helpers.signing import SECRET

# The vector that the specification's libraries are tested with.
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = "1614265330"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER_SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def published(**changes):
    headers = {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": TIMESTAMP,
        "webhook-signature": SIGNATURE,
    }
    return SignedCall.from_http(headers | changes.pop("headers", {}), changes.pop("body", BODY))


class TestSignedCall(TestCase):
    def assertSigned(self, signed_call):
        self.assertTrue(signed_call.is_signed_with(read_secret(SECRET)))

    def assertNotSigned(self, signed_call):
        self.assertFalse(signed_call.is_signed_with(read_secret(SECRET)))

    def test_published_vector(self):
        self.assertSigned(published())
        self.assertTrue(published().is_fresh(int(TIMESTAMP)))

    def test_secret_without_its_prefix(self):
        self.assertTrue(published().is_signed_with(read_secret(SECRET.removeprefix("whsec_"))))

    def test_secret_without_padding(self):
        padded = base64.b64encode(bytes(range(25))).decode()
        self.assertEqual(read_secret(padded.rstrip("=")), bytes(range(25)))

    def test_one_of_several_signatures(self):
        wrong = "v1," + base64.b64encode(bytes(32)).decode()
        self.assertSigned(published(headers={"webhook-signature": f"{wrong} v1a,x {SIGNATURE}"}))
        self.assertNotSigned(published(headers={"webhook-signature": f"{wrong} {wrong}"}))

    def test_whatever_is_changed(self):
        for changes in (
            {"body": BODY + b" "},
            {"headers": {"webhook-id": "msg_other"}},
            {"headers": {"webhook-timestamp": "1614265331"}},
            {"headers": {"webhook-signature": SIGNATURE.replace("v1,", "v2,")}},
            {"headers": {"webhook-signature": SIGNATURE.replace("v1,", "v1a,")}},
            {"headers": {"webhook-signature": SIGNATURE.removeprefix("v1,")}},
            {"headers": {"webhook-signature": SIGNATURE[:-2]}},
            {"headers": {"webhook-signature": "v1,"}},
            {"headers": {"webhook-signature": "v1,é\ud800"}},
            {"headers": {"webhook-signature": ""}},
        ):
            with self.subTest(changes):
                self.assertNotSigned(published(**changes))

    def test_another_secret(self):
        self.assertFalse(published().is_signed_with(read_secret(OTHER_SECRET)))

    def test_unnamed_calls_are_not_signed(self):
        """A signature over nothing but the body would be one for every time."""
        for missing in ("webhook-id", "webhook-timestamp"):
            with self.subTest(missing):
                self.assertNotSigned(published(headers={missing: ""}))

    def test_time_to_the_second(self):
        for seconds, is_fresh in (
            (-TOLERANCE - 1, False), (-TOLERANCE, True), (TOLERANCE, True), (TOLERANCE + 1, False),
        ):  # fmt: skip
            with self.subTest(seconds):
                self.assertEqual(published().is_fresh(int(TIMESTAMP) + seconds), is_fresh)

    def test_what_is_no_time(self):
        for text in ("", "now", "-1614265330", "1614265330.0", " 1614265330", "1" * 400, "\uff11"):
            with self.subTest(text):
                call = published(headers={"webhook-timestamp": text})
                self.assertFalse(call.is_fresh(int(TIMESTAMP)))

    def test_what_is_no_secret(self):
        short = base64.b64encode(bytes(23)).decode()
        long = base64.b64encode(bytes(65)).decode()
        for text in ("", "whsec_", "whsec_é", f"whsec_{short}", long, "whsec_ab cd"):
            with self.subTest(text), self.assertRaises(ValueError) as caught:
                read_secret(text)
            self.assertNotIn(text or "-", str(caught.exception))

    def test_secrets_are_not_shown(self):
        self.assertNotIn(SIGNATURE[3:], repr(published()))
        self.assertNotIn("2432232314", repr(published()))
