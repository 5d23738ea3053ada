"""What follows from reading an order at the marketplace: the same as from its call."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.readings import ReadingCase


@tagged("post_install", "-at_install")
class TestFacts(ReadingCase):
    """The marketplace has cancelled the order: nothing is refused."""

    def test_order_is_cancelled_and_nothing_is_told(self):
        order = self.order_of_three("H-1")
        self.tell("H-1")
        self.read(self.canceled("H-1", requestedByUser=True, reason="Too late"))
        self.assertEqual(order.state, "cancel")
        receipt = self.receipts("H-1")
        self.assertEqual((receipt.state, receipt.source), ("cancelled", "hook"))
        self.assertTrue(receipt.cancelled_there)
        self.assertEqual((receipt.reason, receipt.requested_by_user), ("Too late", "shopper"))
        self.assertFalse(order.outbound_call_ids)
        self.assertFalse(self.readings())

    def test_notifications_of_one_order_are_read_once(self):
        self.order_of_three("H-1")
        for state in ("cancel", "canceled", "cancel"):
            self.tell("H-1", state)
        self.read(self.canceled("H-1", reason="Late"))
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertFalse(self.readings())

    def test_told_again_nothing_changes(self):
        order = self.order_of_three("H-1")
        for _time in range(2):
            self.tell("H-1")
            self.read(self.canceled("H-1", reason="Late"))
        receipt = self.receipts("H-1")
        self.assertEqual(receipt.delivery_count, 2)
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.outbound_call_ids)

    def test_what_has_left_is_asked_about_although_the_policy_refuses(self):
        self.account.on_shipped = "refuse"
        order = self.order_of_three("H-1", done=1)
        self.tell("H-1")
        self.read(self.canceled("H-1", reason="Late"))
        receipt = self.receipts("H-1")
        self.assertEqual(receipt.state, "evaluating")
        self.assertTrue(receipt.is_confirmed)
        with self.assertRaisesRegex(Exception, "cannot be refused any more"):
            receipt.action_refuse("No.")
        receipt.action_keep("The shopper wants it.")
        self.assertEqual(order.state, "sale")

    def test_what_the_seller_has_cancelled_there_is_no_request(self):
        order = self.order_of_three("H-1")
        self.cancelled_here(order)
        self.send()
        self.tell("H-1")
        self.read(self.canceled("H-1", reason="Cracked."))
        self.assertFalse(self.receipts("H-1"))
        self.assertEqual(len(order.outbound_call_ids), 1)

    def test_order_that_is_not_here_yet(self):
        self.tell("H-1")
        self.read(self.canceled("H-1", reason="Late"))
        self.assertEqual(self.receipts("H-1").state, "waiting")
        order = self.make_order("H-1", confirm=True)
        self.assertEqual(order.state, "cancel")

    def test_reason_that_comes_late_is_added(self):
        self.order_of_three("H-1")
        self.tell("H-1")
        self.read(self.canceled("H-1"))
        receipt = self.receipts("H-1")
        self.assertEqual((receipt.state, receipt.reason), ("cancelled", False))
        self.make_readings_due()
        self.read(self.canceled("H-1", reason="Broken"))
        self.assertEqual(receipt.reason, "Broken")
        self.assertFalse(self.readings())

    def test_reason_that_never_comes_is_not_waited_for(self):
        self.order_of_three("H-1")
        self.tell("H-1")
        for _time in range(4):
            self.read(self.canceled("H-1"))
            self.make_readings_due()
        self.assertFalse(self.readings())


@tagged("post_install", "-at_install")
class TestRequests(ReadingCase):
    """The marketplace asks for a cancellation, which may be refused."""

    def test_granted_request_is_carried_out_there(self):
        order = self.order_of_three("H-1")
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1", reason="Found it cheaper", requestedByUser=True))
        receipt = self.receipts("H-1")
        self.assertEqual((order.state, receipt.state), ("cancel", "cancelled"))
        self.assertFalse(receipt.cancelled_there)
        call = order.outbound_call_ids
        self.assertEqual((call.kind, call.state), ("cancel", "pending"))
        self.send()
        self.assertEqual(call.state, "sent")
        self.assertEqual(self.marketplace.received[-1].body, {"reason": "Found it cheaper"})

    def test_refused_request_is_denied_there(self):
        self.account.on_shipped = "refuse"
        order = self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        self.assertEqual(self.receipts("H-1").state, "refused")
        self.assertEqual(order.outbound_call_ids.kind, "deny")

    def test_accepted_request_is_carried_out_there(self):
        order = self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        receipt = self.receipts("H-1")
        self.assertEqual(receipt.state, "evaluating")
        self.assertFalse(order.outbound_call_ids)
        receipt.action_accept()
        self.assertEqual(order.outbound_call_ids.kind, "cancel")

    def test_refused_request_that_is_carried_out_all_the_same_is_asked_about(self):
        order = self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        receipt = self.receipts("H-1")
        receipt.action_refuse("It has left.")
        self.tell("H-1", "canceled")
        self.read(self.canceled("H-1", cancellationRequestId="r-1", reason="Late"))
        self.assertEqual(self.receipts("H-1"), receipt)
        self.assertEqual(receipt.state, "evaluating")
        self.assertTrue(receipt.cancelled_there)
        self.assertEqual(order.state, "sale")

    def test_what_was_granted_is_not_told_once_more(self):
        order = self.order_of_three("H-1")
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        self.send()
        self.tell("H-1", "canceled")
        self.read(self.canceled("H-1", cancellationRequestId="r-1", reason="Late"))
        self.assertTrue(self.receipts("H-1").cancelled_there)
        self.assertEqual(len(order.outbound_call_ids), 1)


@tagged("post_install", "-at_install")
class TestAnswers(ReadingCase):
    """What the marketplace answers instead of the order."""

    def setUp(self):
        super().setUp()
        self.sold = self.order_of_three("H-1")
        self.tell("H-1")

    def assertNothingSettled(self):
        self.assertEqual(self.sold.state, "sale")
        self.assertFalse(self.receipts("H-1"))

    def test_too_many_calls(self):
        self.read((429, {}, {"Retry-After": "90"}))
        self.assertNothingSettled()
        self.assertTrue(self.account.reading_paused_until)
        self.assertTrue(self.readings("H-1"))
        self.read(self.canceled("H-1"))  # it is left alone
        self.assertNothingSettled()
        self.account.action_read_again()
        self.read(self.canceled("H-1", reason="Late"))
        self.assertEqual(self.sold.state, "cancel")

    def test_missing_permission_is_said_and_stops_reading(self):
        self.read((403, {}, {}))
        self.assertNothingSettled()
        self.assertIn("View order", self.account.reading_stop)
        self.assertIn(self.account.reading_stop, self.account.message_ids[0].body)
        self.account.new_outbound_token = "another"
        self.assertFalse(self.account.reading_stop)
        self.read({"status": "handling"}, self.canceled("H-1", reason="Late"))
        self.assertEqual(self.sold.state, "cancel")

    def test_order_that_the_marketplace_does_not_know(self):
        for tries in (1, 2, 3):
            self.assertTrue(self.readings())
            self.make_readings_due()
            self.read((404, {}, {}))
            self.assertEqual(len(self.marketplace.received), tries)
        self.assertNothingSettled()
        self.assertFalse(self.readings())
        self.assertIn("H-1", self.account.message_ids[0].body)

    def test_what_cannot_be_read_is_tried_again(self):
        for answer in ((500, {}, {}), (200, b"<html>", {}), (200, {"status": "canceled"}, {})):
            with self.subTest(answer):
                self.make_readings_due()
                self.read(answer)
                reading = self.readings("H-1")
                self.assertEqual(len(reading), 1)
        self.assertGreaterEqual(reading.attempts, 2)
        self.assertTrue(reading.error)

    def test_order_that_goes_on_is_left_alone(self):
        for _time in range(4):
            self.assertTrue(self.readings())
            self.make_readings_due()
            self.read({"orderId": "H-1", "status": "handling"})
        self.assertNothingSettled()
        self.assertFalse(self.readings())

    def test_order_that_shows_its_cancellation_late(self):
        self.read({"orderId": "H-1", "status": "handling"})
        self.assertNothingSettled()
        self.make_readings_due()
        self.read(self.canceled("H-1", reason="Late"))
        self.assertEqual(self.sold.state, "cancel")

    def test_order_that_cannot_be_read_keeps_no_other_one(self):
        other = self.order_of_three("H-2")
        self.tell("H-2")
        settle = type(self.env["marketplace.cancellation.service"])._answer

        def fail(service, account, request, *args):
            if request.marketplace_order_id == "H-1":
                raise TypeError("broken")
            return settle(service, account, request, *args)

        with (
            patch.object(type(self.env["marketplace.cancellation.service"]), "_answer", fail),
            mute_logger("odoo.addons.marketplace_order_cancellation.models.reading.order_reading"),
        ):
            self.read(self.canceled("H-1", reason="x"), self.canceled("H-2", reason="x"))
        self.assertNothingSettled()
        self.assertEqual(other.state, "cancel")
        self.assertIn("TypeError", self.readings("H-1").error)
        self.make_readings_due()
        self.read(self.canceled("H-1", reason="x"))
        self.assertEqual(self.sold.state, "cancel")

    def test_marketplace_without_an_answer_is_left_alone(self):
        self.tell("H-2")
        self.read(None)
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertTrue(self.account.reading_paused_until)

    def test_pause_has_an_end(self):
        self.read((429, {}, {"Retry-After": "999999999"}))
        self.assertLess(
            self.account.reading_paused_until - fields.Datetime.now(), timedelta(days=2)
        )
