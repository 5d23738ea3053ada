"""Cancellations that come before their order."""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import MarketplaceCase


class WaitingCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.importer = new_test_user(
            cls.env, "importer", groups="sales_team.group_sale_salesman", company_id=cls.company.id
        )

    def wait_for(self, marketplace_order_id, **body):
        """Have an order cancelled that is not here yet, and return the receipt that waits."""
        answer = self.request_cancellation(marketplace_order_id, **body)
        self.assertEqual(answer.status, 404)
        self.assertTrue(json.loads(answer.body)["type"].endswith(":unknown-order"))
        receipt = self.receipts(marketplace_order_id)
        self.assertEqual(receipt.state, "waiting")
        self.assertEqual(json.loads(answer.body)["receipt"], receipt.protocol_code)
        return receipt

    def assertCancelledOnArrival(self, order, receipt):
        self.assertCancelled(order)
        self.assertNotIn("assigned", order.picking_ids.mapped("state"))
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.sale_order_id, order)
        self.assertEqual(receipt.answer_status, 200)
        self.assertIn(order.name, receipt.answer_body)
        self.assertTrue(receipt.settled_at)
        self.assertEqual(self.on_hand(), (100, 0))

    def failing_cancellation(self, *orders):
        """Let the cancellation of ``orders`` fail, of every order if none is given."""
        sale_order = self.registry["sale.order"]
        original = sale_order._action_cancel
        broken = {order.id for order in orders}

        def _action_cancel(cancelled):
            if not broken or broken & {*cancelled.ids}:
                raise UserError(cancelled.env._("Not today."))
            return original(cancelled)

        return patch.object(sale_order, "_action_cancel", _action_cancel)
