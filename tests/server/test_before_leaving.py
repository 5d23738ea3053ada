"""Asking the marketplace before goods leave, with a real Odoo and a marketplace in trouble."""

import time

import pytest
from odoo_server import TIMEOUT, Marketplace, OdooServer, at_once, database_copy
from simulated import KEY, TOKEN

#: By so much longer a person waits, at most, in seconds: the marketplace has two of them.
LONGEST = 2.5
READING = "marketplace.order.reading"


@pytest.fixture(scope="module")
def warehouse():
    with database_copy("look") as database, OdooServer(database) as server:
        warehouse = Warehouse(server)
        warehouse.put_in_stock(1000)
        warehouse.warm_up()
        yield warehouse


@pytest.fixture(autouse=True)
def connected(warehouse, simulator):
    warehouse.ask("go")
    values = {
        "services_endpoint": f"{simulator.url}/api/oms",
        "outbound_key": KEY,
        "new_outbound_token": TOKEN,
    }
    warehouse.server.execute("marketplace.account", "write", [warehouse.account_id], values)
    warehouse.server.execute("marketplace.account", "action_read_again", [warehouse.account_id])


class Warehouse(Marketplace):
    """An account whose marketplace is asked before goods leave."""

    def put_in_stock(self, quantity):
        values = {"product_id": self.product_id, "inventory_quantity": quantity}
        values["location_id"] = self.server.ref("stock.stock_location_stock")
        quant = self.server.execute("stock.quant", "create", [values])
        self.server.execute("stock.quant", "action_apply_inventory", quant)

    def warm_up(self):
        """Have both workers do what they do for the first time, and see how long thirty take."""
        twice = [self.ready(f"WARM-{number}", 2) for number in range(2)]
        at_once(*(lambda pickings=pickings: self.validate(pickings) for pickings in twice))
        batch = self.batch_of(self.ready("USUAL", 30))
        _done, self.usual = timed(self.do_batch, batch)

    def ask(self, how):
        values = {"before_leaving": how}
        self.server.execute("marketplace.account", "write", [self.account_id], values)

    def ready_there(self, simulator, prefix, number):
        """Orders that the marketplace has, too: their names, and the IDs of their transfers."""
        names = [f"{prefix}-{count:02}" for count in range(number)]
        for name in names:
            simulator.order(name)
        return names, self.ready(prefix, number)

    def ready(self, prefix, number):
        """The IDs of transfers of new orders, which are ready."""
        names = [f"{prefix}-{count:02}" for count in range(number)]
        order_ids = self.import_orders(names)
        self.confirm(order_ids)
        domain = [("sale_id", "in", order_ids)]
        pickings = sorted(own["id"] for own in self.search("stock.picking", domain, ["id"]))
        self.server.execute("stock.picking", "action_assign", pickings)
        return pickings

    def batch_of(self, pickings, is_wave=False):
        values = {"picking_ids": [(6, 0, pickings)], "is_wave": is_wave}
        batch = self.server.execute("stock.picking.batch", "create", [values])
        self.server.execute("stock.picking.batch", "action_confirm", batch)
        return batch

    def validate(self, pickings):
        """Press the button; what it asks about besides is answered already."""
        context = {"skip_backorder": True, "skip_sms": True}
        return self.server.execute("stock.picking", "button_validate", pickings, context=context)

    def do_batch(self, batch):
        context = {"skip_backorder": True, "skip_sms": True}
        return self.server.execute("stock.picking.batch", "action_done", batch, context=context)

    def states(self, pickings):
        domain = [("id", "in", pickings)]
        return {own["state"] for own in self.search("stock.picking", domain, ["state"])}

    def wait_until_settled(self, names):
        """As if the marketplace had called, by a job that nobody but the look has woken."""
        deadline = time.monotonic() + 2 * TIMEOUT  # Odoo looks for jobs once a minute
        while [own["state"] for own in self.receipts(names)] != ["cancelled"] * len(names):
            assert time.monotonic() < deadline, self.receipts(names)
            time.sleep(0.1)

    def readings(self, source):
        found = self.search(READING, [("source", "=", source)], ["marketplace_order_id"])
        return {own["marketplace_order_id"] for own in found}


def timed(function, *args, **kwargs):
    """The result, or the error, and after how many seconds."""
    began = time.monotonic()
    try:
        result = function(*args, **kwargs)
    except RuntimeError as error:
        result = error
    return result, time.monotonic() - began


