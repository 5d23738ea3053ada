"""The one lock: whatever happens, none is left behind, and nobody waits without a limit."""

import time
from contextlib import suppress
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2 import InterfaceError

from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

from ...tools import lock as locks_module
from ...tools.lock import (
    StillLocked,
    holding,
    keeps_sessions,
    locked,
    release,
    try_lock_all,
)
from ..helpers.locks import Interrupted, try_lock

A, B, C = ("test", "a"), ("test", "b"), ("test", "c")


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
        with locked(self.cr, A, B, A):
            self.assertHeld(2)
        self.assertHeld(0)

    def test_given_back_after_an_error(self):
        with self.assertRaises(Interrupted), locked(self.cr, A):
            raise Interrupted
        self.assertHeld(0)

    def test_given_back_if_another_cannot_be_had(self):
        self.hold_elsewhere(B)
        with self.assertRaises(StillLocked), locked(self.cr, A, B, C, patience=0.01):
            self.fail("It was locked.")
        self.assertHeld(0)

    def test_error_in_the_middle_of_taking_several(self):
        self.interrupt("pg_try_advisory_lock", after=2)
        with self.assertRaises(Interrupted), locked(self.cr, A, B, C):
            self.fail("They were not taken.")
        self.assertHeld(0)

    def test_error_while_several_are_taken_at_once(self):
        self.interrupt("pg_try_advisory_lock")
        with self.assertRaises(Interrupted), holding(self.cr) as locks:
            try_lock_all(self.cr, [A, B, C], locks)
        self.assertHeld(0)

    def test_error_while_they_are_given_back_closes_the_connection(self):
        with self.assertRaises(Interrupted), locked(self.cr, A):
            self.patch(self.cr, "rollback", self.fail_to_roll_back)
        self.assertTrue(self.cr.closed)
        with locked(self.other, A, patience=5):  # PostgreSQL notices that it is gone
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
            locked(self.cr, A, B, C, patience=30),
        ):
            self.fail("They were locked.")
        self.assertLess(time.monotonic() - begun, 15)

    def test_lock_that_was_lost_is_noted(self):
        with self.assertLogs(locks_module.__name__, "WARNING"), locked(self.cr, A):
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
