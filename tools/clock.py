"""The one clock that all workers and hosts share: the database's."""

from datetime import datetime

from .database import Cursor


def database_now(cr: Cursor) -> datetime:
    """The time by the database's clock: a naive datetime, UTC, to the second.

    Hosts compare times that other hosts have written, and a host's own clock may be wrong. Unlike
    ``cr.now()`` this is not when the transaction began: a job's may be a while ago.
    """
    cr.execute("SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')")
    now: datetime = cr.fetchone()[0]
    return now


def is_past(cr: Cursor, moment: datetime) -> bool:
    """Whether ``moment`` (naive, UTC) is not in the future, by the database's clock.

    It is asked only about what was in the future when the transaction began.
    """
    return moment <= cr.now() or moment <= database_now(cr)
