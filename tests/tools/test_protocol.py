"""The wire in plain Python: what is taken, what is refused, and what is answered."""

import json
from dataclasses import replace
from datetime import datetime
from unittest import TestCase

from ...tools.inbound.answer import Answer, change_body, confirmation_body, format_date
from ...tools.inbound.cancellation_request import MAX_ID_LENGTH, CancellationRequest, check_id
from ...tools.inbound.problem import (
    CHANGE_REFUSED,
    INVALID_FIELD,
    NOT_JSON,
    UNAUTHORIZED,
    UNKNOWN_CHANGE,
    Problem,
)

TODAYS_BODY = {
    "marketplaceOrderId": "1138342255777-01",
    "marketplaceOrderGroup": "group-123",
    "cancellationRequestId": "85835ab408514b52aa139e4236ce0c33",
    "cancellationRequestDate": "2024-03-04T15:45:02.1306363+00:00",
    "reason": "Out of stock",
    "requestedByUser": True,
}


def read(**members):
    """Read a body with the given members besides marketplaceOrderId."""
    return CancellationRequest.from_body(
        json.dumps({"marketplaceOrderId": "1", **members}).encode()
    )


class ProtocolCase(TestCase):
    def assertRefused(self, body, kind, field=None):
        with self.assertRaises(Problem) as caught:
            CancellationRequest.from_body(body)
        self.assertEqual(caught.exception.kind, kind)
        self.assertEqual(caught.exception.status, 400)
        self.assertEqual(caught.exception.extensions.get("field"), field)


class TestRequestBody(ProtocolCase):
    def test_2020_body_has_nothing_but_the_order(self):
        request = CancellationRequest.from_body(b'{"marketplaceOrderId": "959311095"}')
        self.assertEqual(request, CancellationRequest("959311095", None, None, None, None, None))

    def test_todays_body_fills_all_six_fields(self):
        expected = CancellationRequest(
            marketplace_order_id="1138342255777-01",
            cancellation_request_id="85835ab408514b52aa139e4236ce0c33",
            cancellation_request_date=datetime(2024, 3, 4, 15, 45, 2),
            marketplace_order_group="group-123",
            reason="Out of stock",
            requested_by_user=True,
        )
        self.assertEqual(CancellationRequest.from_body(json.dumps(TODAYS_BODY).encode()), expected)

    def test_unknown_fields_are_ignored(self):
        request = read(orderId="9", cancellationrequestid="x", items=[{"id": 1}])
        self.assertEqual(request, CancellationRequest("1"))

    def test_no_body_says_that_the_order_is_cancelled_already(self):
        request = read(isFact=True, is_fact=True)
        self.assertFalse(request.is_fact)
        self.assertEqual(replace(request, is_fact=True).to_document(), {"marketplaceOrderId": "1"})

    def test_ids_are_taken_to_the_letter(self):
        for order_id in ("0", "007", "a b", "Ação/1#?%", "訂單-1", "x" * MAX_ID_LENGTH):
            with self.subTest(order_id=order_id):
                body = json.dumps({"marketplaceOrderId": order_id}).encode()
                self.assertEqual(CancellationRequest.from_body(body).marketplace_order_id, order_id)

    def test_what_is_no_json_object_is_refused(self):
        bodies = {
            "empty": b"",
            "white space": b" \n",
            "not JSON": b"marketplaceOrderId=1",
            "cut off": b'{"marketplaceOrderId": "1"',
            "trailing text": b'{"marketplaceOrderId": "1"} x',
            "not UTF-8": b'{"marketplaceOrderId": "\xff"}',
            "UTF-16": '{"marketplaceOrderId": "1"}'.encode("utf-16"),
            "byte order mark inside": b" \xef\xbb\xbf" + b'{"marketplaceOrderId": "1"}',
            "list": b'[{"marketplaceOrderId": "1"}]',
            "string": b'"1"',
            "number": b"1",
            "null": b"null",
            "NaN": b"NaN",
            "NaN inside": b'{"marketplaceOrderId": "1", "reason": NaN}',
            "infinity inside": b'{"marketplaceOrderId": "1", "reason": -Infinity}',
            "deeply nested list": b"[" * 100_000,
            "deeply nested object": b'{"a":' * 100_000,
            "endless number": b'{"marketplaceOrderId": "1", "reason": ' + b"1" * 60_000 + b"}",
            "order twice": b'{"marketplaceOrderId": "1", "marketplaceOrderId": "2"}',
            "same value twice": b'{"marketplaceOrderId": "1", "marketplaceOrderId": "1"}',
            "twice further down": b'{"marketplaceOrderId": "1", "x": {"a": 1, "a": 2}}',
        }
        for name, body in bodies.items():
            with self.subTest(name):
                self.assertRefused(body, NOT_JSON)

    def test_what_can_be_no_order_is_refused(self):
        unfit = {"missing": {}, "null": {"marketplaceOrderId": None}}
        for name, value in self._unfit_ids().items():
            unfit[name] = {"marketplaceOrderId": value}
        unfit["empty"] = {"marketplaceOrderId": ""}
        for name, document in unfit.items():
            with self.subTest(name):
                body = json.dumps(document).encode()
                self.assertRefused(body, INVALID_FIELD, "marketplaceOrderId")

    def test_what_can_be_no_request_id_is_refused(self):
        for name, value in self._unfit_ids().items():
            with self.subTest(name):
                body = json.dumps({"marketplaceOrderId": "1", "cancellationRequestId": value})
                self.assertRefused(body.encode(), INVALID_FIELD, "cancellationRequestId")

    def _unfit_ids(self):
        return {
            "blank": "  ",
            "number": 959311095,
            "boolean": True,
            "false": False,
            "list": ["1"],
            "object": {"id": "1"},
            "overlong": "x" * (MAX_ID_LENGTH + 1),
            "NUL": "1\x002",
            "line break": "1\n2",
            "C1 control": "1\x852",
            "surrogate": "1\ud800",
            "leading space": " 1",
            "trailing line break": "1\n",
            "no-break space": "1\xa0",
        }

    def test_empty_request_id_counts_as_absent(self):
        for value in (None, ""):
            with self.subTest(value=value):
                self.assertIsNone(read(cancellationRequestId=value).cancellation_request_id)

    def test_id_in_the_address_is_named_when_refused(self):
        with self.assertRaises(Problem) as caught:
            check_id("", "orderId")
        self.assertEqual(caught.exception.extensions, {"field": "orderId"})
        self.assertEqual(check_id("SO1", "orderId"), "SO1")


