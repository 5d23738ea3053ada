"""A VTEX store with a thousand orders, of which a tenth is cancelled while Odoo is down.

The hook's notifications come shuffled, doubled or not at all, and Odoo is killed while it reads
orders. In the end both sides agree on every order, nothing cancelled has left, and nothing was told
twice.
"""

import pytest
from faults import FaultPoints, find_in_stock, log_findings
from odoo_server import database_copy
from store import Store

TIMEOUT = 300
ORDERS = 1000
#: At which moments Odoo is killed, each once.
KILLED_AT = ("reading claimed", "reading settled")


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    return FaultPoints(tmp_path_factory.mktemp("points"))


@pytest.fixture
def store(simulator, points):
    with database_copy("never") as database:
        environ = {"MARKETPLACE_OUTBOUND_NETWORKS": "127.0.0.0/8", **points.environ}
        yield Store(simulator, database, environ)


def test_a_tenth_cancelled_while_odoo_is_down(store, points):
    with store.running():
        store.set_up(before_leaving="stop", on_open_there="tell")
        store.stock_up(2 * ORDERS)
        names = store.sell(ORDERS)
        asked, canceled, shipped = names[:300:10], names[5:595:10], names[600:710:10]
        untold, goes_on = names[800:810], names[900:905]
        assert store.ship(*shipped) == dict.fromkeys(shipped)
        store.cancel_here_alone(*untold)
        store.connect_hook()
    assert len(asked) + len(canceled) + len(shipped) == ORDERS / 10
    store.simulator.settings(
        notify_shuffled=5, notify_lost=0.1, notify_doubled=0.3, notify_irrelevant=0.1, seed=7
    )
    store.simulator.happen("ask-to-cancel", *asked, reason="Found it cheaper", by_user=True)
    store.simulator.happen("cancel", *canceled, *shipped, reason="Payment refused")
    store.simulator.settings(clock_speed=60)  # what was not answered comes again after a second
    store.pass_time(hours=1)
    for point in KILLED_AT:
        with points.kill_at(point), store.running():
            store.wait(lambda point=point: points.is_passed(point), TIMEOUT)
    with store.running():
        # The last ones to be read: the warehouse is quicker than the job.
        assert None not in store.ship(*asked[:5], *canceled[:5]).values()
        assert store.ship(*goes_on) == dict.fromkeys(goes_on)
        store.wait(lambda: not list(store.differences()), TIMEOUT)
        check(store, asked, canceled, shipped, untold)


def check(store, asked, canceled, shipped, untold):
    assert store.simulator.control("GET", "notifications")["lost"] > 0
    for name, (there, here, left, receipts) in store.states().items():
        if name in shipped:
            assert (there, here, receipts) == ("canceled", "sale", ["evaluating"]), name
        elif name in (*asked, *canceled):
            assert (there, here, left, receipts) == ("canceled", "cancel", 0, ["cancelled"]), name
        elif name in untold:
            assert (there, here, left, receipts) == ("canceled", "cancel", 0, []), name
        else:
            assert (there, here, receipts) == ("ready-for-handling", "sale", []), name
    assert store.told() == {name: {"cancel": 1} for name in (*asked, *untold)}
    # Odoo loses a reservation that it frees while another transaction has the stock locked, until
    # it tidies up: before the stock is shown, say.
    store.server.execute("stock.quant", "action_view_inventory")
    assert not list(find_in_stock(store.server, store.marketplace.product_id))
    assert not log_findings(store.server, store.marketplace.account_id)
