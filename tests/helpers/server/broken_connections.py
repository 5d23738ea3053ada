"""Connections to the database that break while somebody waits for a lock."""

import time
from contextlib import closing, contextmanager

import pytest
from faults import survived
from odoo_server import TIMEOUT

BACKENDS = """
    SELECT {}
      FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() {}
"""
#: The rows of an order for whose locks a transaction waits that cancels it: before anything else,
#: or when
#: much of it is done.
ORDER = "SELECT FROM sale_order WHERE id = %s FOR NO KEY UPDATE"
TRANSFERS = "SELECT FROM stock_picking WHERE sale_id = %s FOR NO KEY UPDATE"


@contextmanager
def held(seller, order_id, rows=ORDER):
    """A connection that holds rows of the order: a transaction that cancels it waits there."""
    with closing(seller.server.connect()) as connection:
        cr = connection.cursor()
        cr.execute(rows, [order_id])
        assert cr.rowcount == 1
        yield cr


def wait_for_somebody(cr):
    """Wait until somebody waits for a lock."""
    deadline = time.monotonic() + TIMEOUT
    waiting = BACKENDS.format("count(*)", "AND wait_event_type = 'Lock'")
    cr.execute(waiting)
    while not cr.fetchone()[0]:
        assert time.monotonic() < deadline, "nobody came"
        time.sleep(0.01)
        cr.execute("SELECT pg_stat_clear_snapshot()")
        cr.execute(waiting)


def fails(job):
    """Run a job whose connection breaks: the user who has started it by hand is told so."""
    with pytest.raises(RuntimeError):
        survived(job)
