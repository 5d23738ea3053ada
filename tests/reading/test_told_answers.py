"""What the marketplace is really answered, and what is known to have been told by that."""

from functools import partial
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.inbound.cancellation_request import CancellationRequest
from ..helpers.common import EndpointCase
from ..helpers.told import ToldCase

SERVICE = "odoo.addons.marketplace_order_cancellation.models.service"


def broken_orders(order):
    """No order can be cancelled."""
    return patch.object(type(order), "action_cancel", side_effect=UserError("It broke."))


@tagged("post_install", "-at_install")
class TestAnswers(EndpointCase):
    """Calls over HTTP."""

    def evaluating(self, name="A-1"):
        order = self.make_order(name, confirm=True)
        self.ship(order.picking_ids)
        response = self.call(name)
        self.assertEqual((response.status_code, response.content), (200, b""))
        receipt = self.receipts(name)
        self.assertEqual(receipt.state, "evaluating")
        return order, receipt

    def confirmations(self, receipt):
        receipt.invalidate_recordset()
        return receipt.delivery_ids.sorted("id").mapped("is_confirmation")

    def told(self, receipt):
        receipt.invalidate_recordset()
        return receipt.told_state, receipt.told_how

    def test_confirmed_at_once(self):
        for settings in (
            {"settlement": "immediate", "background_after": 0},
            {"settlement": "immediate", "background_after": 20},
            {"settlement": "background"},
        ):
            with self.subTest(settings):
                self.account.write(settings)
                name = f"A-{settings['settlement']}-{settings.get('background_after')}"
                self.make_order(name, confirm=True)
                for _time in range(2):
                    self.assertEqual(self.call(name).json()["marketplaceOrderId"], name)
                receipt = self.receipts(name)
                self.assertEqual(self.confirmations(receipt), [True, True])
                self.assertEqual(self.told(receipt), ("told", "answer"))
                self.assertEqual(receipt.told_at, receipt.delivery_ids[-1].received_at)

    def test_accepted_and_asked_again(self):
        order, receipt = self.evaluating()
        self.assertEqual(self.told(receipt), ("none", False))
        receipt.action_accept()
        self.assertEqual(self.told(receipt), ("untold", False))
        self.assertConfirmed(self.call("A-1"), order)
        self.assertEqual(self.confirmations(receipt), [False, True])
        self.assertEqual(self.told(receipt), ("told", "answer"))

    def test_accepted_and_never_asked_again(self):
        _order, receipt = self.evaluating()
        receipt.action_accept()
        self.assertEqual(self.confirmations(receipt), [False])
        self.assertEqual(self.told(receipt), ("untold", False))

    def test_kept_open_and_asked_again(self):
        _order, receipt = self.evaluating()
        receipt.action_keep("The shopper wants it.")
        self.assertEqual(self.told(receipt), ("untold", False))
        self.call("A-1")
        self.assertEqual(self.told(receipt), ("told", "answer"))

    def test_refused_and_asked_again(self):
        _order, receipt = self.evaluating()
        receipt.action_refuse("It has left.")
        self.assertEqual(self.call("A-1").status_code, 409)
        self.assertEqual(self.confirmations(receipt), [False, False])
        self.assertEqual(self.told(receipt), ("none", False))

    def test_processed_again_after_an_error(self):
        order = self.make_order("A-1", confirm=True)
        with broken_orders(order), mute_logger(f"{SERVICE}.service"):
            self.assertEqual(self.call("A-1").status_code, 500)
        receipt = self.receipts("A-1")
        self.assertEqual(self.told(receipt), ("none", False))
        receipt.action_process_again()
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(self.told(receipt), ("untold", False))
        self.assertConfirmed(self.call("A-1"), order)
        self.assertEqual(self.confirmations(receipt), [False, True])
        self.assertEqual(self.told(receipt), ("told", "answer"))

    def test_order_is_waited_for(self):
        self.assertEqual(self.call("A-1").status_code, 404)
        receipt = self.receipts("A-1")
        order = self.make_order("A-1", confirm=True)
        self.assertEqual((order.state, *self.told(receipt)), ("cancel", "untold", False))
        self.assertConfirmed(self.call("A-1"), order)
        self.assertEqual(self.told(receipt), ("told", "answer"))

    def test_another_address_is_no_confirmation(self):
        """The answer that is stored is not the one that is given."""
        _order, receipt = self.evaluating()
        receipt.action_accept()
        self.make_order("A-2", confirm=True)
        self.assertEqual(self.call("A-1", path_order_id="A-2").status_code, 409)
        self.assertEqual(self.confirmations(receipt), [False, False])
        self.assertEqual(self.told(receipt), ("untold", False))

    def test_wrong_credentials_tell_nothing(self):
        _order, receipt = self.evaluating()
        receipt.action_accept()
        wrong = {"X-VTEX-API-AppToken": "wrong"}
        self.assertEqual(self.call("A-1", headers=wrong).status_code, 401)
        self.assertEqual(self.told(receipt), ("untold", False))


