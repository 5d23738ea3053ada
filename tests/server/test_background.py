"""Orders that are cancelled after the answer: by jobs of real servers, on two hosts, killed."""

import time
from functools import partial

import pytest
from odoo_server import TIMEOUT, Marketplace, OdooServer, database_copy


@pytest.fixture(scope="module")
def database():
    with database_copy("background") as database:
        yield database


@pytest.fixture(scope="module")
def seller(database):
    """A host that takes requests and runs no jobs."""
    with OdooServer(database) as server:
        seller = Marketplace(server)
        seller.settle("background")
        yield seller


def orders(seller, prefix, number):
    """So many confirmed orders of one product: ``{marketplace order ID: order ID}``."""
    names = [f"{prefix}-{count:03}" for count in range(number)]
    order_ids = seller.import_orders(names)
    seller.confirm(order_ids)
    return dict(zip(names, order_ids, strict=True))


def wait_until_cancelled(seller, names):
    """Wait until all receipts are settled, and check that everything was done, once."""
    deadline = time.monotonic() + TIMEOUT
    while {receipt["state"] for receipt in seller.receipts(list(names))} != {"cancelled"}:
        assert time.monotonic() < deadline, seller.receipts(list(names))
        time.sleep(0.1)
    order_ids = list(names.values())
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}
    assert {picking["state"] for picking in seller.pickings(order_ids)} == {"cancel"}
    told = seller.search(
        "mail.message",
        [
            ("model", "=", "sale.order"),
            ("res_id", "in", order_ids),
            ("body", "ilike", "cancelled this order"),
        ],
        ["res_id"],
    )
    assert sorted(message["res_id"] for message in told) == sorted(order_ids)


def wake(seller, name):
    """Queue one order more, which wakes the job; by itself it looks once a minute."""
    extra = orders(seller, name, 1)
    assert_confirmed([seller.cancel(marketplace_order_id) for marketplace_order_id in extra])


def assert_confirmed(responses):
    assert [response.status_code for response in responses] == [200] * len(responses)
    assert all(response.json()["receipt"] for response in responses)


def test_answers_come_first(seller, at_once):
    names = orders(seller, "FIRST", 12)
    assert_confirmed(at_once(*[partial(seller.cancel, name) for name in names]))
    assert {receipt["state"] for receipt in seller.receipts(list(names))} == {"queued"}
    assert {order["state"] for order in seller.orders(list(names.values()))} == {"sale"}
    with OdooServer(seller.server.database, cron_threads=1):
        wake(seller, "FIRST-WAKE")
        wait_until_cancelled(seller, names)


def test_two_hosts_take_requests_and_cancel_together(seller, at_once):
    """The hosts are two servers on one database, with two jobs each."""
    names = orders(seller, "HOSTS", 60)
    with (
        OdooServer(seller.server.database, cron_threads=2) as one,
        OdooServer(seller.server.database, cron_threads=2) as two,
    ):
        hosts = [seller.at(one), seller.at(two)]
        calls = [partial(hosts[n % 2].cancel, name) for n, name in enumerate(names)]
        for start in range(0, len(calls), 12):
            assert_confirmed(at_once(*calls[start : start + 12]))
        wait_until_cancelled(seller, names)


def test_killed_in_the_middle_nothing_is_lost_and_nothing_done_twice(seller, at_once):
    names = orders(seller, "KILL", 120)
    calls = [partial(seller.cancel, name) for name in names]
    for start in range(0, len(calls), 15):
        assert_confirmed(at_once(*calls[start : start + 15]))
    with OdooServer(seller.server.database, cron_threads=1) as killed:
        wake(seller, "KILL-WAKE")
        wait_for_some(seller, names)
        killed.kill()
    states = {receipt["state"] for receipt in seller.receipts(list(names))}
    assert states <= {"queued", "cancelled"}
    with OdooServer(seller.server.database, cron_threads=1):
        wake(seller, "KILL-WAKE-AGAIN")
        wait_until_cancelled(seller, names)


def wait_for_some(seller, names):
    """Wait until the first orders are cancelled."""
    deadline = time.monotonic() + TIMEOUT
    while not any(r["state"] == "cancelled" for r in seller.receipts(list(names))):
        assert time.monotonic() < deadline


def test_many_at_once_with_the_default_settings(seller, at_once):
    """What need not wait is cancelled before the answer, the rest after it."""
    names = orders(seller, "DEFAULT", 40)
    seller.settle("immediate", background_after=50)
    try:
        with OdooServer(seller.server.database, cron_threads=1) as host:
            here = seller.at(host)
            for start in range(0, 40, 16):
                batch = list(names)[start : start + 16]
                assert_confirmed(at_once(*[partial(here.cancel, name) for name in batch]))
            wait_until_cancelled(seller, names)
    finally:
        seller.settle("background")


def test_calls_that_wait_for_a_worker_are_answered_first(seller, at_once):
    """Orders that share no goods wait for no lock, but for the workers: with the default settings
    these turn to the background, too."""
    names = [f"WORKERS-{number:03}" for number in range(24)]
    values = {"is_storable": True, "type": "consu", "list_price": 10.0}
    products = seller.server.execute(
        "product.product", "create", [values | {"name": name} for name in names]
    )
    order_ids = [
        seller.import_orders(
            [name], order_line=[(0, 0, {"product_id": product_id, "product_uom_qty": 1})]
        )[0]
        for name, product_id in zip(names, products, strict=True)
    ]
    seller.confirm(order_ids)
    seller.settle("immediate", background_after=20)
    try:
        assert_confirmed([seller.cancel(names[0])])
        (alone,) = seller.receipts(names[:1])
        assert alone["state"] == "cancelled"
        assert_confirmed(at_once(*[partial(seller.cancel, name) for name in names[1:]]))
        states = {receipt["state"] for receipt in seller.receipts(names[1:])}
        assert "queued" in states, states
        seller.settle("background")
        with OdooServer(seller.server.database, cron_threads=1):
            wake(seller, "WORKERS-WAKE")
            wait_until_cancelled(seller, dict(zip(names, order_ids, strict=True)))
    finally:
        seller.settle("background")
