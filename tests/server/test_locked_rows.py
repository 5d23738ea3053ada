"""Rows that others keep locked for long: nobody waits for them without a limit, nothing leaves."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from interleaving import Actor, interleave
from odoo_server import Marketplace, OdooServer, database_copy
from race_shop import Race, Shop, cancel, told

#: How long a call may take at the most, in seconds, on a machine that is busy with other tests.
LIMIT = 15


@pytest.fixture(scope="module")
def seller():
    with database_copy("locked") as database, OdooServer(database) as server:
        yield Marketplace(server)


@pytest.fixture(scope="module")
def shop(registry):
    return Shop(registry)


@contextmanager
def locked(seller, table, ids):
    """Somebody at work on rows for as long as the block lasts, as a slow posting is."""
    connection = seller.server.connect()
    try:
        connection.cursor().execute(
            f"UPDATE {table} SET write_date = write_date WHERE id = ANY(%s)", [ids]
        )
        yield
    finally:
        connection.close()  # rolls back


def confirmed_order(seller, name, **values):
    order_id = seller.import_order(name, **values)
    seller.confirm([order_id])
    return order_id


def moves(seller, order_id):
    return [
        move["id"]
        for move in seller.search("stock.move", [("sale_line_id.order_id", "=", order_id)], ["id"])
    ]


def cancel_in_time(seller, name):
    begun = time.monotonic()
    response = seller.cancel(name)
    assert time.monotonic() - begun < LIMIT
    return response


def states(seller, name):
    (receipt,) = seller.receipts([name])
    return receipt["state"], receipt["delivery_count"]


def run_queue(seller):
    job = seller.server.ref("marketplace_order_cancellation.cron_settle_queued_1")
    begun = time.monotonic()
    assert seller.server.execute("ir.cron", "method_direct_trigger", [job]) is True
    assert time.monotonic() - begun < 2 * LIMIT


def assert_cancelled(seller, order_id):
    assert [order["state"] for order in seller.orders([order_id])] == ["cancel"]
    assert {picking["state"] for picking in seller.pickings([order_id])} == {"cancel"}


def assert_put_off(seller, response, name, order_id):
    """Nothing is confirmed, and nothing leaves."""
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert response.json()["type"].endswith(":unavailable")
    assert states(seller, name) == ("received", 1)
    pickings = [picking["id"] for picking in seller.pickings([order_id])]
    with pytest.raises(RuntimeError, match="asks to cancel this order"):
        seller.server.execute("stock.picking", "button_validate", pickings)


@pytest.mark.parametrize(
    ("when", "background_after"), [("immediate", 0), ("immediate", 20), ("background", 20)]
)
def test_order_that_somebody_keeps_locked(seller, when, background_after):
    name = f"ROW-{when}-{background_after}"
    order_id = confirmed_order(seller, name)
    seller.settle(when, background_after)
    with locked(seller, "sale_order", [order_id]):
        assert_put_off(seller, cancel_in_time(seller, name), name, order_id)
        seller.run_job()
        assert states(seller, name) == ("received", 1)
    seller.run_job()
    if when == "background":
        run_queue(seller)
    assert_cancelled(seller, order_id)
    assert states(seller, name) == ("cancelled", 1)
    assert seller.cancel(name).status_code == 200


def test_transfer_that_somebody_keeps_locked(seller):
    """The order is nobody's but the request's: so it can be put on hold and confirmed."""
    order_id = confirmed_order(seller, "TRANSFER-20")
    seller.settle("immediate", 20)
    with locked(seller, "stock_move", moves(seller, order_id)):
        assert cancel_in_time(seller, "TRANSFER-20").status_code == 200
        assert states(seller, "TRANSFER-20") == ("queued", 1)
        run_queue(seller)
        assert states(seller, "TRANSFER-20") == ("queued", 1)
    run_queue(seller)
    assert_cancelled(seller, order_id)


def test_transfer_that_somebody_keeps_locked_where_nothing_is_settled_after_the_answer(seller):
    order_id = confirmed_order(seller, "TRANSFER-0")
    seller.settle("immediate", 0)
    with locked(seller, "stock_move", moves(seller, order_id)):
        assert_put_off(seller, cancel_in_time(seller, "TRANSFER-0"), "TRANSFER-0", order_id)
    assert seller.cancel("TRANSFER-0").status_code == 200
    assert_cancelled(seller, order_id)


def test_job_leaves_what_is_locked_and_goes_on(seller):
    names = [f"QUEUE-{number}" for number in range(6)]
    order_ids = seller.import_orders(names)
    seller.confirm(order_ids)
    seller.settle("background")
    for name in names:
        assert seller.cancel(name).status_code == 200
    with locked(seller, "sale_order", order_ids[2:3]):
        run_queue(seller)
        left = {receipt["sale_order_id"][0]: receipt["state"] for receipt in seller.receipts(names)}
        assert left.pop(order_ids[2]) == "queued"
        assert set(left.values()) == {"cancelled"}
    run_queue(seller)
    assert {receipt["state"] for receipt in seller.receipts(names)} == {"cancelled"}


def test_one_that_is_put_off_keeps_no_other_waiting(seller):
    """Requests for the same goods are settled together, but for those that are locked."""
    first, second = confirmed_order(seller, "OTHER-1"), confirmed_order(seller, "OTHER-2")
    seller.settle("immediate", 0)
    with locked(seller, "sale_order", [first]):
        assert cancel_in_time(seller, "OTHER-1").status_code == 503
        begun = time.monotonic()
        assert seller.cancel("OTHER-2").status_code == 200
        assert states(seller, "OTHER-1") == ("received", 1)
        assert time.monotonic() - begun < LIMIT
    assert_cancelled(seller, second)
    seller.run_job()
    assert_cancelled(seller, first)


def test_no_lock_is_left_behind(seller):
    """After all these requests and jobs, also those that have failed."""
    left = "SELECT pid, objid FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    left += " WHERE locktype = 'advisory' AND datname = current_database()"
    assert seller.server.query(left) == []


# -- The stock -------------------------------------------------------------------------------------


def is_stock_locked(shop, observer):
    """Whether Odoo, when somebody ships the product now, would skip its row and add another."""
    observer.execute(
        """SELECT quant.id FROM stock_quant quant
             JOIN stock_location location ON location.id = quant.location_id
            WHERE product_id = %s AND usage = 'internal' FOR NO KEY UPDATE OF quant SKIP LOCKED""",
        [shop.product_id],
    )
    found = observer.fetchall()
    observer.rollback()
    return not found


def test_stock_is_locked_for_the_last_statements_alone(registry, shop):
    """Odoo skips a row of the stock that is locked, and leaves goods reserved for nobody."""
    race = Race(sides=(cancel,), ends={})
    (order,) = shop.orders(race, 1)
    alone = Actor(registry, partial(cancel, order))
    with registry.cursor() as observer:
        interleave(alone, Actor(registry, lambda _env: None), observer)
    places = alone.places(30)
    locked_at = []
    for place, order in zip(places, shop.orders(race, len(places)), strict=True):
        actor = Actor(registry, partial(cancel, order))
        actor.pause_after = place
        with registry.cursor() as observer, ThreadPoolExecutor(1) as threads:
            actor.start(threads)
            assert actor.wait_until_still()
            if is_stock_locked(shop, observer):
                locked_at.append(actor.paused_after)
            actor.release()
        assert actor.outcome.result().status == 200
    assert 0 < len(locked_at) <= 3, locked_at


# -- The switch to the background ------------------------------------------------------------------


def switch_and_cancel(order, env):
    """The same call once more, when others are queued or the account has been changed."""
    env["marketplace.account"].browse(order.account_id).settlement = "background"
    env.cr.commit()
    return cancel(order, env)


def test_first_duplicate_that_meets_the_switch_gets_its_answer(registry, shop):
    """It looks for its turn, while the second one needs none and writes the receipt of both."""
    race = Race(sides=(cancel, switch_and_cancel), ends={})
    outcomes, steps, number = set(), 1, 0
    while number < steps:
        number += 1
        (order,) = shop.orders(race, 1)
        actors = [Actor(registry, partial(side, order)) for side in race.sides]
        actors[0].pause_after = ("steps", number)
        with registry.cursor() as observer:
            interleave(*actors, observer)
        steps = min(actors[0].steps, 40)  # what comes after it has its receipt
        with shop.env() as env:
            env["marketplace.account"].browse(order.account_id).settlement = "immediate"
            record = order.record(env)
            receipts = env["marketplace.cancellation.receipt"].search(
                [("marketplace_order_id", "=", order.marketplace_order_id)]
            )
            assert len(receipts) == 1
            assert receipts.delivery_count == 2
            outcomes |= {told(actor, record, receipts) for actor in actors}
    assert outcomes == {"confirmed"}


def test_deadline_of_what_somebody_keeps_locked_delays_no_other(seller):
    """The default of an overdue decision is applied to others, and to this one when it can be."""
    names = ["DUE-1", "DUE-2"]
    orders = [confirmed_order(seller, name) for name in names]
    account = [seller.account_id]
    values = {"on_picking": "ask", "default_decision": "accept"}
    before = seller.server.execute("marketplace.account", "read", account, list(values))[0]
    seller.settle("immediate", 0)
    seller.server.execute("marketplace.account", "write", account, values)
    for order_id, name in zip(orders, names, strict=True):
        seller.server.execute("stock.move", "write", moves(seller, order_id), {"picked": True})
        assert seller.cancel(name).text == ""
        assert states(seller, name) == ("evaluating", 1)
    make_overdue(seller, orders)
    with locked(seller, "sale_order", orders[:1]):
        run_deadlines(seller)
        assert states(seller, "DUE-1") == ("evaluating", 1)
        assert states(seller, "DUE-2") == ("cancelled", 1)
    run_deadlines(seller)
    assert states(seller, "DUE-1") == ("cancelled", 1)
    before.pop("id")
    seller.server.execute("marketplace.account", "write", account, before)


def test_repeat_of_what_somebody_keeps_locked(seller):
    order_id = confirmed_order(seller, "REPEAT-LOCKED")
    seller.settle("immediate", 0)
    assert seller.cancel("REPEAT-LOCKED").status_code == 200
    connection = seller.server.connect()
    try:
        connection.cursor().execute(
            "SELECT id FROM marketplace_cancellation_receipt WHERE sale_order_id = %s FOR UPDATE",
            [order_id],
        )
        assert cancel_in_time(seller, "REPEAT-LOCKED").status_code in (200, 503)
    finally:
        connection.close()
    assert seller.cancel("REPEAT-LOCKED").status_code == 200


def make_overdue(seller, orders):
    with seller.server.connect() as connection:
        connection.cursor().execute(
            "UPDATE marketplace_cancellation_receipt SET decide_before = now() - interval '1 day'"
            " WHERE sale_order_id = ANY(%s)",
            [orders],
        )


def run_deadlines(seller):
    job = seller.server.ref("marketplace_order_cancellation.cron_deadlines")
    begun = time.monotonic()
    assert seller.server.execute("ir.cron", "method_direct_trigger", [job]) is True
    assert time.monotonic() - begun < LIMIT
