"""The one lock. It waits without Odoo's sleep between repeats, and never without a limit."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from psycopg2 import IntegrityError
from psycopg2.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from .database import Cursor, Database
from .discreet_log import discreet_logger

_logger = discreet_logger(__name__)

Result = TypeVar("Result")

#: How long to wait for a lock, in seconds. By then the marketplace has given up.
PATIENCE = 10
#: How often work is begun anew when another transaction changed the same rows. Each time that
#: transaction has ended, so there is nothing to sleep for.
ATTEMPTS = 5
#: How long to wait for a row that another transaction has locked, in seconds: for accounts that
#: never put an order off, and for the order's own row.
ROW_PATIENCE = 1


#: Errors after which the same work may succeed when it is simply done again (Odoo's
#: ``PG_CONCURRENCY_EXCEPTIONS_TO_RETRY``).
_CONCURRENCY_ERRORS = (LockNotAvailable, SerializationFailure, DeadlockDetected)


#: For how many products an order takes a lock at the most: all sessions share one table of locks.
#: They only save collisions; a cancellation without them is still correct.
_MOST_OF_ORDER = 64


class StillLocked(Exception):
    """Another transaction has worked on the same thing for longer than the caller waits."""


def is_collision(error: BaseException) -> bool:
    """Whether somebody else has just written what was to be written here."""
    return isinstance(error, IntegrityError) or is_concurrency_error(error)


def is_concurrency_error(error: BaseException) -> bool:
    """Whether the same work may succeed when it is simply done again.

    Compared by name, because nothing here imports Odoo: any addon may raise its
    ``ConcurrencyError``.
    """
    kinds = {(kind.__module__, kind.__name__) for kind in type(error).__mro__}
    return (
        isinstance(error, _CONCURRENCY_ERRORS) or ("odoo.exceptions", "ConcurrencyError") in kinds
    )


def repeat(
    cr: Cursor,
    work: Callable[[], Result],
    patience: float,
    is_worth_repeating: Callable[[BaseException], bool] = is_concurrency_error,
) -> Result:
    """Do ``work`` and commit it; begin anew if other transactions were in the way.

    It does not sleep: the other transaction has ended. What goes wrong is rolled back.

    :param patience: how long to wait for a row that another transaction has locked, in seconds
    :param is_worth_repeating: which errors are worth another try; others are raised
    :raise StillLocked: if a row is locked for longer, or others are in the way again and again
    """
    for _attempt in range(ATTEMPTS):
        try:
            limit_waiting(cr, patience)
            result = work()
            cr.commit()  # pylint: disable=invalid-commit  # wholly done, or not at all
            return result
        except Exception as error:
            cr.rollback()
            if not is_worth_repeating(error):
                raise
            if isinstance(error, LockNotAvailable):  # another wait would be as vain
                raise StillLocked from error
            _logger.info("%s: once more", type(error).__name__)
    raise StillLocked


@contextmanager
def locked(cr: Cursor, *keys: Iterable[object], patience: float = PATIENCE) -> Iterator[None]:
    """Let only one transaction at a time, on any worker and host, work on each of ``keys``.

    The snapshot of a REPEATABLE READ transaction is as old as its first query, so a transaction
    that waits for a lock *inside* itself wakes up with a stale snapshot and fails to serialize.
    These locks belong to the session instead: they are waited for in a transaction of its own, and
    what follows begins a new one that sees all that the previous holder has committed.

    They are taken in the same order by everybody, so that no two wait for each other. The cursor's
    transaction is committed on entry. What the block has not committed by its end is rolled back.

    :param cr: the cursor that the block works with; it holds the locks
    :param keys: values that together name one thing that is locked, for each of them
    :param patience: how long to wait for all of them together, in seconds
    :raise StillLocked: if one is not free by then
    """
    deadline = time.monotonic() + patience
    cr.commit()  # pylint: disable=invalid-commit  # ends the snapshot, see above
    with holding(cr) as locks:
        for lock in sorted({_lock_number(*key) for key in keys}):
            _wait_for(cr, lock, locks, deadline)
        cr.commit()  # pylint: disable=invalid-commit  # the next query takes a fresh snapshot
        yield


@contextmanager
def holding(cr: Cursor) -> Iterator[set[int]]:
    """A set of locks, to be filled by :func:`try_lock_all`; the end of the block gives them back.

    So it does after any error. What the block has not committed by its end is rolled back.
    """
    locks: set[int] = set()
    try:
        yield locks
    finally:
        release(cr, locks)


def stock_locks(company_id: int, product_ids: Iterable[int]) -> list[tuple[str, int, int]]:
    """The keys of the locks on the stock of these products, for transactions that change it.

    The same ones for everybody, however many products an order has.
    """
    return [("stock", company_id, product) for product in sorted(product_ids)[:_MOST_OF_ORDER]]


def limit_waiting(cr: Cursor, seconds: float) -> None:
    """Let no statement of this transaction wait for a row, or a table, longer than ``seconds``.

    One that would raises ``psycopg2.errors.LockNotAvailable``.
    """
    milliseconds = max(round(seconds * 1000), 1)  # 0 would be for ever
    cr.execute("SET LOCAL lock_timeout = %s", (milliseconds,))


def _wait_for(cr: Cursor, lock: int, locks: set[int], deadline: float) -> None:
    """Take ``lock`` and add it to ``locks``.

    It is added before it is taken: an error that comes in between leaves none behind.
    """
    locks.add(lock)
    cr.execute("SELECT pg_try_advisory_lock(%s)", (lock,))
    if cr.fetchone()[0]:
        return
    milliseconds = max(round((deadline - time.monotonic()) * 1000), 1)  # 0 would be for ever
    wait = "SET LOCAL lock_timeout = %s; SELECT pg_advisory_lock(%s)"
    try:
        cr.execute(wait, (milliseconds, lock), log_exceptions=False)
    except LockNotAvailable as error:
        cr.rollback()
        locks.discard(lock)
        raise StillLocked from error


def try_lock_all(cr: Cursor, keys: Iterable[Iterable[object]], locks: set[int]) -> bool:
    """Take the locks on all of ``keys`` and add them to ``locks``, or take none of them.

    What is among ``locks`` already is not taken again: PostgreSQL counts how often.

    :param locks: a set of :func:`holding`; what an error leaves in doubt is in it as well
    :return: whether they were taken
    """
    missing = sorted({_lock_number(*key) for key in keys} - locks)
    if not missing:
        return True
    locks.update(missing)
    cr.execute("SELECT lock, pg_try_advisory_lock(lock) FROM unnest(%s) lock", (missing,))
    taken = [lock for lock, is_taken in cr.fetchall() if is_taken]
    if len(taken) == len(missing):
        return True
    if taken:
        cr.execute("SELECT pg_advisory_unlock(lock) FROM unnest(%s) lock", (taken,))
    locks.difference_update(missing)
    return False


def lock_until_commit(cr: Cursor, keys: Iterable[Iterable[object]]) -> bool:
    """Take the locks on ``keys`` until the transaction ends, if all of them are free.

    What others have committed since it began fails to serialize when it is written: to be repeated.

    :return: whether all were taken
    """
    locks = sorted({_lock_number(*key) for key in keys})
    cr.execute("SELECT pg_try_advisory_xact_lock(lock) FROM unnest(%s::bigint[]) lock", (locks,))
    return all(is_taken for (is_taken,) in cr.fetchall())


def is_locked(cr: Cursor, *key: object) -> bool:
    """Whether another session has the lock on ``key``."""
    cr.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", (_lock_number(*key),))
    return not cr.fetchone()[0]


def release(cr: Cursor, locks: Iterable[int]) -> None:
    """Give ``locks`` back, and roll back what was not committed.

    If that fails, the connection is closed, which gives them back as well: it must not return to
    Odoo's pool with a lock that nobody knows of.
    """
    if cr.closed:  # a broken connection has given them back by itself
        return
    try:
        cr.rollback()
        if locks:
            cr.execute("SELECT pg_advisory_unlock(lock) FROM unnest(%s) lock", (list(locks),))
            if not all(was_held for (was_held,) in cr.fetchall()):
                _logger.warning("A lock was not held any more, see keeps_sessions()")
            cr.commit()  # pylint: disable=invalid-commit  # nothing else is in this transaction
    except BaseException:
        cr.connection.close()
        raise


def keeps_sessions(database: Database) -> bool:
    """Whether each connection to ``database`` has a session of its own, as these locks need it.

    A pool between Odoo and PostgreSQL that lends sessions for one transaction (pgbouncer's modes
    *transaction* and *statement*) leaves a lock with another connection. Then the second one gets
    the session that the first has just had, or the first one gets another.

    :param database: what :func:`odoo.sql_db.db_connect` returns
    """
    with database.cursor() as first, database.cursor() as second:
        before = _session(first)
        first.rollback()
        other = _session(second)  # and keeps it while the first asks again
        return before == _session(first) != other


def _session(cr: Cursor) -> int:
    cr.execute("SELECT pg_backend_pid()")
    return int(cr.fetchone()[0])


def _lock_number(*key: object) -> int:
    """A signed 64-bit number for ``key``, the same on every host and Python version."""
    digest = hashlib.blake2b("\x1f".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
