"""Which credential a call was made with, and in what form."""

import unittest
from datetime import datetime, timedelta

from ...tools.inbound.credentials import (
    PREFIX,
    Credentials,
    Key,
    find_pair,
    find_signing_key,
    hash_token,
)
from ...tools.inbound.signature import SignedCall, read_secret, sign
from ..helpers.signing import SECRET

NOW = datetime(2026, 1, 31, 12)


def pair(app_key, token, prefix=None, expires_at=False):
    return Key(1, app_key, prefix or token[:PREFIX], hash_token(token), None, expires_at)


class TestPairs(unittest.TestCase):
    OLD, NEW = pair("shop-1", "old-token-of-the-shop"), pair("shop-2", "new-token-of-the-shop")

    def found(self, *arguments, keys=(OLD, NEW), **values):
        return find_pair(keys, Credentials(*arguments, **values))

    def test_key_and_token_belong_together(self):
        self.assertIs(self.found("shop-2", "new-token-of-the-shop"), self.NEW)
        self.assertIsNone(self.found("shop-1", "new-token-of-the-shop"))
        self.assertIsNone(self.found("shop-2", None))
        self.assertIsNone(self.found(None, "new-token-of-the-shop"))
        self.assertIsNone(self.found("shop-2", "new-token-of-the-shop", keys=()))

    def test_token_in_the_address_needs_no_key(self):
        self.assertIs(self.found(token="old-token-of-the-shop", from_query=True), self.OLD)
        self.assertIsNone(self.found(token="old-token-of-the-sh0p", from_query=True))

    def test_token_of_which_no_beginning_was_kept(self):
        former = self.OLD._replace(prefix=False)
        found = self.found(token="old-token-of-the-shop", from_query=True, keys=(former, self.NEW))
        self.assertIs(found, former)

    def test_nothing_is_no_secret_of_nobody(self):
        for token in (None, "", "x", "\udcff"):
            with self.subTest(token=token):
                self.assertIsNone(self.found(token=token, from_query=True, keys=()))

    def test_what_has_ended_works_no_more(self):
        ends = self.OLD._replace(expires_at=NOW)
        self.assertFalse(ends.works(NOW))
        self.assertTrue(ends.works(NOW - timedelta(seconds=1)))
        self.assertTrue(self.OLD.works(NOW))


class TestSigningSecrets(unittest.TestCase):
    def test_the_secret_that_the_call_is_signed_with(self):
        right, wrong = read_secret(SECRET), bytes(32)
        call = SignedCall(
            "msg_1", "1769860800", (sign(right, "msg_1", "1769860800", b"{}"),), b"{}"
        )
        keys = [
            Key(n, f"secret-{n}", False, False, key, False) for n, key in enumerate((wrong, right))
        ]
        self.assertIs(find_signing_key(keys, call), keys[1])
        self.assertIsNone(find_signing_key(keys[:1], call))
        self.assertIsNone(find_signing_key([pair("shop", "a-token-of-it")], call))


class TestCredentials(unittest.TestCase):
    pair = {"X-VTEX-API-AppKey": "key-1", "X-VTEX-API-AppToken": "token-1"}

    def test_three_forms_are_understood(self):
        forms = [
            (self.pair, {}, Credentials("key-1", "token-1")),
            ({"Authorization": 'VTEX key="k" token="t"'}, {}, Credentials("k", "t")),
            ({"Authorization": 'vtex token = "t", KEY="k"'}, {}, Credentials("k", "t")),
            ({"Authorization": 'VTEX key="k"'}, {}, Credentials("k", None)),
            ({}, {"token": "t", "sc": "1"}, Credentials(None, "t", from_query=True)),
            ({"Authorization": "Bearer x"}, {"token": "t"}, Credentials(None, "t", True)),
            ({}, {}, Credentials(None, None, from_query=True)),
        ]
        for headers, query, expected in forms:
            with self.subTest(headers=headers, query=query):
                self.assertEqual(Credentials.from_http(headers, query), expected)

    def test_own_headers_come_before_authorization_before_the_address(self):
        both = {**self.pair, "Authorization": 'VTEX key="k" token="t"'}
        query = {"token": "q"}
        self.assertEqual(Credentials.from_http(both, query), Credentials("key-1", "token-1"))
        del both["X-VTEX-API-AppToken"]
        self.assertEqual(Credentials.from_http(both, query), Credentials("key-1", None))
        del both["X-VTEX-API-AppKey"]
        self.assertEqual(Credentials.from_http(both, query), Credentials("k", "t"))

    def test_token_is_kept_out_of_the_representation(self):
        text = repr(Credentials("key-1", "token-1"))
        self.assertIn("key-1", text)
        self.assertNotIn("token-1", text)
