"""The one lock: whatever happens, none is left behind, and nobody waits without a limit."""

import time
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2 import InterfaceError
from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...models.service import batch, queue
from ...models.service import service as service_module
from ...models.service.locks import stock_lock, stock_locks
from ...tools import lock as locks_module
from ...tools.lock import (
    StillLocked,
    exclusive,
    exclusive_all,
    holding,
    keeps_sessions,
    release,
    try_lock,
    try_lock_all,
)
from ..helpers.background import BackgroundCase
from ..helpers.warehouse import WarehouseCase

A, B, C = ("test", "a"), ("test", "b"), ("test", "c")


class Interrupted(Exception):
    """What a test throws in, as a limit of time or somebody who ends the query does."""


@tagged("post_install", "-at_install")
class TestLocks(TransactionCase):
    """With real sessions: ``cr`` takes locks, ``other`` has some already."""

    def setUp(self):
        super().setUp()
        self.database = db_connect(self.env.cr.dbname)
        self.cr, self.other = self.open_cursor(), self.open_cursor()

    def open_cursor(self):
        cr = self.database.cursor()

        def close():
            with suppress(InterfaceError):  # a test has broken its connection
                cr.close()

        self.addCleanup(close)
        return cr

    def assertHeld(self, number):
        """So many locks are held by the session of ``cr``, each as often as it was taken."""
        self.cr.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        self.assertEqual(self.cr.fetchone(), (number,))

    def hold_elsewhere(self, *keys):
        locks = [try_lock(self.other, *key) for key in keys]
        self.assertTrue(all(locks))
        self.addCleanup(release, self.other, locks)

    def interrupt(self, statement, after=1):
        """Let the statement that contains ``statement`` be carried out, and fail all the same.

        :param after: which one of them
        """
        execute, seen = self.cr.execute, []

        def execute_and_fail(query, *args, **kwargs):
            execute(query, *args, **kwargs)
            if statement in getattr(query, "code", query):
                seen.append(query)
                if len(seen) == after:
                    raise Interrupted

        self.patch(self.cr, "execute", execute_and_fail)

    def test_given_back_at_the_end_of_the_block(self):
        with exclusive_all(self.cr, [A, B, A]) as waited:
            self.assertFalse(waited)
            self.assertHeld(2)
        self.assertHeld(0)

    def test_given_back_after_an_error(self):
        with self.assertRaises(Interrupted), exclusive(self.cr, *A):
            raise Interrupted
        self.assertHeld(0)

    def test_given_back_if_another_cannot_be_had(self):
        self.hold_elsewhere(B)
        with self.assertRaises(StillLocked), exclusive_all(self.cr, [A, B, C], patience=0.01):
            self.fail("It was locked.")
        self.assertHeld(0)

    def test_error_in_the_middle_of_taking_several(self):
        self.interrupt("pg_try_advisory_lock", after=2)
        with self.assertRaises(Interrupted), exclusive_all(self.cr, [A, B, C]):
            self.fail("They were not taken.")
        self.assertHeld(0)

    def test_error_while_several_are_taken_at_once(self):
        self.interrupt("pg_try_advisory_lock")
        with self.assertRaises(Interrupted), holding(self.cr) as locks:
            try_lock_all(self.cr, [A, B, C], locks)
        self.assertHeld(0)

    def test_error_while_they_are_given_back_closes_the_connection(self):
        with self.assertRaises(Interrupted), exclusive(self.cr, *A):
            self.patch(self.cr, "rollback", self.fail_to_roll_back)
        self.assertTrue(self.cr.closed)
        with exclusive(self.other, *A, patience=5):  # PostgreSQL notices that it is gone
            pass

    def fail_to_roll_back(self):
        raise Interrupted

    def test_all_or_none(self):
        self.hold_elsewhere(B)
        with holding(self.cr) as locks:
            self.assertFalse(try_lock_all(self.cr, [A, B, C], locks))
            self.assertFalse(locks)
            self.assertHeld(0)
            self.assertTrue(try_lock_all(self.cr, [A, C], locks))
            self.assertHeld(2)
        self.assertHeld(0)

    def test_what_is_held_already_is_not_taken_twice(self):
        with holding(self.cr) as locks:
            self.assertTrue(try_lock_all(self.cr, [A, B], locks))
            self.assertTrue(try_lock_all(self.cr, [B, C], locks))
            self.assertHeld(3)
        self.assertHeld(0)

    def test_patience_is_for_all_of_them(self):
        self.hold_elsewhere(A, B, C)
        moments = iter([0, 29.99])  # nearly all of it is used up when the first is waited for
        clock = SimpleNamespace(monotonic=lambda: next(moments))
        begun = time.monotonic()
        with (
            patch.object(locks_module, "time", clock),
            self.assertRaises(StillLocked),
            exclusive_all(self.cr, [A, B, C], patience=30),
        ):
            self.fail("They were locked.")
        self.assertLess(time.monotonic() - begun, 15)

    def test_lock_that_was_lost_is_noted(self):
        with self.assertLogs(locks_module.__name__, "WARNING"), exclusive(self.cr, *A):
            self.cr.execute("SELECT pg_advisory_unlock_all()")


