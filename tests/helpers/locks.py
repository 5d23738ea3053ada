"""Locks as other sessions hold them, and what interrupts those who take them."""

from ...tools.lock import try_lock_all


class Interrupted(Exception):
    """What a test throws in, as a limit of time or somebody who ends the query does."""


def try_lock(cr, *key):
    """Take the lock on ``key`` if it is free; return it, or None if another session has it."""
    locks = set()
    return locks.pop() if try_lock_all(cr, [key], locks) else None
