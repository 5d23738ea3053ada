"""Receipts and their deliveries: one for each request, and what can be found out from them."""

import json
import uuid
from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.arrival import Arrival
from ...tools.inbound.answer import Answer
from ...tools.inbound.cancellation_request import CancellationRequest
from ...tools.states import RECEIPT_STATES
from ..helpers.common import MarketplaceCase

RECEIPT = "marketplace.cancellation.receipt"


class ReceiptCase(MarketplaceCase):
    def make_receipt(self, marketplace_order_id="1", **values):
        values.setdefault("account_id", self.account.id)
        return self.env[RECEIPT].create({"marketplace_order_id": marketplace_order_id, **values})

    def record_delivery(self, receipt, status, minute=0, address="192.0.2.7"):
        moment = datetime(2024, 3, 4, 15, minute)
        return receipt._record_delivery(Arrival(moment, Arrival.now(None).started, address), status)

    def find_or_create(self, account=None, **fields):
        request = CancellationRequest(**{"marketplace_order_id": "1", **fields})
        return self.env[RECEIPT]._find_or_create(account or self.account, request)


@tagged("post_install", "-at_install")
class TestReceipt(ReceiptCase):
    def test_request_has_one_receipt_in_the_database(self):
        self.make_receipt("1")
        self.make_receipt("2", cancellation_request_id="a")
        for order_id, request_id in (("1", False), ("1", ""), ("2", "a")):
            with (
                self.subTest(order_id=order_id, request_id=request_id),
                self.assertBreaks("request_unique"),
            ):
                self.make_receipt(order_id, cancellation_request_id=request_id)

    def test_other_requests_have_receipts_of_their_own(self):
        other = self.make_account("other")
        receipts = (
            self.make_receipt("1")
            + self.make_receipt("1", cancellation_request_id="a")
            + self.make_receipt("1", cancellation_request_id="b")
            + self.make_receipt("1", cancellation_request_id="A")
            + self.make_receipt("2", cancellation_request_id="a")
            + self.make_receipt("1", account_id=other.id)
            + self.make_receipt("1", cancellation_request_id="a", account_id=other.id)
        )
        codes = receipts.mapped("protocol_code")
        self.assertEqual(len(set(codes)), 7)
        self.assertEqual([str(uuid.UUID(code)) for code in codes], codes)
        self.assertEqual((self.account.receipt_count, other.receipt_count), (5, 2))

    def test_protocol_code_is_given_once(self):
        code = self.make_receipt("1").protocol_code
        with self.assertBreaks("protocol_code_unique"):
            self.make_receipt("2", protocol_code=code)

    @contextmanager
    def assertBreaks(self, constraint):
        """The block is refused by the database itself, because of ``constraint``."""
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation) as caught:
            yield
        name = f"marketplace_cancellation_receipt_{constraint}"
        self.assertIn(name, str(caught.exception))

    def test_same_request_finds_its_receipt_again(self):
        without_id = self.find_or_create()
        with_id = self.find_or_create(cancellation_request_id="a")
        elsewhere = self.find_or_create(self.make_account("other"))
        self.assertEqual(len(without_id | with_id | elsewhere), 3)
        self.assertEqual(self.find_or_create(reason="another one"), without_id)
        self.assertEqual(self.find_or_create(cancellation_request_id="a"), with_id)
        self.assertFalse(without_id.reason)

    def test_receipt_holds_what_the_request_said(self):
        receipt = self.find_or_create(
            cancellation_request_id="a",
            cancellation_request_date=datetime(2024, 3, 4, 15, 45, 2),
            marketplace_order_group="group-123",
            reason="Out of stock",
            requested_by_user=True,
        )
        receipt.invalidate_recordset()
        fields = (
            "marketplace_order_id", "cancellation_request_id", "cancellation_request_date",
            "marketplace_order_group", "reason", "requested_by_user", "state", "company_id",
        )  # fmt: skip
        self.assertEqual(
            [receipt[field] for field in fields],
            [
                "1", "a", datetime(2024, 3, 4, 15, 45, 2), "group-123", "Out of stock", "shopper",
                "received", self.company,
            ],
        )  # fmt: skip
        for said, stored in ((False, "marketplace"), (None, False)):
            with self.subTest(said=said):
                receipt = self.find_or_create(marketplace_order_id="2", requested_by_user=said,
                                              cancellation_request_id=str(said))  # fmt: skip
                self.assertEqual(receipt.requested_by_user, stored)

    def test_any_date_that_a_marketplace_can_send_leaves_a_receipt(self):
        """Dates that nobody can show, .NET's defaults say, are none."""
        texts = {
            "0001-01-01T00:00:00": None,
            "0999-12-31T23:59:59Z": None,
            "1970-01-01T00:00:00": datetime(1970, 1, 1),
            "2999-12-31T23:59:59.9999999": datetime(2999, 12, 31, 23, 59, 59),
            "9999-12-31T23:59:59.9999999": None,
        }
        for text, expected in texts.items():
            with self.subTest(text):
                body = {"marketplaceOrderId": text, "cancellationRequestDate": text}
                request = CancellationRequest.from_body(json.dumps(body).encode())
                receipt = self.env[RECEIPT]._find_or_create(self.account, request)
                receipt.invalidate_recordset()
                self.assertEqual(receipt.cancellation_request_date, expected or False)
                self.assertTrue(receipt.web_read({"cancellation_request_date": {}}))

    def test_name_tells_order_and_marketplace(self):
        receipt = self.make_receipt("959311095", cancellation_request_id="req-77")
        self.assertEqual(receipt.display_name, "959311095 at Test Market")
        self.account.name = "Renamed"
        self.assertEqual(receipt.display_name, "959311095 at Renamed")
        for text in ("959311095", "req-77", receipt.protocol_code):
            with self.subTest(text):
                found = self.env[RECEIPT].name_search(text, [("account_id", "=", self.account.id)])
                self.assertEqual([record_id for record_id, _name in found], receipt.ids)


