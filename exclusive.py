"""Waiting for one's turn without Odoo's sleep between repeats."""

import hashlib
from contextlib import contextmanager

from psycopg2.errors import LockNotAvailable

from odoo.tools import SQL

#: How long to wait for one's turn, in seconds. A marketplace has given up long before.
PATIENCE = 30


class StillLocked(Exception):
    """Somebody else has worked on the same thing for longer than one wants to wait."""


@contextmanager
def exclusive(cr, *key, patience=PATIENCE):
    """Let only one transaction at a time, on any worker and host, work on ``key``.

    The snapshot of a REPEATABLE READ transaction is as old as its first query, so whoever waits
    for a lock *inside* a transaction wakes up with a stale snapshot and fails to serialize. This
    lock belongs to the session instead: it is waited for in a transaction of its own, and what
    follows begins a new one that sees all that the previous holder has committed.

    The cursor's transaction is committed on entry. What the block has not committed by its end is
    rolled back.

    :param cr: the cursor that the block works with; it holds the lock
    :param key: values that together name what is locked
    :param patience: how long to wait, in seconds
    :raise StillLocked: if one's turn does not come
    """
    with exclusive_all(cr, [key], patience):
        yield


@contextmanager
def exclusive_all(cr, keys, patience=PATIENCE):
    """As :func:`exclusive`, for several keys together; whoever wants the same ones waits.

    They are taken in the same order by everybody, so that no two wait for each other. The block is
    told whether it had to wait.
    """
    held, waited = [], False
    cr.commit()  # pylint: disable=invalid-commit  # ends the snapshot, see above
    try:
        for lock in sorted({_lock_number(*key) for key in keys}):
            waited |= _wait_for(cr, lock, patience)
            held.append(lock)
        cr.commit()  # pylint: disable=invalid-commit  # the next query takes a fresh snapshot
        yield waited
    finally:
        release(cr, held)


def _wait_for(cr, lock, patience):
    """Take ``lock``; return whether somebody else had it."""
    if _try(cr, lock):
        return False
    milliseconds = max(round(patience * 1000), 1)  # 0 would be for ever
    wait = SQL("SET LOCAL lock_timeout = %s; SELECT pg_advisory_lock(%s)", milliseconds, lock)
    try:
        cr.execute(wait, log_exceptions=False)
    except LockNotAvailable as error:
        cr.rollback()
        raise StillLocked from error
    return True


def _try(cr, lock):
    cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", lock))
    return cr.fetchone()[0]


def try_lock(cr, *key):
    """Take the lock on ``key`` if it is free, without waiting; :func:`release` gives it back.

    :return: the lock, or None if somebody else has it
    """
    lock = _lock_number(*key)
    return lock if _try(cr, lock) else None


def try_lock_all(cr, keys, locks):
    """Take the locks on all of ``keys`` and add them to ``locks``, or take none of them.

    :param locks: ``{key: lock}``
    :return: whether they were taken
    """
    numbers = {key: _lock_number(*key) for key in keys}
    if not numbers:
        return True
    cr.execute(
        SQL(
            "SELECT lock, pg_try_advisory_lock(lock) FROM unnest(%s) lock", sorted(numbers.values())
        )
    )
    taken = [lock for lock, is_taken in cr.fetchall() if is_taken]
    if len(taken) == len(numbers):
        locks |= numbers
        return True
    if taken:
        cr.execute(SQL("SELECT pg_advisory_unlock(lock) FROM unnest(%s) lock", taken))
    return False


def is_locked(cr, *key):
    """Whether another session has the lock on ``key``."""
    cr.execute(SQL("SELECT pg_try_advisory_xact_lock_shared(%s)", _lock_number(*key)))
    return not cr.fetchone()[0]


def release(cr, locks):
    """Give ``locks`` back, and roll back what was not committed."""
    if cr.closed:  # a broken connection has given them back by itself
        return
    cr.rollback()
    if locks:
        cr.execute(SQL("SELECT pg_advisory_unlock(lock) FROM unnest(%s) lock", list(locks)))
        cr.commit()  # pylint: disable=invalid-commit  # nothing else is in this transaction


def _lock_number(*key):
    """A signed 64-bit number for ``key``, the same on every host and Python version."""
    digest = hashlib.blake2b("\x1f".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
