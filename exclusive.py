"""Waiting for one's turn without Odoo's sleep between repeats."""

import hashlib
from contextlib import contextmanager

from psycopg2.errors import LockNotAvailable

from odoo.tools import SQL

#: How long to wait for one's turn, in seconds. A marketplace has given up long before.
PATIENCE = 30


class StillLocked(Exception):
    """Somebody else has worked on the same thing for longer than :data:`PATIENCE`."""


@contextmanager
def exclusive(cr, *key):
    """Let only one transaction at a time, on any worker and host, work on ``key``.

    The snapshot of a REPEATABLE READ transaction is as old as its first query, so whoever waits
    for a lock *inside* a transaction wakes up with a stale snapshot and fails to serialize. This
    lock belongs to the session instead: it is waited for in a transaction of its own, and what
    follows begins a new one that sees all that the previous holder has committed.

    The cursor's transaction is committed on entry. What the block has not committed by its end is
    rolled back.

    :param cr: the cursor that the block works with; it holds the lock
    :param key: values that together name what is locked
    :raise StillLocked: if one's turn does not come
    """
    lock = _lock_number(*key)
    cr.commit()  # pylint: disable=invalid-commit  # ends the snapshot, see above
    cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{PATIENCE}s"))
    try:
        cr.execute(SQL("SELECT pg_advisory_lock(%s)", lock), log_exceptions=False)
    except LockNotAvailable as error:
        cr.rollback()
        raise StillLocked from error
    try:
        cr.commit()  # pylint: disable=invalid-commit  # the next query takes a fresh snapshot
        yield
    finally:
        if not cr.closed:  # a broken connection has given the lock back by itself
            cr.rollback()
            cr.execute(SQL("SELECT pg_advisory_unlock(%s)", lock))
            cr.commit()  # pylint: disable=invalid-commit  # nothing else is in this transaction


def _lock_number(*key):
    """A signed 64-bit number for ``key``, the same on every host and Python version."""
    digest = hashlib.blake2b("\x1f".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
