"""The endpoint in set-ups of Odoo that the other tests do not have."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests
from caller import states
from odoo_cli import ADDON, call, complaints, install
from odoo_server import TIMEOUT, Marketplace, OdooServer, base_database, database_copy
from other_language import speak_portuguese

RECEIPT = "marketplace.cancellation.receipt"


@contextmanager
def served(name, *options, cron_threads=0, before=None):
    """A marketplace that calls a server with these options, on a database of its own."""
    with database_copy(name) as database:
        if before:
            call(database, before)
        with OdooServer(database, cron_threads=cron_threads, options=options) as server:
            yield Marketplace(server)


def confirmed(shop, *names):
    orders = shop.import_orders(names)
    shop.confirm(orders)
    return orders


def assert_cancelled(shop, order, name):
    answer = shop.cancel(name)
    assert answer.status_code == 200, answer.text
    assert answer.json()["marketplaceOrderId"] == name
    assert states(shop.server, order) == ("cancel", {"cancel"})


# -- One process with threads ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def threads():
    with served("threads", "--workers=0") as shop:
        yield shop


def test_orders_are_cancelled_by_threads_at_once(threads):
    names = [f"THREAD-{number}" for number in range(6)]
    orders = confirmed(threads, *names)
    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(threads.cancel, names))
    assert [answer.status_code for answer in answers] == [200] * len(names)
    assert len({answer.json()["receipt"] for answer in answers}) == len(names)
    for order in orders:
        assert states(threads.server, order) == ("cancel", {"cancel"})


def test_repeats_meet_in_threads(threads):
    (order,) = confirmed(threads, "THREAD-AGAIN")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(threads.cancel, ["THREAD-AGAIN"] * 4))
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert_cancelled(threads, order, "THREAD-AGAIN")
    domain = [("marketplace_order_id", "=", "THREAD-AGAIN")]
    assert threads.server.execute(RECEIPT, "search_count", domain) == 1


# -- Several databases -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_databases():
    """A server of two databases: the first has the addon, the second has not."""
    with (
        database_copy("of_two") as first,
        database_copy("other_of_two", base_database()) as second,
        OdooServer(f"{first},{second}") as server,
    ):
        server.database, server.second = first, second
        yield Marketplace(server)


def call_in(shop, database, path="pvt/orders/TWO-1/cancel", **options):
    headers = shop.headers | ({"X-Odoo-Database": database} if database else {})
    return requests.post(
        f"{shop.server.url}/marketplace/{shop.code}/{path}",
        json={"marketplaceOrderId": "TWO-1"},
        headers=headers,
        timeout=TIMEOUT,
        **options,
    )


def test_the_database_that_is_named_is_meant(two_databases):
    (order,) = confirmed(two_databases, "TWO-1")
    answer = call_in(two_databases, two_databases.server.database)
    assert answer.status_code == 200, answer.text
    assert states(two_databases.server, order) == ("cancel", {"cancel"})


def test_no_database_is_named(two_databases):
    """Which one is meant cannot be known: the marketplace is to call again."""
    answer = call_in(two_databases, None)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_database_without_the_addon_answers_as_it_does(two_databases):
    """Nothing of the addon acts there: it has Odoo's own page for what it does not know."""
    answer = call_in(two_databases, two_databases.server.second)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    page = requests.get(
        f"{two_databases.server.url}/web/login",
        headers={"X-Odoo-Database": two_databases.server.second},
        timeout=TIMEOUT,
    )
    assert page.status_code == 200


# -- A replica for what only reads -----------------------------------------------------------------


def test_beside_a_replica_nothing_is_written_to_it():
    """Odoo gives what declares that it only reads a connection on which nothing can be written."""
    host = os.environ["PGHOST"]
    with served("replica", f"--db_replica_host={host}") as shop:
        (order,) = confirmed(shop, "REPLICA-1")
        assert_cancelled(shop, order, "REPLICA-1")
        domain = [("marketplace_order_id", "=", "REPLICA-1")]
        (receipt,) = shop.server.execute(RECEIPT, "search_read", domain, ["state", "told_text"])
        assert receipt["state"] == "cancelled"
        contract = requests.get(f"{shop.server.url}/marketplace/openapi.json", timeout=TIMEOUT)
        assert contract.status_code == 200
        (account,) = shop.server.execute(
            "marketplace.account", "read", [shop.account_id], ["health_checks"]
        )
        assert account["health_checks"]
        assert complaints("".join(shop.server.log)) == []


# -- Another language than English -----------------------------------------------------------------


def test_where_nobody_speaks_english():
    """English is not active, as where a database was made in another language."""
    with database_copy("language", base_database()) as database:
        call(database, speak_portuguese)
        assert complaints(install(database)) == []
        with OdooServer(database) as server:
            shop = Marketplace(server)
            values = {"on_picking": "ask"}
            server.execute("marketplace.account", "write", [shop.account_id], values)
            cancelled, asked = confirmed(shop, "LANGUAGE-1", "LANGUAGE-2")
            moves = shop.search("stock.move", [("sale_line_id.order_id", "=", asked)], ["id"])
            server.execute("stock.move", "write", [move["id"] for move in moves], {"picked": True})
            assert_cancelled(shop, cancelled, "LANGUAGE-1")
            assert shop.cancel("LANGUAGE-2").content == b""
            portuguese = {"context": {"lang": "pt_BR"}}
            domain = [("marketplace_order_id", "=", "LANGUAGE-2")]
            (receipt,) = server.execute(
                RECEIPT, "search_read", domain, ["state", "note"], **portuguese
            )
            assert receipt["state"] == "evaluating"
            assert receipt["note"] == "A separação começou."
            menu = server.ref(f"{ADDON}.menu_marketplace_cancellations")
            (read,) = server.execute("ir.ui.menu", "read", [menu], ["name"], **portuguese)
            assert read["name"] == "Cancelamentos"
