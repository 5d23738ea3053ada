"""Cancellations that come before their order: whatever comes later must not be shipped."""

import json

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.common import EndpointCase
from ..helpers.waiting_orders import WaitingCase


@tagged("post_install", "-at_install")
class TestImport(WaitingCase):
    """The order comes in, one way or another."""

    def test_quotation_is_left_until_it_is_confirmed(self):
        receipt = self.wait_for("W-1", reason="Changed my mind", requestedByUser=True)
        order = self.make_order("W-1")
        self.assertEqual(order.state, "draft")
        self.assertEqual(receipt.state, "waiting")
        self.assertEqual(receipt.sale_order_id, order)
        self.assertIn("has cancelled this order already", " ".join(self.chatter(order)))

        order.action_confirm()
        self.assertCancelledOnArrival(order, receipt)
        self.assertFalse(order.picking_ids)
        self.assertIn(
            "Test Market cancelled this order; the shopper asked for it. "
            "Reason: “Changed my mind”.",
            self.chatter(order),
        )

    def test_order_that_is_imported_as_confirmed(self):
        receipt = self.wait_for("W-2")
        order = self.make_order("W-2", state="sale")
        self.assertCancelledOnArrival(order, receipt)

    def test_marketplace_id_that_is_written_on_a_confirmed_order(self):
        receipt = self.wait_for("W-3")
        order = self.make_order(confirm=True)
        self.assertEqual(order.picking_ids.state, "assigned")
        order.write({"marketplace_account_id": self.account.id, "marketplace_order_id": "W-3"})
        self.assertCancelledOnArrival(order, receipt)
        self.assertEqual(order.picking_ids.state, "cancel")

    def test_marketplace_id_that_is_written_on_a_quotation(self):
        receipt = self.wait_for("W-4")
        order = self.make_order()
        order.write({"marketplace_account_id": self.account.id, "marketplace_order_id": "W-4"})
        self.assertEqual(receipt.state, "waiting")
        order.action_confirm()
        self.assertCancelledOnArrival(order, receipt)

    def test_only_the_awaited_order_of_a_batch_is_cancelled(self):
        receipt = self.wait_for("W-5")
        awaited = self.make_order("W-5")
        others = self.make_order("W-6") | self.make_order()
        (awaited | others).action_confirm()
        self.assertCancelled(awaited)
        self.assertEqual(receipt.sale_order_id, awaited)
        for order in others:
            self.assertUntouched(order)

    def test_every_waiting_request_for_the_order_is_settled(self):
        first = self.wait_for("W-7")
        self.request_cancellation("W-7", cancellationRequestId="second")
        second = self.receipts("W-7") - first
        self.assertEqual(second.state, "waiting")
        order = self.make_order("W-7", confirm=True)
        self.assertCancelledOnArrival(order, first)
        self.assertCancelledOnArrival(order, second)

    def test_importer_needs_only_a_salespersons_rights(self):
        receipt = self.wait_for("W-8")
        orders = self.env["sale.order"].with_user(self.importer)
        order = orders.create(
            {
                "partner_id": self.partner.id,
                "marketplace_account_id": self.account.id,
                "marketplace_order_id": "W-8",
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        self.assertCancelledOnArrival(order.with_env(self.env), receipt)
        self.assertEqual(receipt.write_uid, self.endpoint_user)

    def test_customer_who_signs_needs_no_rights(self):
        receipt = self.wait_for("W-11")
        order = self.make_order("W-11")
        order.with_user(self.env.ref("base.public_user")).sudo().action_confirm()
        self.assertCancelledOnArrival(order, receipt)

    def test_order_is_not_confirmed_when_its_cancellation_fails(self):
        receipt = self.wait_for("W-12")
        order = self.make_order("W-12")
        with self.failing_cancellation(), self.assertRaises(UserError), self.cr.savepoint():
            order.action_confirm()
        self.assertEqual((order.state, receipt.state), ("draft", "waiting"))
        order.action_confirm()
        self.assertCancelledOnArrival(order, receipt)

    def test_mismatching_repeat_does_not_withdraw_the_cancellation(self):
        self.make_order("W-14")
        receipt = self.wait_for("W-13")
        answer = self.request_cancellation("W-13", path_order_id="W-14")
        self.assertEqual(answer.status, 409)
        self.assertTrue(json.loads(answer.body)["type"].endswith(":order-mismatch"))
        order = self.make_order("W-13", confirm=True)
        self.assertCancelledOnArrival(order, receipt)

    def test_other_accounts_order_of_the_same_id_is_not_awaited(self):
        receipt = self.wait_for("W-9")
        other = self.make_account("other-market")
        order = self.make_order("W-9", marketplace_account_id=other.id, confirm=True)
        self.assertUntouched(order)
        self.assertEqual(receipt.state, "waiting")

    def test_confirming_an_ordinary_order_still_works(self):
        order = self.make_order("W-10")
        self.assertEqual(order.action_confirm(), True)
        self.assertUntouched(order)
        self.assertEqual(order.picking_ids.state, "assigned")


@tagged("post_install", "-at_install")
class TestWaitingOverHttp(WaitingCase, EndpointCase):
    def test_unknown_order_is_not_found_and_its_receipt_waits(self):
        response = self.call("H-1")
        self.assertProblem(response, 404, "unknown-order")
        receipt = self.receipts("H-1")
        self.assertEqual(response.json()["receipt"], receipt.protocol_code)
        self.assertEqual(receipt.state, "waiting")
        self.assertFalse(receipt.sale_order_id)
        self.assertFalse(receipt.answer_body)
        self.assertEqual(receipt.http_status, 404)
        self.assertEqual(self.call("H-1").json(), response.json())
        self.assertEqual(receipt.delivery_count, 2)

    def test_repeat_after_the_import_is_confirmed(self):
        self.call("H-2")
        receipt = self.receipts("H-2")
        order = self.make_order("H-2", confirm=True)
        self.assertCancelledOnArrival(order, receipt)
        self.assertEqual(self.assertConfirmed(self.call("H-2"), order), receipt)
        self.assertEqual(receipt.delivery_ids.mapped("http_status"), [200, 404])

    def test_repeat_after_the_import_of_a_quotation_cancels_it(self):
        self.call("H-3")
        order = self.make_order("H-3")
        self.assertConfirmed(self.call("H-3"), order)
