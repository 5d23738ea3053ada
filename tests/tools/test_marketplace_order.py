"""Orders as their marketplace shows them, in plain Python."""

import json
from datetime import datetime
from unittest import TestCase

from ...tools.inbound.cancellation_request import (
    MAX_TEXT_LENGTH,
    CancellationRequest,
)
from ...tools.inbound.marketplace_order import (
    ASKED_FOR,
    CANCELLED,
    ListedOrder,
    MarketplaceOrder,
    OrderList,
)

DATE = "2024-02-11T09:14:41.3695207Z"
MOMENT = datetime(2024, 2, 11, 9, 14, 41)


def read(status, asked_for="1", **members):
    """Read the order 1 that has ``status`` and ``members``."""
    document = {"orderId": "1", "status": status, **members}
    return MarketplaceOrder.from_text(json.dumps(document), asked_for)


def entry(request_id, **members):
    return {"id": request_id, "deniedBySeller": False, **members}


def request(request_id=None, date=None, reason=None, by_user=None, **values):
    return CancellationRequest(
        "1", request_id, date, reason=reason, requested_by_user=by_user, **values
    )


def fact(*values):
    return request(*values, is_fact=True)


class TestCancelled(TestCase):
    def test_what_cancellation_data_says(self):
        full = fact("r1", MOMENT, "Too big", True)
        for data, expected in (
            (
                {
                    "cancellationRequestId": "r1",
                    "cancellationDate": DATE,
                    "reason": "Too big",
                    "requestedByUser": True,
                },
                full,
            ),
            (
                {
                    "CancellationRequestId": "r1",
                    "CancellationDate": DATE,
                    "Reason": "Too big",
                    "RequestedByUser": True,
                    "RequestedBySystem": False,
                },
                full,
            ),
            ({"Reason": "Too big", "reason": None}, fact(None, None, "Too big")),
            ({"Reason": "later", "reason": "first"}, fact(None, None, "first")),
            ({"RequestedByUser": False}, fact(None, None, None, False)),
            ({"CancellationDate": "2022-10--05T15:40:33", "Reason": ""}, fact()),
            ({"cancellationRequestId": "a\x00b"}, fact()),
            ({"cancellationRequestId": 7}, fact()),
            ({"reason": "a\x00b\u202e"}, fact(None, None, "ab")),
            ({}, fact()),
            (None, fact()),
            ("cancelled", fact()),
            ([], fact()),
        ):
            for status in CANCELLED:
                with self.subTest(data, status=status):
                    order = read(status, cancellationData=data)
                    self.assertEqual(order, MarketplaceOrder("1", status, True, (expected,)))

    def test_the_one_request_that_is_not_denied(self):
        one, other, denied = entry("r1", reason="old"), entry("r2"), entry("r3")
        denied["deniedBySeller"] = True
        for entries, data, expected in (
            ([one], {}, fact("r1", None, "old")),
            ([denied, one], None, fact("r1", None, "old")),
            ([one], {"reason": "new", "requestedByUser": True}, fact("r1", None, "new", True)),
            ([one], {"cancellationRequestId": "r9"}, fact("r9")),
            ([one], {"cancellationRequestId": "\x00"}, fact("r1", None, "old")),
            ([one, other], {}, fact()),
            ([denied], {}, fact()),
            ([entry("..", reason="old")], {}, fact(None, None, "old")),
        ):
            with self.subTest(entries, data=data):
                order = read("canceled", cancellationRequests=entries, cancellationData=data)
                self.assertEqual(order.requests, (expected,))

    def test_reason_that_is_still_to_come(self):
        for status, members, lacks in (
            ("canceled", {}, True),
            ("cancel", {"cancellationData": {"Reason": " "}}, True),
            ("canceled", {"cancellationData": {"Reason": "x"}}, False),
            ("canceled", {"cancellationRequests": [entry("r1", reason="x")]}, False),
            ("cancellation-requested", {}, False),
            ("handling", {}, False),
        ):
            with self.subTest(status, members=members):
                self.assertIs(read(status, **members).lacks_reason, lacks)


