"""Bodies as other platforms write them: byte order marks, encodings, long texts, odd dates."""

import gzip
import json
from datetime import datetime

from odoo.tests import tagged

from ...tools.inbound.cancellation_request import MAX_TEXT_LENGTH
from ..helpers.common import EndpointCase

BODY = b'{"marketplaceOrderId": "959311095"}'
MARK = b"\xef\xbb\xbf"


@tagged("post_install", "-at_install")
class TestBodies(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", confirm=True)

    def received(self, **members):
        """The receipt of a call whose body has these members besides the order's ID."""
        body = {"marketplaceOrderId": "959311095", **members}
        self.assertConfirmed(self.call("959311095", body=body), self.order)
        return self.receipts("959311095")

    def test_byte_order_marks_are_ignored(self):
        for body in (MARK + BODY, MARK * 2 + BODY):
            with self.subTest(body):
                self.assertConfirmed(self.call("959311095", body=body), self.order)

    def test_byte_order_mark_anywhere_else_is_no_json(self):
        for body in (MARK, b" " + MARK + BODY, BODY + MARK):
            with self.subTest(body):
                self.assertProblem(self.call("959311095", body=body), 400, "not-json")
        self.assertUntouched(self.order)

    def test_encoded_body_is_refused_and_its_encoding_named(self):
        for encoding, body in (
            ("gzip", gzip.compress(BODY)),
            ("gzip", BODY),
            ("x-gzip", BODY),
            ("br", BODY),
            ("deflate, GZip", BODY),
            ("aes128gcm", BODY),
        ):
            with self.subTest(encoding):
                headers = {"Content-Encoding": encoding}
                response = self.call("959311095", body=body, headers=headers)
                self.assertProblem(response, 415, "unsupported-media-type")
                self.assertIn(f"the Content-Encoding {encoding} ", response.json()["detail"])
                self.assertEqual(response.headers["Accept-Encoding"], "identity")
        self.assertUntouched(self.order)

    def test_encoding_that_is_nonsense_is_not_repeated_as_it_is(self):
        headers = {"Content-Encoding": "<script>" + "x" * 5000}
        detail = self.call("959311095", headers=headers).json()["detail"]
        self.assertNotIn("<", detail)
        self.assertLess(len(detail), 150)

    def test_encoding_that_is_none(self):
        for encoding in ("identity", "Identity", ""):
            with self.subTest(encoding):
                headers = {"Content-Encoding": encoding}
                self.assertConfirmed(self.call("959311095", headers=headers), self.order)

    def test_media_types_as_platforms_write_them(self):
        for media_type in (
            "Application/JSON",
            "application/json;charset=UTF-8",
            "application/json; charset=iso-8859-1",
            'application/vnd.vtex.v1+json; profile="x"',
        ):
            with self.subTest(media_type):
                headers = {"Content-Type": media_type}
                self.assertConfirmed(self.call("959311095", headers=headers), self.order)

    def test_letters_that_are_not_utf_8_are_not_guessed(self):
        body = '{"marketplaceOrderId": "959311095", "reason": "não"}'
        for charset in ("iso-8859-1", "utf-16", "utf-32"):
            with self.subTest(charset):
                headers = {"Content-Type": f"application/json; charset={charset}"}
                response = self.call("959311095", body=body.encode(charset), headers=headers)
                self.assertProblem(response, 400, "not-json")
        self.assertUntouched(self.order)

    def test_stranger_learns_nothing_of_encodings(self):
        headers = self.no_credentials() | {"Content-Encoding": "gzip"}
        self.assertProblem(self.call("959311095", headers=headers), 401, "unauthorized")

    def test_long_reason_is_cut_and_says_so(self):
        receipt = self.received(reason="x" * 20_000, marketplaceOrderGroup="g" * 20_000)
        kept = MAX_TEXT_LENGTH
        self.assertEqual(receipt.reason, "x" * kept + "… [2,000 of 20,000 characters]")
        self.assertLess(len(receipt.marketplace_order_group), kept + 50)
        self.assertIn("[2,000 of 20,000 characters]", " ".join(self.chatter(self.order)))

    def test_reason_of_the_longest_length_is_kept_whole(self):
        reason = "x" * MAX_TEXT_LENGTH
        self.assertEqual(self.received(reason=f" {reason}\n").reason, reason)

    def test_dates_that_nobody_can_show_are_none(self):
        for number, text in enumerate(
            (
                "0001-01-01T00:00:00",
                "0001-01-01T00:00:00Z",
                "0001-01-02T00:00:00+00:00",
                "9999-12-31T23:59:59.9999999Z",
                "9999-12-31T23:59:59",
                "9999-01-01 00:00:00",
                "0024-03-04T15:45:02Z",
                "1601-01-01T00:00:00Z",
                "1753-01-01T00:00:00",
                "1899-12-30T00:00:00",
                "1900-01-01T00:00:00Z",
                "3000-01-01T00:00:00Z",
            )
        ):
            with self.subTest(text):
                order_id = f"D-{number}"
                body = {"marketplaceOrderId": order_id, "cancellationRequestDate": text}
                self.call(order_id, body=body)
                receipt = self.receipts(order_id)
                self.assertFalse(receipt.cancellation_request_date)
                self.assertNotIn("cancellationRequestDate", json.loads(receipt.request_text))

    def test_dates_at_the_limits(self):
        for number, (text, moment) in enumerate(
            (
                ("1970-01-01T00:00:00Z", datetime(1970, 1, 1)),
                ("2999-12-31 23:59:59", datetime(2999, 12, 31, 23, 59, 59)),
            )
        ):
            with self.subTest(text):
                order_id = f"D-{number}"
                body = {"marketplaceOrderId": order_id, "cancellationRequestDate": text}
                self.call(order_id, body=body)
                receipt = self.receipts(order_id)
                self.assertEqual(receipt.cancellation_request_date, moment)
                for zone in ("Pacific/Kiritimati", "America/Sao_Paulo"):
                    shown = receipt.with_context(tz=zone)
                    group = shown.formatted_read_group(
                        [("id", "=", receipt.id)], ["cancellation_request_date:month"], ["__count"]
                    )
                    self.assertEqual(group[0]["__count"], 1)
                    self.assertTrue(shown.export_data(["cancellation_request_date"])["datas"])
