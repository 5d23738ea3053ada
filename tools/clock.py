"""The one clock that all workers and hosts share: the database's."""


def database_now(cr):
    """The time by the database's clock: a naive datetime, UTC, to the second.

    What one host writes is compared by another one, whose own clock may be wrong. Unlike
    ``cr.now()`` this is not when the transaction began: a job's may be a while ago.
    """
    cr.execute("SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')")
    return cr.fetchone()[0]


def is_past(cr, moment):
    """Whether ``moment`` (naive, UTC) is not in the future, by the database's clock.

    It is asked only about what was in the future when the transaction began.
    """
    return moment <= cr.now() or moment <= database_now(cr)