@tagged("post_install", "-at_install")
class TestDeliveries(ReceiptCase):
    def test_latest_delivery_is_what_the_receipt_shows(self):
        receipt = self.make_receipt()
        fields = ("delivery_count", "last_delivery_at", "http_status", "remote_address")
        self.assertEqual([receipt[field] for field in fields], [0, False, 0, False])
        expected = [(404, 1, "192.0.2.1"), (500, 3, "192.0.2.3"), (200, 2, "192.0.2.2")]
        for count, (status, minute, address) in enumerate(expected, 1):
            with self.subTest(count):
                delivery = self.record_delivery(receipt, status, minute, address)
                self.assertEqual(
                    [receipt[field] for field in fields],
                    [count, datetime(2024, 3, 4, 15, minute), status, address],
                )
                self.assertEqual(receipt.duration, delivery.duration)

    def test_receipts_do_not_share_deliveries(self):
        receipts = self.make_receipt("1") + self.make_receipt("2") + self.make_receipt("3")
        self.record_delivery(receipts[0], 404)
        self.record_delivery(receipts[2], 500)
        self.record_delivery(receipts[0], 200)
        self.assertEqual(receipts.mapped("delivery_count"), [2, 0, 1])
        self.assertEqual(receipts.mapped("http_status"), [200, 0, 500])

    def test_duration_counts_from_the_arrival(self):
        arrival = Arrival.now("192.0.2.7")
        early = Arrival(arrival.received_at, arrival.started - 2, arrival.remote_address)
        duration = self.make_receipt()._record_delivery(early, 200).duration
        self.assertGreaterEqual(duration, 2000)
        self.assertLess(duration, 10_000)

    def test_repeats_are_found_by_the_number_of_deliveries(self):
        receipts = self.make_receipt("0") + self.make_receipt("1") + self.make_receipt("2")
        for receipt in (receipts[1], receipts[2], receipts[2]):
            self.record_delivery(receipt, 200)
        expected = {(">", 1): "2", (">", 0): "12", (">=", 2): "2", (">=", 1): "12", (">", 2): ""}
        for (operator, number), orders in expected.items():
            with self.subTest(f"{operator} {number}"):
                found = self.search_delivery_count(receipts, operator, number)
                self.assertEqual("".join(found.mapped("marketplace_order_id")), orders)

    def search_delivery_count(self, receipts, operator, number):
        domain = [("id", "in", receipts.ids), ("delivery_count", operator, number)]
        return self.env[RECEIPT].search(domain, order="id")

    def test_receipt_without_deliveries_has_at_least_none(self):
        receipt = self.make_receipt()
        self.assertEqual(self.search_delivery_count(receipt, ">=", 1), receipt.browse())
        for operator, number in ((">=", 0), (">", -1)):
            with self.subTest(f"{operator} {number}"):
                self.assertEqual(self.search_delivery_count(receipt, operator, number), receipt)

    def test_comparison_that_is_not_offered_is_refused_in_words(self):
        receipt = self.make_receipt()
        for operator, value in (("<", 2), ("<=", 2), ("=", 2), ("!=", 2), ("in", [1, 2])):
            with self.subTest(f"{operator} {value}"), self.assertRaises(UserError):
                self.search_delivery_count(receipt, operator, value)

    def test_deliveries_go_with_their_receipt(self):
        receipt = self.make_receipt()
        delivery = self.record_delivery(receipt, 200)
        receipt._unlink_expired()
        self.assertFalse(delivery.exists())