class TestAskedFor(TestCase):
    def test_each_request_that_is_not_denied(self):
        entries = [
            {
                "id": "r1",
                "reason": "x" * (MAX_TEXT_LENGTH + 1),
                "cancellationRequestDate": DATE,
                "requestedByUser": True,
                "deniedBySeller": False,
            },
            entry("r2", deniedBySeller=True),
            entry("r3", deniedBySeller="true"),
            {"Id": "r4", "Reason": "b", "DeniedBySeller": None},
            {"id": "r5", "DeniedBySeller": True},
            {"id": " "},
            "r6",
            None,
        ]
        cut = "x" * MAX_TEXT_LENGTH + "… [2,000 of 2,001 characters]"
        for status in (*ASKED_FOR, "handling"):
            with self.subTest(status):
                order = read(status, cancellationRequests=entries)
                self.assertEqual(
                    order.requests,
                    (request("r1", MOMENT, cut, True), request("r4", None, "b"), request()),
                )
                self.assertFalse(order.is_cancelled)

    def test_the_status_alone_says_so(self):
        for status, entries, expected in (
            *((status, None, (request(),)) for status in ASKED_FOR),
            ("cancellation-requested", [entry("r1", deniedBySeller=True)], (request(),)),
            ("cancellation-requested", {"id": "r1"}, (request(),)),
            ("handling", None, ()),
            ("window-to-cancel", [], ()),
            ("invoiced", [entry("r1", deniedBySeller=True)], ()),
            ("", None, ()),
        ):
            with self.subTest(status, entries=entries):
                order = read(status, cancellationRequests=entries)
                self.assertEqual(order, MarketplaceOrder("1", status, False, expected))


class TestOrder(TestCase):
    def test_which_order_it_is(self):
        for document, asked_for, order_id in (
            ({"orderId": "1"}, "1", "1"),
            ({"orderId": "1"}, None, "1"),
            ({"OrderId": "1"}, "1", "1"),
            ({}, "1", "1"),
            ({"orderId": None}, "1", "1"),
            ({"orderId": ""}, "1", "1"),
        ):
            with self.subTest(document, asked_for=asked_for):
                text = json.dumps({"status": "canceled", "orderGroup": "g", **document})
                order = MarketplaceOrder.from_text(text, asked_for)
                self.assertEqual(order.order_id, order_id)
                self.assertEqual(order.requests[0].marketplace_order_id, order_id)
                self.assertEqual(order.requests[0].marketplace_order_group, "g")

    def test_whether_it_goes_on(self):
        taken_out = [{"itemsRemoved": [{"id": "12", "quantity": 1}], "receipt": {"receipt": "R1"}}]
        for goes_on, status, members in (
            (True, "handling", {}),
            (True, "handling", {"cancellationRequests": [entry("r1", deniedBySeller=True)]}),
            (False, "handling", {"cancellationRequests": [entry("r1")]}),
            (False, "handling", {"changesAttachment": {"changesData": taken_out}}),
            (False, "cancellation-requested", {}),
            (False, "canceled", {}),
        ):
            with self.subTest(status, **members):
                self.assertEqual(read(status, **members).goes_on, goes_on)

    def test_what_is_no_order_or_another_one(self):
        for text, asked_for in (
            ("", "1"),
            ("Not found", "1"),
            ("[]", "1"),
            ("{}", "1"),
            ('{"orderId": "1"}', "1"),
            ('{"orderId": "1", "status": null}', "1"),
            ('{"orderId": "1", "status": 1}', "1"),
            ('{"orderId": "1", "status": "canceled"', "1"),
            ('{"orderId": "1", "status": "canceled", "status": "handling"}', "1"),
            ('{"orderId": "2", "status": "canceled"}', "1"),
            ('{"orderId": "V1", "status": "canceled"}', "v1"),
            ('{"orderId": " 1", "status": "canceled"}', " 1"),
            ('{"orderId": 1, "status": "canceled"}', "1"),
            ('{"status": "canceled"}', None),
            ('{"status": "\ud800"}', "1"),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                MarketplaceOrder.from_text(text, asked_for)


class TestOrderList(TestCase):
    def test_a_page(self):
        orders = [
            {"orderId": "1", "status": "canceled", "totalItems": 1},
            {"OrderId": "2", "Status": None},
            {"orderId": 3, "status": "canceled"},
            {"orderId": ".", "status": "canceled"},
            {"status": "canceled"},
            None,
        ]
        paging = {"total": 84, "pages": 6, "currentPage": 1, "perPage": 15}
        self.assertEqual(
            OrderList.from_text(json.dumps({"list": orders, "paging": paging, "facets": []})),
            OrderList((ListedOrder("1", "canceled"), ListedOrder("2", "")), 6, 1),
        )

    def test_no_orders(self):
        text = '{"list": [], "paging": {"pages": 0, "currentPage": 1}}'
        self.assertEqual(OrderList.from_text(text), OrderList((), 0, 1))

    def test_what_is_no_list(self):
        for text in (
            "",
            "[]",
            "{}",
            '{"list": []}',
            '{"paging": {"pages": 1, "currentPage": 1}}',
            '{"list": {}, "paging": {"pages": 1, "currentPage": 1}}',
            '{"list": [], "paging": []}',
            '{"list": [], "paging": {"pages": 1}}',
            '{"list": [], "paging": {"pages": "1", "currentPage": 1}}',
            '{"list": [], "paging": {"pages": true, "currentPage": 1}}',
            '{"list": [], "paging": {"pages": -1, "currentPage": 1}}',
            '{"list": [], "paging": {"pages": 1, "currentPage": 1.5}}',
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                OrderList.from_text(text)