def test_batch_of_thirty_is_asked_about_at_once(warehouse, simulator):
    names, pickings = warehouse.ready_there(simulator, "ALL", 30)
    simulator.happen("cancel", names[3], reason="Late")
    simulator.happen("ask-to-cancel", names[7], reason="Late")
    batch = warehouse.batch_of(pickings)
    error, seconds = timed(warehouse.do_batch, batch)
    assert seconds < LONGEST + warehouse.usual
    text = str(error)
    assert text.count("\n") == 2, text
    for name in (names[3], names[7]):
        assert name in text
    assert names[4] not in text
    assert warehouse.states(pickings) == {"assigned"}
    assert warehouse.readings("check") == {names[3], names[7]}
    with OdooServer(warehouse.server.database, cron_threads=1):
        warehouse.wait_until_settled([names[3], names[7]])
    left = [own for own in pickings if warehouse.states([own]) == {"assigned"}]
    assert len(left) == 28
    assert warehouse.do_batch(batch)
    assert warehouse.states(left) == {"done"}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "slow", "seconds": 10},
        {"kind": "drop", "seconds": 1},
        {"kind": "down"},
        {"kind": "endless"},
        {"kind": "status", "status": 503},
        {"kind": "huge", "megabytes": 3},
        {"kind": "garbage"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_marketplace_in_trouble_costs_little(warehouse, simulator, fault):
    kind = fault["kind"].upper()
    _names, pickings = warehouse.ready_there(simulator, kind, 30)
    batch = warehouse.batch_of(pickings)
    simulator.control("POST", "faults", **{"times": None, "call": "read"} | fault)
    warehouse.ask("stop")
    error, seconds = timed(warehouse.do_batch, batch)
    assert "has not said in time" in str(error)
    assert seconds < LONGEST + warehouse.usual  # others are at work on this machine, too
    assert warehouse.states(pickings) == {"assigned"}
    warehouse.ask("go")
    went, seconds = timed(warehouse.do_batch, batch)
    assert not isinstance(went, Exception), went
    assert seconds < LONGEST + 2 * warehouse.usual
    assert warehouse.states(pickings) == {"done"}
    assert {f"{kind}-00", f"{kind}-29"} <= warehouse.readings("left")


def test_rate_of_a_marketplace_is_obeyed(warehouse, simulator):
    names, pickings = warehouse.ready_there(simulator, "QUOTA", 6)
    simulator.settings(quota_calls=2, quota_seconds=60)
    error, _seconds = timed(warehouse.validate, pickings)
    assert not isinstance(error, Exception), error
    fields = ["reading_paused_until"]
    (account,) = warehouse.search(
        "marketplace.account", [("id", "=", warehouse.account_id)], fields
    )
    assert account["reading_paused_until"]
    assert len(warehouse.readings("left") & set(names)) >= 4


def test_key_that_may_read_nothing_stops_nobody(warehouse, simulator):
    _names, pickings = warehouse.ready_there(simulator, "KEY", 2)
    simulator.control("POST", "faults", kind="status", status=403, times=None, call="read")
    warehouse.ask("stop")
    assert warehouse.validate(pickings[:1])
    (account,) = warehouse.search(
        "marketplace.account", [("id", "=", warehouse.account_id)], ["reading_stop"]
    )
    assert "may not read orders" in account["reading_stop"]
    assert warehouse.validate(pickings[1:])
    assert warehouse.states(pickings) == {"done"}


def test_nobody_waits_for_stock_while_a_marketplace_is_waited_for(warehouse, simulator):
    """All these transfers are of the same goods, and are validated at the same moment."""
    names, pickings = warehouse.ready_there(simulator, "SIDE", 4)
    slow, quick = pickings[:2], pickings[2:]
    simulator.control("POST", "faults", kind="slow", seconds=10, times=2, call="read")
    (went, slowly), (_other, quickly) = at_once(
        lambda: timed(warehouse.validate, slow),
        lambda: begun_later(warehouse, quick),
    )
    assert not isinstance(went, Exception), went
    assert 1.7 < slowly < TIMEOUT
    assert quickly < 1.5
    reads = [own["order_id"] for own in simulator.control("GET", "conversation")]
    assert sorted(reads) == names  # what collided with the others was not asked about again
    assert warehouse.states(pickings) == {"done"}


def begun_later(warehouse, pickings):
    time.sleep(0.4)
    return timed(warehouse.validate, pickings)


def test_wave_is_asked_about_too(warehouse, simulator):
    names, pickings = warehouse.ready_there(simulator, "WAVE", 3)
    simulator.happen("cancel", names[1])
    wave = warehouse.batch_of(pickings, is_wave=True)
    error, _seconds = timed(warehouse.do_batch, wave)
    assert names[1] in str(error)
    assert warehouse.states(pickings) == {"assigned"}