@tagged("post_install", "-at_install")
class TestSettling(ReceiptCase):
    def test_due_is_what_was_received_and_what_waits_for_an_order_that_is_here(self):
        for order_id in ("sale", "settled", "failed", "mismatch"):
            self.make_order(order_id, confirm=True)
        self.make_order("draft")
        self.make_order("cancel", confirm=True).action_cancel()
        other = self.make_account("other")
        self.make_order("elsewhere", confirm=True, marketplace_account_id=other.id)
        states = {
            "sale": "waiting", "received": "received", "nowhere": "waiting", "draft": "waiting",
            "elsewhere": "waiting", "settled": "cancelled", "failed": "failed",
            "mismatch": "mismatch", "cancel": "waiting", "later": "received",
        }  # fmt: skip
        before = self.env[RECEIPT]._search_due()
        for order_id, state in states.items():
            self.make_receipt(order_id, state=state)
        due = self.env[RECEIPT]._search_due() - before
        self.assertEqual(
            due.mapped("marketplace_order_id"), ["sale", "received", "cancel", "later"]
        )

    def test_confirmation_is_stored_when_the_request_is_settled(self):
        order = self.make_order("1")
        receipt = self.make_receipt(received_at="2024-03-04 15:45:02", error="Failed before")
        with freeze_time("2024-03-05 10:00:00"):
            receipt._set_cancelled(order, "The order was cancelled already.")
        self.assertEqual(
            json.loads(receipt.answer_body),
            {
                "date": "2024-03-04 15:45:02",
                "marketplaceOrderId": "1",
                "orderId": order.name,
                "receipt": receipt.protocol_code,
            },
        )
        self.assertEqual((receipt.state, receipt.answer_status), ("cancelled", 200))
        self.assertEqual(receipt.settled_at, datetime(2024, 3, 5, 10))
        self.assertEqual((receipt.sale_order_id, receipt.error), (order, False))
        self.assertEqual(receipt.note, "The order was cancelled already.")

    def test_stored_answer_survives_all_that_is_renamed_later(self):
        order = self.make_order("1")
        first = self.request_cancellation("1")
        self.assertEqual(json.loads(first.body)["orderId"], order.name)
        receipt = self.receipts("1")
        stored = receipt.answer_body
        order.name = "RENAMED"
        self.account.write({"date_format": "iso8601", "tz": "America/Sao_Paulo"})
        self.assertEqual(self.request_cancellation("1"), first)
        self.assertEqual(receipt.answer_body, stored)
        self.assertEqual(receipt._stored_answer(), Answer(200, stored))
        self.assertEqual(receipt.delivery_count, 2)

    def test_settled_is_what_needs_no_further_work(self):
        settled = {"received": False, "waiting": False, "mismatch": False, "failed": False,
                   "evaluating": True, "queued": True, "cancelled": True, "refused": True,
                   "kept": True,
        }  # fmt: skip
        self.assertEqual(list(settled), list(dict(RECEIPT_STATES)))
        for state, expected in settled.items():
            with self.subTest(state):
                receipt = self.make_receipt(state, state=state)
                self.assertIs(receipt._stored_answer() is not None, expected)