@tagged("post_install", "-at_install")
class TestSettledWithoutCall(ToldCase):
    def test_settled_by_the_job_after_the_server_was_killed(self):
        """The receipt was committed, and then nothing: the marketplace got no answer."""
        for settlement in ("immediate", "background"):
            with self.subTest(settlement):
                self.account.settlement = settlement
                name = f"K-{settlement}"
                self.order_of_three(name)
                receipt = self.register(name)
                self.env.flush_all()
                self.run_cron("cron_settle_pending")
                self.run_cron("cron_settle_queued_1")
                self.assertEqual(receipt.state, "cancelled")
                self.assertFalse(receipt.delivery_ids)
                self.assertEqual(receipt.told_state, "untold")
                self.request_cancellation(name)
                self.assertTold(receipt, "answer")

    def test_queued_and_confirmed_it_stays_told(self):
        self.account.settlement = "background"
        self.order_of_three("K-1")
        self.request_cancellation("K-1")
        receipt = self.receipts("K-1")
        self.assertEqual((receipt.state, receipt.told_how), ("queued", "answer"))
        told_at = receipt.told_at
        self.run_cron("cron_settle_queued_1")
        self.assertEqual(receipt.state, "cancelled")
        self.assertTold(receipt, "answer")
        self.request_cancellation("K-1")
        self.assertEqual(receipt.told_at, told_at)

    def test_queued_and_failed_it_was_told_all_the_same(self):
        self.account.settlement = "background"
        order = self.order_of_three("K-1")
        self.request_cancellation("K-1")
        receipt = self.receipts("K-1")
        with broken_orders(order), mute_logger(f"{SERVICE}.batch"):
            self.run_cron("cron_settle_queued_1")
        self.assertEqual(receipt.state, "failed")
        receipt.action_process_again()
        self.assertTold(receipt, "answer")

    def test_locked_request_that_the_job_settles(self):
        """It was answered 503: a repeat of the call gets the confirmation."""
        self.order_of_three("K-1")
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)._as_endpoint()
            service = account.env["marketplace.cancellation.service"]
            request = CancellationRequest("K-1")
            receipts = account.env["marketplace.cancellation.receipt"]
            find_or_create = partial(
                receipts._find_or_create, account, request, path_order_id="K-1"
            )
            service._leave_to_job(find_or_create, self.arrival())
        receipt = self.receipts("K-1")
        self.assertEqual(receipt.delivery_ids.http_status, 503)
        self.run_cron("cron_settle_pending")
        self.assertEqual((receipt.state, receipt.told_state), ("cancelled", "untold"))


