"""Calls that come again, that name two orders, and cancellations that fail."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.common import SERVICE_LOGGER, EndpointCase


@tagged("post_install", "-at_install")
class TestRepeats(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", confirm=True)

    def test_repeat_gets_the_same_answer_byte_for_byte(self):
        first = self.call("959311095")
        messages = self.order.message_ids
        for _ in range(3):
            repeat = self.call("959311095")
            self.assertEqual(repeat.status_code, 200)
            self.assertEqual(repeat.content, first.content)
            self.assertEqual(repeat.headers["Content-Type"], first.headers["Content-Type"])
        receipt = self.assertConfirmed(first, self.order)
        self.assertEqual(self.receipts("959311095"), receipt)
        self.assertEqual(receipt.delivery_count, 4)
        self.assertEqual(receipt.delivery_ids.mapped("http_status"), [200] * 4)
        self.assertEqual(self.order.message_ids, messages)

    def test_answer_stays_as_it_was_when_the_accounts_format_changes(self):
        first = self.call("959311095")
        self.account.write({"date_format": "iso8601", "tz": "Asia/Tokyo"})
        self.assertEqual(self.call("959311095").content, first.content)

    def test_repeat_does_not_cancel_an_order_that_was_taken_up_again(self):
        first = self.call("959311095")
        self.order.action_draft()
        self.order.action_confirm()
        self.assertEqual(self.call("959311095").content, first.content)
        self.assertEqual(self.order.state, "sale")

    def test_new_request_id_gets_its_own_receipt(self):
        first = self.assertConfirmed(self.call("959311095"), self.order)
        body = {"marketplaceOrderId": "959311095", "cancellationRequestId": "second"}
        second = self.assertConfirmed(self.call("959311095", body=body), self.order)
        self.assertNotEqual(second, first)
        self.assertEqual(self.receipts("959311095"), first | second)
        self.assertEqual((first | second).mapped("delivery_count"), [1, 1])

    def test_empty_request_id_is_none(self):
        first = self.call("959311095")
        body = {"marketplaceOrderId": "959311095", "cancellationRequestId": ""}
        self.assertEqual(self.call("959311095", body=body).content, first.content)

    def test_order_that_is_cancelled_already_is_confirmed(self):
        self.order.action_cancel()
        messages = self.order.message_ids
        receipt = self.assertConfirmed(self.call("959311095"), self.order)
        self.assertEqual(receipt.note, "The order was cancelled already.")
        self.assertEqual(self.order.message_ids, messages)


@tagged("post_install", "-at_install")
class TestMismatch(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", confirm=True)
        cls.other = cls.make_order("959311096", confirm=True)

    def assertMismatch(self, response):
        self.assertProblem(response, 409, "order-mismatch")
        receipt = self.receipts("959311095")
        self.assertEqual(response.json()["receipt"], receipt.protocol_code)
        return receipt

    def test_neither_of_two_orders_is_touched(self):
        for path_order_id in ("959311096", self.other.name):
            with self.subTest(path_order_id=path_order_id):
                response = self.call("959311095", path_order_id=path_order_id)
                receipt = self.assertMismatch(response)
                self.assertEqual(receipt.state, "mismatch")
                self.assertIn(self.other.name, receipt.note)
                self.assertUntouched(self.order)
                self.assertUntouched(self.other)
                self.assertFalse(self.receipts("959311096"))

    def test_right_call_afterwards_succeeds_on_the_same_receipt(self):
        wrong = self.assertMismatch(self.call("959311095", path_order_id="959311096"))
        right = self.assertConfirmed(self.call("959311095"), self.order)
        self.assertEqual(right, wrong)
        self.assertEqual(right.delivery_ids.mapped("http_status"), [200, 409])
        self.assertUntouched(self.other)

    def test_mismatching_repeat_of_a_settled_request_changes_nothing(self):
        right = self.call("959311095")
        receipt = self.assertConfirmed(right, self.order)
        kept = receipt.read(["state", "note", "answer_body", "settled_at", "sale_order_id"])
        self.assertMismatch(self.call("959311095", path_order_id="959311096"))
        self.assertEqual(
            receipt.read(["state", "note", "answer_body", "settled_at", "sale_order_id"]), kept
        )
        self.assertEqual(receipt.delivery_ids.mapped("http_status"), [409, 200])
        self.assertUntouched(self.other)
        self.assertEqual(self.call("959311095").content, right.content)

    def test_unknown_order_and_the_address_of_another_do_not_match(self):
        response = self.call("unknown", path_order_id="959311096")
        self.assertProblem(response, 409, "order-mismatch")
        self.assertEqual(self.receipts("unknown").state, "mismatch")
        self.assertUntouched(self.other)


@tagged("post_install", "-at_install")
class TestFailure(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", quantity=3, confirm=True)

    def failing(self, error=None, query="SELECT 1", times=1000):
        """Let the first ``times`` cancellations fail, once the order is cancelled.

        :param query: SQL that is run then; it may fail by itself
        :param error: exception that is raised then
        """
        sale_order = self.registry["sale.order"]
        original = sale_order._action_cancel
        self.attempts = 0

        def _action_cancel(orders):
            result = original(orders)
            orders.env.flush_all()
            self.attempts += 1
            if self.attempts <= times:
                orders.env.cr.execute(query)
                if error:
                    raise error
            return result

        return patch.object(sale_order, "_action_cancel", _action_cancel)

    def check_failure(self, text, **failure):
        with (
            self.failing(**failure),
            mute_logger("odoo.sql_db"),
            self.assertLogs(SERVICE_LOGGER, "ERROR") as log,
        ):
            response = self.call("959311095")
        self.assertProblem(response, 500, "cancellation-failed")
        self.assertNotIn(text, response.text)
        self.assertIn("could not be settled", log.output[-1])
        receipt = self.receipts("959311095")
        self.assertEqual(response.json()["receipt"], receipt.protocol_code)
        self.assertEqual(receipt.state, "failed")
        self.assertIn(text, receipt.error)
        self.assertEqual(receipt.sale_order_id, self.order)
        self.assertFalse(receipt.answer_body)
        self.assertEqual(receipt.http_status, 500)
        self.assertUntouched(self.order)
        self.assertEqual(self.on_hand(), (100, 3))
        return receipt

    def check_repeat(self, failed):
        receipt = self.assertConfirmed(self.call("959311095"), self.order)
        self.assertEqual(receipt, failed)
        self.assertFalse(receipt.error)
        self.assertEqual(receipt.delivery_ids.mapped("http_status"), [200, 500])
        self.assertEqual(self.on_hand(), (100, 0))

    def test_user_error_leaves_all_as_it_was_and_the_repeat_succeeds(self):
        advice = "Take the gift card back first."
        receipt = self.check_failure(advice, error=UserError(advice))
        self.assertEqual(receipt.error, advice)
        self.check_repeat(receipt)

    def test_programming_error_leaves_all_as_it_was_and_the_repeat_succeeds(self):
        receipt = self.check_failure("KeyError", error=KeyError("no_such_field"))
        self.check_repeat(receipt)

    def test_database_error_leaves_all_as_it_was_and_the_repeat_succeeds(self):
        receipt = self.check_failure("DivisionByZero (22012)", query="SELECT 1 / 0")
        self.check_repeat(receipt)

    def test_order_that_stays_open_is_no_success(self):
        with (
            patch.object(self.registry["sale.order"], "_action_cancel", return_value=True),
            mute_logger(SERVICE_LOGGER),
        ):
            response = self.call("959311095")
        self.assertProblem(response, 500, "cancellation-failed")
        receipt = self.receipts("959311095")
        self.assertEqual(receipt.state, "failed")
        self.assertIn(self.order.name, receipt.error)
        self.assertUntouched(self.order)
        self.check_repeat(receipt)

    def test_conflict_with_another_transaction_is_tried_again_at_once(self):
        with self.failing(error=SerializationFailure(), times=2), mute_logger(SERVICE_LOGGER):
            response = self.call("959311095")
        receipt = self.assertConfirmed(response, self.order)
        self.assertEqual(self.attempts, 3)
        self.assertEqual(receipt.delivery_count, 1)
        sentence = "Test Market cancelled this order."
        self.assertEqual(self.chatter(self.order.picking_ids).count(sentence), 1)