class Pool:
    """Lends real sessions for one transaction each, as pgbouncer's pool_mode = transaction does."""

    def __init__(self, sessions, take):
        self.free, self.take = sessions, take

    def cursor(self):
        return PooledCursor(self)


class PooledCursor:
    def __init__(self, pool):
        self.pool, self.session = pool, None

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self.session:
            self.rollback()

    def execute(self, query):
        self.session = self.session or self.pool.free.pop(self.pool.take)
        self.session.execute(query)

    def fetchone(self):
        return self.session.fetchone()

    def rollback(self):
        self.session.rollback()
        self.pool.free.append(self.session)
        self.session = None


@tagged("post_install", "-at_install")
class TestSessions(TransactionCase):
    def test_connection_of_its_own(self):
        self.assertTrue(keeps_sessions(db_connect(self.env.cr.dbname)))

    def test_pool_that_lends_sessions_for_a_transaction(self):
        database = db_connect(self.env.cr.dbname)
        for take in (-1, 0):  # the one that was used last, or each in its turn
            with database.cursor() as one, database.cursor() as two, database.cursor() as three:
                self.assertFalse(keeps_sessions(Pool([one, two, three], take)))


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
        free = self.hold_elsewhere(*stock_lock(self.company.id, self.product.id))
        with patch.object(service_module, "PATIENCE", 0.01):
            self.put_off()
            self.assertPutOff()
        free()
        self.assertSettledByTheJob()

    def test_another_request_for_the_order_is_still_at_work(self):
        free = self.hold_elsewhere("marketplace order", self.account.id, "L-1")
        impatient = partial(exclusive, patience=0.01)
        with patch.object(service_module, "exclusive", impatient):
            self.put_off()
        self.assertPutOff()
        free()
        self.assertSettledByTheJob()

    def test_repeat_is_one_more_arrival(self):
        free = self.hold_elsewhere(*stock_lock(self.company.id, self.product.id))
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
        service = self.env.registry["marketplace.cancellation.service"]
        with (
            patch.object(service, "_attempt", side_effect=Interrupted),
            self.assertRaises(Interrupted),
        ):
            self.request_cancellation("L-1")
        self.assertNoLockLeft()

    def test_order_of_many_products_takes_few_locks(self):
        keys = stock_locks(1, range(5000, 0, -1))
        self.assertEqual(keys, [stock_lock(1, product) for product in range(1, 65)])


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
            lock = try_lock(elsewhere, *stock_lock(self.company.id, self.cup.id))
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
            patch.object(queue, "_MOST_PRODUCTS", 1),
            self.own_transactions() as env,
            holding(env.cr) as locks,
        ):
            taken = env["marketplace.cancellation.service"]._take_batch(locks, blocked=())
            self.assertEqual((len(taken), len(locks)), (1, 1))
        with patch.object(queue, "_MOST_PRODUCTS", 1):
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


@tagged("post_install", "-at_install")
class TestDeletedJobs(WarehouseCase):
    """Who deletes a job, or archives it, stops that job and no import."""

    JOBS = ("cron_settle_pending", "cron_settle_queued_1", "cron_settle_queued_2")

    def jobs(self):
        return [self.env.ref(f"marketplace_order_cancellation.{name}") for name in self.JOBS]

    def assertImported(self, name):
        order = self.order_of_three(name)
        self.assertEqual(order.state, "sale")
        self.request_cancellation(f"{name}-LATER")
        later = self.order_of_three(f"{name}-LATER")
        self.assertCancelled(later)
        self.account.settlement = "background"
        self.assertEqual(self.request_cancellation(name).status, 200)

    def test_archived(self):
        for job in self.jobs():
            job.active = False
        self.assertImported("D-1")

    def test_deleted(self):
        for job in self.jobs():
            job.unlink()
        self.assertImported("D-1")
