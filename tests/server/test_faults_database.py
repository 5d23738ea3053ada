"""Connections to the database that break in the middle of a request, and of a batch."""

import time
from contextlib import closing, contextmanager
from functools import partial

import pytest
from faults import Witness, check_sound, survived
from odoo_server import TIMEOUT, OdooServer, at_once, database_copy

BACKENDS = """
    SELECT {}
      FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() {}
"""


@pytest.fixture(scope="module")
def server():
    with database_copy("database") as database, OdooServer(database) as server:
        yield server


@pytest.fixture
def seller(server):
    return Witness(server)


#: The rows of an order for whose locks whoever cancels it waits: before anything else, or when
#: much of it is done.
ORDER = "SELECT FROM sale_order WHERE id = %s FOR NO KEY UPDATE"
TRANSFERS = "SELECT FROM stock_picking WHERE sale_id = %s FOR NO KEY UPDATE"


@contextmanager
def held(seller, order_id, rows=ORDER):
    """A connection that holds rows of the order: whoever cancels it waits there."""
    with closing(seller.server.connect()) as connection:
        cr = connection.cursor()
        cr.execute(rows, [order_id])
        assert cr.rowcount == 1
        yield cr


def break_connections(cr):
    """End all connections but this one, once somebody waits for what this one holds."""
    wait_for_somebody(cr)
    cr.execute(BACKENDS.format("pg_terminate_backend(pid)", ""))
    assert all(ended for (ended,) in cr.fetchall())


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


def test_in_the_middle_of_a_request(seller):
    (order_id,) = seller.place("CUT-REQUEST")
    seller.settle()
    with held(seller, order_id) as cr:
        answer, _ = at_once(partial(seller.cancel, "CUT-REQUEST"), partial(break_connections, cr))
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert [receipt["state"] for receipt in seller.receipts(["CUT-REQUEST"])] == ["received"]
    check_sound(seller)
    assert [order["state"] for order in seller.orders([order_id])] == ["cancel"]


def test_in_the_middle_of_a_batch(seller):
    names = [f"CUT-BATCH-{number}" for number in range(5)]
    order_ids = seller.place(*names)
    seller.settle("background")
    for name in names:
        assert seller.cancel(name).status_code == 200
    job = partial(seller.server.execute, "ir.cron", "method_direct_trigger", [seller.queue_id])
    with held(seller, order_ids[2]) as cr:
        at_once(partial(fails, job), partial(break_connections, cr))
        assert {order["state"] for order in seller.orders(order_ids)} == {"sale"}
    check_sound(seller)
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}


def fails(job):
    """Run a job whose connection breaks: whoever has started it by hand is told so."""
    with pytest.raises(RuntimeError):
        survived(job)
