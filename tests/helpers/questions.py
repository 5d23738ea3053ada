"""Requests about which a person is asked."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import MarketplaceCase


class EvaluatingCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(
            cls.env, "decider", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.account.write({"user_id": cls.salesperson.id, "on_picking": "ask"})

    def evaluating(self, marketplace_order_id, **body):
        """An order on which a person must decide, since picking has begun; and its receipt."""
        order = self.make_order(marketplace_order_id, quantity=3, confirm=True)
        order.picking_ids.move_ids.picked = True
        answer = self.request_cancellation(marketplace_order_id, **body)
        self.assertEqual((answer.status, answer.body), (200, ""))
        receipt = self.receipts(marketplace_order_id)
        self.assertEqual(receipt.state, "evaluating")
        return order, receipt

    def repeat(self, receipt):
        """Have the marketplace make the same request again."""
        request_id = receipt.cancellation_request_id
        body = {"cancellationRequestId": request_id} if request_id else {}
        return self.request_cancellation(receipt.marketplace_order_id, **body)


class DeadlinesCase(EvaluatingCase):
    def run_deadlines(self):
        with self.own_transactions() as env:
            env.ref("marketplace_order_cancellation.cron_deadlines").method_direct_trigger()

    def let_pass(self, receipt, hours):
        """Let ``hours`` of the time to decide go by, and the job run."""
        receipt.decide_before -= timedelta(hours=hours)
        self.run_deadlines()


FIRE = "The warehouse is on fire."


class SiblingsCase(DeadlinesCase):
    """A request that was confirmed in the background and failed, and another for the same order."""

    def nothing_can_be_cancelled(self):
        """A context in which every cancellation of an order fails."""

        def fail(_orders, *_arguments, **_options):
            raise UserError(FIRE)  # pylint: disable=translation-required

        return patch.object(self.registry["sale.order"], "_cancel_for_marketplace", fail)

    def confirmed_and_failed(self, marketplace_order_id, request_id="q1"):
        """An order told to be cancelled that could not be; its receipt."""
        order = self.make_order(marketplace_order_id, quantity=3, confirm=True)
        self.account.settlement = "background"
        answer = self.request_cancellation(marketplace_order_id, cancellationRequestId=request_id)
        self.assertEqual(json.loads(answer.body)["orderId"], order.name)
        with self.nothing_can_be_cancelled():
            self.run_cron("cron_settle_queued_1")
        self.account.settlement = "immediate"
        receipt = self.receipts(marketplace_order_id)
        self.assertEqual((receipt.state, receipt.error), ("failed", FIRE))
        return order, receipt, answer

    def ask_again(self, order, request_id="q2"):
        """A second request for ``order``, on which a person has to decide."""
        order.picking_ids.move_ids.picked = True
        known = self.receipts(order.marketplace_order_id)
        answer = self.request_cancellation(
            order.marketplace_order_id, cancellationRequestId=request_id
        )
        self.assertEqual((answer.status, answer.body), (200, ""))
        receipt = self.receipts(order.marketplace_order_id) - known
        self.assertEqual(receipt.state, "evaluating")
        return receipt
