"""What a marketplace says in its answer: found wherever it stands, and harmless."""

import json
import time
import unicodedata
from unittest import TestCase, skipUnless

from ...tools.outbound.message import LONGEST, QUOTE, message_of, quote, status_of_order
from ..helpers.random_examples import RandomCase, given, st

INVOICED = "The order was invoiced already."
TOKEN = "an/outbound-t0ken"


class TestMessage(TestCase):
    def test_where_it_stands(self):
        for document in (
            {"error": {"code": "OMS007", "message": INVOICED, "exception": None}},
            {"error": {"Code": "1", "Message": INVOICED}},
            {"error": INVOICED},
            {"message": INVOICED},
            {"Message": INVOICED},
            {"error": "Bad Request", "status": 400, "message": INVOICED},
            {"error": "invalid_request", "error_description": INVOICED},
            {"type": "about:blank", "title": "Conflict", "detail": INVOICED},
            {"errors": [{"code": 1, "message": INVOICED}]},
            {"title": "Something is wrong.", "errors": {"items": [INVOICED]}},
            {"error": None, "message": INVOICED},
            {"error": {}, "message": INVOICED},
            [INVOICED],
            [{"message": INVOICED}, {"message": INVOICED}],
            INVOICED,
        ):
            with self.subTest(document):
                self.assertEqual(message_of(json.dumps(document)), INVOICED)
        self.assertEqual(message_of(f"  {INVOICED}\r\n"), INVOICED)
        several = [{"message": f"Item {number}."} for number in range(9)]
        self.assertEqual(message_of(json.dumps(several)), "Item 0. Item 1. Item 2.")

    def test_where_there_is_none(self):
        for text in (
            "",
            " \n",
            "{}",
            "[]",
            "null",
            "true",
            "400",
            '{"error": true, "status": 400}',
            '{"message": {"a": {"b": "c"}}}',
            '{"message": "cut off',
            "<!DOCTYPE html><html><body>Bad Gateway</body></html>",
            "<html><h1>403</h1>",
            '<?xml version="1.0"?><error>no</error>',
            "�x" * 1000,
            "[" * 100_000,
            json.dumps({"message": "\u202e\u200b\0"}),
        ):
            with self.subTest(text[:40]):
                self.assertEqual(message_of(text), "")

    def test_it_is_one_harmless_line(self):
        for message, line in {
            "two\r\nlines\tand\u2028more": "two lines and more",
            "\u202egnihton\u202c \u2066x\u2069\u200b\ufeff": "gnihton x",
            "<b>no</b> <script>alert(1)</script>": "no alert(1)",
            "<<b>script>x": "< script>x",
            "<scr<b>ipt>x": "scr ipt>x",
            "<\u200bb>x": "x",
            "&lt;img src=x onerror=1&gt; no": "no",
            "quantity < 3 and > 2": "quantity < 3 and > 2",
            "\ud800 alone": "alone",
        }.items():
            with self.subTest(message):
                self.assertEqual(message_of(json.dumps({"message": message})), line)

    def test_it_is_bounded(self):
        for text in (
            "x" * 2_000_000,
            json.dumps({"message": "x " * 1_000_000}),
            json.dumps(["x" * 1000] * 1000),
            json.dumps({"message": "<" * 2_000_000}),
            json.dumps({"message": "&lt;a " * 300_000}),
        ):
            began = time.process_time()
            self.assertLessEqual(len(message_of(text)), LONGEST)
            self.assertLess(time.process_time() - began, 2)
        self.assertEqual(message_of("x" * LONGEST), "x" * LONGEST)
        self.assertEqual(message_of("x" * (LONGEST + 1)), "x" * (LONGEST - 1) + "…")

    def test_no_secret_is_in_it(self):
        for text, message in {
            f"token {TOKEN} is unknown": "token … is unknown",
            json.dumps({"message": f"no {TOKEN}"}).replace("/", "\\/"): "no …",
            json.dumps({"message": f"no {TOKEN[:5]}\u200b<i>{TOKEN[5:]}"}): "no an/ou …",
            "X-VTEX-API-AppToken: ABCDEF123456": "X-VTEX-API-AppToken: …",
            'password="hunter22hunter"': 'password="…"',
            "Authorization: Bearer abc123def456 is wrong": "Authorization: Bearer … is wrong",
            "of eyJhbGciOi.eyJzdWIiOi.c2ln no": "of … no",
            "Invalid token: not accepted": "Invalid token: not accepted",
        }.items():
            with self.subTest(text):
                said = message_of(text, secret=TOKEN)
                self.assertNotIn(TOKEN, said)
                if "an/ou" not in message:
                    self.assertEqual(said, message)
        self.assertNotIn("t0ken", message_of("x" * (LONGEST - 8) + TOKEN, secret=TOKEN))

    def test_quoted(self):
        said = quote(INVOICED) + "Our own words (400)."
        self.assertEqual(said, f"“{INVOICED}” — Our own words (400).")
        self.assertEqual(QUOTE.sub("", said), "Our own words (400).")
        self.assertEqual(quote(""), "")
        again = quote(quote("no"))
        self.assertEqual(again, '“"no" — ” — ')
        self.assertEqual(QUOTE.sub("", again), "")

    def test_quotes_of_earlier_versions_are_found(self):
        said = f"“{INVOICED}” (400). Our own words (400)."
        self.assertEqual(QUOTE.sub("", said), "Our own words (400).")


@skipUnless(given, "hypothesis is not installed")
class TestAnyAnswer(RandomCase, TestCase):
    def test_line_is_harmless(self):
        names = st.sampled_from(["error", "Error", "message", "errors", "title"]) | st.text()
        documents = st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda part: st.lists(part, max_size=4) | st.dictionaries(names, part, max_size=4),
            max_leaves=12,
        )

        def check(text):
            line = message_of(text)
            self.assertLessEqual(len(line), LONGEST)
            for character in line:
                self.assertNotIn(unicodedata.category(character), ("Cc", "Cf", "Cs", "Zl", "Zp"))
            self.assertNotRegex(line, "<[a-zA-Z/!?]")
            self.assertEqual(QUOTE.sub("", quote(line) + "Ours."), "Ours.")

        self.for_all(documents.map(json.dumps) | st.text(), check, 100, 2000)


class TestStatus(TestCase):
    def test_order_has_one(self):
        self.assertEqual(status_of_order('{"orderId": "1", "status": "invoiced"}'), "invoiced")
        self.assertEqual(len(status_of_order(json.dumps({"status": "x" * 100}))), 64)

    def test_what_is_no_order_has_none(self):
        for text in ("", "null", "[]", "{}", '"status"', "<html>", "[" * 100_000):
            with self.assertRaises(ValueError):
                status_of_order(text)
