"""Requests that find their order or its goods locked are put off, and nothing more."""

from functools import partial
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ...models.service import service as service_module
from ...tools.lock import StillLocked, locked, release, stock_locks
from ..helpers.locks import Interrupted, try_lock
from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestRequests(WarehouseCase):
    """What a request leaves that others keep from being settled."""

    def setUp(self):
        super().setUp()
        self.account.background_after = 0
        self.order = self.order_of_three("L-1")

    def assertPutOff(self):
        receipt = self.receipts("L-1")
        self.assertEqual((receipt.state, receipt.error), ("received", False))
        self.assertEqual(receipt.delivery_ids.mapped("http_status"), [503])
        self.assertUntouched(self.order)
        self.assertIn("asks to cancel", self.order.marketplace_hold)
        self.assertTrue(self.order.picking_ids.marketplace_hold)
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            self.order.picking_ids.button_validate()
        held = self.env["stock.picking"].search([("marketplace_hold", "!=", False)])
        self.assertIn(self.order.picking_ids, held)

    def assertSettledByTheJob(self):
        job = self.env.ref("marketplace_order_cancellation.cron_settle_pending")
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]))
        self.run_cron()
        self.assertCancelled(self.order)
        self.assertEqual(self.receipts("L-1").state, "cancelled")

    def put_off(self, **kwargs):
        """A call that is answered 503; what it has committed stays (assertRaises rolls it back)."""
        try:
            answer = self.request_cancellation("L-1", **kwargs)
        except StillLocked:
            self.env.invalidate_all()
        else:
            self.fail(answer)

    def hold_elsewhere(self, *key):
        elsewhere = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(elsewhere.close)
        locks = [try_lock(elsewhere, *key)]
        self.assertTrue(all(locks))

        def free():
            release(elsewhere, locks)
            locks.clear()

        self.addCleanup(free)
        return free

    def test_goods_are_still_locked(self):
        free = self.hold_elsewhere(*stock_locks(self.company.id, self.product.ids)[0])
        with patch.object(service_module, "PATIENCE", 0.01):
            self.put_off()
            self.assertPutOff()
        free()
        self.assertSettledByTheJob()

    def test_another_request_for_the_order_is_still_at_work(self):
        free = self.hold_elsewhere("marketplace order", self.account.id, "L-1")
        impatient = partial(locked, patience=0.01)
        with patch.object(service_module, "locked", impatient):
            self.put_off()
        self.assertPutOff()
        free()
        self.assertSettledByTheJob()

    def test_repeat_is_one_more_arrival(self):
        free = self.hold_elsewhere(*stock_locks(self.company.id, self.product.ids)[0])
        with patch.object(service_module, "PATIENCE", 0.01):
            self.put_off()
            self.put_off()
        free()
        self.assertEqual(self.receipts("L-1").delivery_ids.mapped("http_status"), [503, 503])
        self.assertConfirmation(self.request_cancellation("L-1"), self.order)
        self.assertCancelled(self.order)

    def test_replacement_is_on_hold_as_well(self):
        replacement = self.make_order(confirm=True, replaced_order_id=self.order.id)
        self.register("L-1")
        self.assertIn("asks to cancel", replacement.marketplace_hold)
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            replacement.picking_ids.button_validate()

    def test_other_orders_are_not_on_hold(self):
        other = self.order_of_three("L-2")
        self.register("L-1")
        self.assertFalse(other.marketplace_hold)
        self.ship(other.picking_ids)
        self.assertEqual(other.picking_ids.state, "done")

    def test_collisions_are_no_failure(self):
        for error in (SerializationFailure, LockNotAvailable):
            with self.subTest(error.__name__):
                claim = self.env.registry["sale.order"]
                with patch.object(claim, "_claim_fulfilment", side_effect=error):
                    self.put_off()
        self.assertEqual(self.receipts("L-1").state, "received")

    def test_locks_are_free_after_a_failure(self):
        self.order.picking_ids.move_ids.picked = True  # so it is not answered at once
        service = self.env.registry["marketplace.cancellation.service"]
        with (
            patch.object(service, "_settle_and_commit", side_effect=Interrupted),
            self.assertRaises(Interrupted),
        ):
            self.request_cancellation("L-1")
        self.assertNoLockLeft()

    def test_order_of_many_products_takes_few_locks(self):
        keys = stock_locks(1, range(5000, 0, -1))
        self.assertEqual(keys, [("stock", 1, product) for product in range(1, 65)])


@tagged("post_install", "-at_install")
class TestTwoOrdersNamed(WarehouseCase):
    def test_whose_own_call_names_two_orders_is_not_settled_with_others(self):
        orders = [self.order_of_three(f"N-{number}") for number in range(3)]
        self.account.background_after = 0
        waiting = self.register("N-1")
        answer = self.request_cancellation("N-0", path_order_id=orders[2].name)
        self.assertEqual(answer.status, 409)
        self.assertEqual(self.receipts("N-0").state, "mismatch")
        self.assertEqual(waiting.state, "received")
        for order in orders:
            self.assertUntouched(order)
