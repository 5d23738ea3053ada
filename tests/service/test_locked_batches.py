"""Jobs that find goods locked leave those orders, and cancel the others."""

from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.service import batch, queue
from ...tools.lock import holding, release, stock_locks
from ..helpers.background import BackgroundCase
from ..helpers.locks import Interrupted, try_lock


@tagged("post_install", "-at_install")
class TestJob(BackgroundCase):
    def setUp(self):
        super().setUp()
        self.patch(queue, "_IDLE", 1)
        self.cup = self.make_product("Cup")
        self.put_in_stock(self.cup, 100, self.warehouse)

    def order_of(self, name, *products):
        order = self.order_of_three(name, product=products[0])
        for product in products[1:]:
            values = {"order_id": order.id, "product_id": product.id, "product_uom_qty": 1}
            self.env["sale.order.line"].create(values)
        return order

    def test_orders_that_share_some_of_their_goods(self):
        """The lock on goods of both is taken once, as it is given back once."""
        orders = [self.order_of("J-1", self.product), self.order_of("J-2", self.product, self.cup)]
        for order in orders:
            self.queue(order)
        self.settle()  # says whether a lock is left
        for order in orders:
            self.assertCancelled(order)

    def test_goods_that_can_be_had_in_part(self):
        order = self.order_of("J-1", self.product, self.cup)
        self.queue(order)
        with db_connect(self.env.cr.dbname).cursor() as elsewhere:
            lock = try_lock(elsewhere, *stock_locks(self.company.id, self.cup.ids)[0])
            self.settle()
            release(elsewhere, [lock])
        self.assertUntouched(order)
        self.settle()
        self.assertCancelled(order)

    def test_locks_are_free_after_a_failure(self):
        self.queue(self.order_of("J-1", self.product, self.cup))
        service = self.env.registry["marketplace.cancellation.service"]
        for name in ("_settle_batch", "_take_batch"):
            with (
                patch.object(service, name, side_effect=Interrupted),
                mute_logger("odoo.addons.base.models.base.ir_cron"),
                mute_logger("odoo.addons.marketplace_order_cancellation.models.base.ir_cron"),
            ):
                self.settle()
        self.assertNoLockLeft()

    def test_collision_is_no_failure(self):
        receipt, _answer = self.queue(self.order_of("J-1", self.product))
        for error in (SerializationFailure, LockNotAvailable):
            with (
                self.subTest(error.__name__),
                patch.object(
                    self.env.registry["sale.order"], "_claim_fulfilment", side_effect=error
                ),
            ):
                self.settle()
                self.assertEqual((receipt.state, receipt.error), ("queued", False))
        self.settle()
        self.assertEqual(receipt.state, "cancelled")

    def test_batch_takes_so_many_locks_and_no_more(self):
        self.queue(self.order_of("J-1", self.product))
        self.queue(self.order_of("J-2", self.cup))
        with (
            patch.object(queue, "_MOST_OF_JOB", 1),
            self.own_transactions() as env,
            holding(env.cr) as locks,
        ):
            taken = env["marketplace.cancellation.service"]._take_batch(locks, blocked=())
            self.assertEqual((len(taken), len(locks)), (1, 1))
        with patch.object(queue, "_MOST_OF_JOB", 1):
            self.settle()
        self.assertEqual(self.receipts("J-1").state, "cancelled")
        self.assertEqual(self.receipts("J-2").state, "cancelled")

    def test_no_more_of_a_batch_is_tried_than_a_few_that_are_locked(self):
        names = [f"J-{number}" for number in range(8)]
        receipts = [self.queue(self.order_of(name, self.product))[0] for name in names]
        tries, cancel = [], self.env.registry["marketplace.cancellation.service"]._cancel_queued

        def cancel_unless_locked(service, receipts):
            tries.append(len(receipts))
            if receipts.ids != [self.receipts("J-7").id]:
                raise LockNotAvailable
            return cancel(service, receipts)

        service = self.env.registry["marketplace.cancellation.service"]
        with (
            patch.object(service, "_cancel_queued", cancel_unless_locked),
            patch.object(batch, "_MOST_BLOCKED", 2),
        ):
            self.settle()
        self.assertEqual(tries, [8, 4, 2, 1, 1, 2, 4])
        self.assertEqual({receipt.state for receipt in receipts}, {"queued"})
        self.settle()
        self.assertEqual({receipt.state for receipt in receipts}, {"cancelled"})