class TestDescriptiveFields(ProtocolCase):
    def test_dates_in_every_documented_format_become_utc(self):
        dates = {
            "2014-10-06 18:52:00": datetime(2014, 10, 6, 18, 52),
            "2014-10-06T18:52:00Z": datetime(2014, 10, 6, 18, 52),
            "2014-10-06T18:52:00-03:00": datetime(2014, 10, 6, 21, 52),
            "2024-03-04T15:45:02.1306363+00:00": datetime(2024, 3, 4, 15, 45, 2),
            "2024-03-04T15:45:02.9999999+05:30": datetime(2024, 3, 4, 10, 15, 2),
            " 2024-03-04T15:45:02.1306363Z ": datetime(2024, 3, 4, 15, 45, 2),
            "2024-01-01T00:30:00+01:00": datetime(2023, 12, 31, 23, 30),
        }
        for text, expected in dates.items():
            with self.subTest(text):
                self.assertEqual(
                    read(cancellationRequestDate=text).cancellation_request_date, expected
                )

    def test_a_date_that_is_none_does_not_lose_the_cancellation(self):
        junk = (
            None, "", "soon", "2024-13-01T00:00:00Z", "2024-02-30 10:00:00", 1709567102, True, [],
            {}, "2024-03-04T25:00:00Z", "2024-03-04T15:45:02+99:99", "9999-12-31T24:00:00",
            "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "٢٠٢٤-03-04",
        )  # fmt: skip
        for value in junk:
            with self.subTest(value=value):
                self.assertIsNone(read(cancellationRequestDate=value).cancellation_request_date)

    def test_requested_by_user_is_yes_no_or_unknown(self):
        values = [
            (True, True), ("true", True), (" True ", True), ("TRUE", True),
            (False, False), ("false", False), ("False", False),
            (None, None), ("", None), ("yes", None), (1, None), (0, None), ("1", None),
            ([True], None), ({"by": "user"}, None),
        ]  # fmt: skip
        for value, expected in values:
            with self.subTest(value=value):
                self.assertIs(read(requestedByUser=value).requested_by_user, expected)

    def test_texts_are_taken_as_far_as_they_can_be_stored(self):
        texts = [
            ("Out of\x00 stock", "Out of stock"), ("\x00", None), ("a\ud800b\udfff", "ab"),
            ("  late \n", "late"), ("two\nlines", "two\nlines"), ("", None), (None, None),
            (42, "42"), (False, "False"), (["late"], None), ({"code": 1}, None), ("😀", "😀"),
        ]  # fmt: skip
        for value, expected in texts:
            with self.subTest(value=value):
                request = read(reason=value, marketplaceOrderGroup=value)
                self.assertEqual(request.reason, expected)
                self.assertEqual(request.marketplace_order_group, expected)


