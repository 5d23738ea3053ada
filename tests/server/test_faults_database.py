"""Connections to the database that break in the middle of a request, and of a batch."""

from functools import partial

import pytest
from broken_connections import BACKENDS, fails, held, wait_for_somebody
from faults import Witness, check_sound
from odoo_server import OdooServer, at_once, database_copy


@pytest.fixture(scope="module")
def server():
    with database_copy("database") as database, OdooServer(database) as server:
        yield server


@pytest.fixture
def seller(server):
    return Witness(server)


def break_connections(cr):
    """End all connections but this one, once somebody waits for what this one holds."""
    wait_for_somebody(cr)
    cr.execute(BACKENDS.format("pg_terminate_backend(pid)", ""))
    assert all(ended for (ended,) in cr.fetchall())


@pytest.mark.parametrize(("lines", "receipts"), [(51, ["received"]), (1, [])])
def test_in_the_middle_of_a_request(seller, lines, receipts):
    """A large order has its receipt first, and is cancelled by a job; another one untouched."""
    name = f"CUT-REQUEST-{lines}"
    seller.stock_up(name, lines=lines)
    (order_id,) = seller.place(name)
    seller.settle()
    with held(seller, order_id) as cr:
        answer, _ = at_once(partial(seller.cancel, name), partial(break_connections, cr))
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert [receipt["state"] for receipt in seller.receipts([name])] == receipts
    if not receipts:
        assert [order["state"] for order in seller.orders([order_id])] == ["sale"]
        assert seller.cancel(name).status_code == 200
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