@tagged("post_install", "-at_install")
class TestReadings(ToldCase):
    """Requests that nobody has called for: what tells of them is the call of ours."""

    def setUp(self):
        super().setUp()
        self.account.arrival_way = "hook"

    def test_told_by_the_call_that_grants_it(self):
        for settlement in ("immediate", "background"):
            with self.subTest(settlement):
                self.account.settlement = settlement
                name = f"H-{settlement}"
                order = self.order_of_three(name)
                self.tell(name, "cancellation-requested")
                self.read(self.requested(name))
                self.run_cron("cron_settle_queued_1")
                receipt = self.receipts(name)
                self.assertEqual((receipt.state, receipt.told_state), ("cancelled", "untold"))
                self.assertFalse(any(receipt.delivery_ids.mapped("is_confirmation")))
                self.assertEqual(order.outbound_call_ids.receipt_id, receipt)
                self.send()
                self.assertTold(receipt, "call")

    def test_not_told_if_the_call_fails(self):
        order = self.order_of_three("H-1")
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.assertEqual(order.outbound_call_ids.state, "failed")
        receipt = self.receipts("H-1")
        self.assertEqual(receipt.told_state, "untold")
        self.age(receipt)
        self.tell_again()
        self.assertFalse(self.readings())  # somebody has been asked about the call
        order.outbound_call_ids.action_send_again()
        self.send()
        self.assertTold(receipt, "call")

    def test_told_by_the_marketplace_itself(self):
        self.order_of_three("H-1")
        self.tell("H-1")
        self.read(self.canceled("H-1", reason="Late"))
        self.assertTold(self.receipts("H-1"), "there")

    def test_cancelled_there_while_somebody_decides(self):
        self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        receipt = self.receipts("H-1")
        self.tell("H-1")
        self.read(self.canceled("H-1", cancellationRequestId="r-1", reason="Late"))
        self.assertEqual(receipt.state, "evaluating")
        self.assertTold(receipt, "there")
        receipt.action_accept()
        self.assertFalse(receipt.sale_order_id.outbound_call_ids)

    def test_hook_and_question_at_once(self):
        """What the hook told of is settled, whichever of the two is read."""
        self.account.arrival_way = "both"
        order, receipt = self.accepted("H-1", request_id=None)
        self.tell_again()
        self.tell("H-1")
        self.read(self.canceled("H-1", reason="Late"))
        self.assertTold(receipt, "there")
        self.assertFalse(self.readings())
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.receipts("H-1").delivery_ids.mapped("http_status"), [200, 200])


@tagged("post_install", "-at_install")
class TestNoEcho(ToldCase):
    """The marketplace asks again at the very moment."""

    def test_asked_again_before_the_order_is_read(self):
        order, receipt = self.accepted("E-1")
        self.tell_again()
        self.request_cancellation("E-1", cancellationRequestId="r-1")
        self.read(self.requested("E-1"))
        self.assertTold(receipt, "answer")
        self.assertFalse(order.outbound_call_ids)
        self.assertFalse(self.question(receipt))

    def test_asked_again_while_the_order_is_read(self):
        order, receipt = self.accepted("E-1")
        self.tell_again()

        def ask_again():
            self.env["marketplace.order.reading"].flush_model()
            receipt._record_delivery(self.arrival(), 200)
            self.env.flush_all()
            return 200, self.requested("E-1"), {}

        self.marketplace.answers.append(ask_again)
        self.read()
        self.assertTold(receipt, "answer")
        self.assertFalse(order.outbound_call_ids)

    def test_asked_again_before_the_call_is_sent(self):
        order, receipt = self.accepted("E-1")
        self.read_untold(self.requested("E-1"))
        call = order.outbound_call_ids
        self.assertEqual(call.state, "pending")
        self.request_cancellation("E-1", cancellationRequestId="r-1")
        heard = len(self.marketplace.received)
        self.send()
        self.assertEqual(call.state, "obsolete")
        self.assertEqual(len(self.marketplace.received), heard)
        self.assertTold(receipt, "answer")

    def test_asked_again_after_the_call_it_gets_its_confirmation(self):
        order, receipt = self.accepted("E-1")
        self.read_untold(self.requested("E-1"))
        self.send()
        told_at = receipt.told_at
        answer = self.request_cancellation("E-1", cancellationRequestId="r-1")
        self.assertTrue(answer.body)
        self.assertEqual((receipt.told_how, receipt.told_at), ("call", told_at))
        self.assertEqual(len(order.outbound_call_ids), 1)

    def test_killed_after_the_call_is_written(self):
        """The reading is read again then: nothing comes twice."""
        readings = type(self.env["marketplace.order.reading"])
        for number, document in enumerate((self.requested("E-0"), (404, {}, {}))):
            order, receipt = self.accepted(f"E-{number}")
            self.tell_again()
            with patch.object(readings, "_forget", lambda own: None):
                self.read(document)
            self.assertTrue(self.readings(f"E-{number}"))
            self.make_readings_due()
            self.read(document)
            self.assertEqual(len(order.outbound_call_ids), 1 - number)
            self.assertEqual(len(self.question(receipt)), number)