class TestAnswers(ProtocolCase):
    def test_date_is_written_the_way_the_account_wants_it(self):
        moment = datetime(2014, 10, 6, 18, 52, 0, 999_999)
        expected = {
            ("plain", "UTC"): "2014-10-06 18:52:00",
            ("plain", "America/Sao_Paulo"): "2014-10-06 15:52:00",
            ("iso8601", "UTC"): "2014-10-06T18:52:00+00:00",
            ("iso8601", "America/Sao_Paulo"): "2014-10-06T15:52:00-03:00",
            ("iso8601", "Asia/Kolkata"): "2014-10-07T00:22:00+05:30",
        }
        for (date_format, zone), text in expected.items():
            with self.subTest(date_format=date_format, zone=zone):
                self.assertEqual(format_date(moment, date_format, zone), text)
        self.assertEqual(format_date(moment), "2014-10-06 18:52:00")

    def test_confirmation_has_exactly_the_four_keys_in_order(self):
        body = confirmation_body("2014-10-06 18:52:00", "ação-1", "S00001", "e39d05f9")
        self.assertEqual(
            body,
            '{"date": "2014-10-06 18:52:00", "marketplaceOrderId": "ação-1",'
            ' "orderId": "S00001", "receipt": "e39d05f9"}',
        )

    def test_change_is_taken_with_exactly_the_four_keys_in_order(self):
        body = change_body("c0ffee", "ação-1", "waiting-confirmation", "e39d05f9")
        self.assertEqual(
            body,
            '{"requestId": "c0ffee", "orderId": "ação-1", "status": "waiting-confirmation",'
            ' "receipt": "e39d05f9"}',
        )
        answer = Answer(202, body)
        self.assertEqual(answer.media_type, "application/json")

    def test_change_is_refused_with_the_line_at_fault(self):
        detail = "2 pieces of 43 are taken out, and 1 is ordered."
        answer = Answer.from_problem(Problem(CHANGE_REFUSED, detail, receipt="e39d05f9"))
        self.assertEqual((answer.status, answer.media_type), (409, "application/problem+json"))
        self.assertEqual(
            json.loads(answer.body),
            {
                "type": "urn:problem:marketplace-order-cancellation:change-refused",
                "title": "The seller refuses to change the order",
                "status": 409,
                "detail": detail,
                "receipt": "e39d05f9",
            },
        )

    def test_agreement_to_a_change_that_nobody_knows(self):
        answer = Answer.from_problem(Problem(UNKNOWN_CHANGE))
        self.assertEqual(answer.status, 404)
        self.assertEqual(
            json.loads(answer.body)["type"],
            "urn:problem:marketplace-order-cancellation:unknown-change",
        )

    def test_problem_document_has_the_members_of_rfc_9457(self):
        problem = Problem(INVALID_FIELD, "reason is ação.", field="reason")
        self.assertEqual(
            list(json.loads(problem.to_json()).items()),
            [
                ("type", "urn:problem:marketplace-order-cancellation:invalid-field"),
                ("title", "A field is missing or wrong"),
                ("status", 400),
                ("detail", "reason is ação."),
                ("field", "reason"),
            ],
        )

    def test_problem_without_detail_leaves_the_member_out(self):
        problem = Problem(UNAUTHORIZED, headers={"WWW-Authenticate": "VTEX"})
        self.assertEqual(list(json.loads(problem.to_json())), ["type", "title", "status"])
        self.assertEqual(problem.status, 401)
        self.assertEqual(problem.headers, {"WWW-Authenticate": "VTEX"})
        self.assertEqual(str(problem), "The credentials are missing or wrong")
