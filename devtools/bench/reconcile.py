"""Open orders are compared with their marketplace, which the simulator plays.

How fast they are read is looked at for a while, not until all of them are compared. Some are
cancelled there, of which nobody was told: they have to be cancelled here in the end.
"""

import time

from .figure import Figure
from .simulator import KEY, TOKEN, Simulator

_RUN = "marketplace.reconciliation"
_CANCELLED_THERE = 50  # orders
_BEGUN = 50  # orders that are read before it is looked at
_LONGEST = 45  # seconds that it is looked at with the quota lifted
_QUOTA_SECONDS, _WITHIN_QUOTA = 60, 70  # of the quota, and that it is looked at with it
_PATIENCE = 60  # seconds without one more order
_LIFTED = 1_000_000  # reads a minute


def measure(run, scenario, shop):
    """Compare with the quota lifted, then with it."""
    lifted, limited = scenario.rounds_of_cells()[0]
    cancelled = shop.marketplace_ids(lifted.orders_name)[:_CANCELLED_THERE]
    with Simulator(run.log) as simulator:
        simulator.add_orders(shop.open_marketplace_ids())
        about = {"event": "cancel", "reason": "The sale is called off", "silently": True}
        simulator.control("POST", "events", orders=cancelled, **about)
        with run.servers(lifted, shop) as (_servers, client):
            _connect(client, simulator, KEY)
            shop.set_read_rate(_LIFTED)
            figure = Figure(scenario.name, lifted)
            _compare(client, figure, min(_LONGEST, lifted.count // 500))
            run.problems += _problems(client, shop, lifted, len(cancelled))
            figure.astray = shop.astray()
            run.keep(figure)
            _stop(client)

            # Another key, as the simulator counts the calls of each apart.
            calls = {"quota_calls": limited.count, "quota_seconds": _QUOTA_SECONDS}
            simulator.control("PATCH", "settings", **calls)
            simulator.control(
                "POST", "keys", key="with-quota", token=TOKEN, permissions=["read", "list"]
            )
            _connect(client, simulator, "with-quota")
            shop.set_read_rate(limited.count)
            figure = Figure(scenario.name, limited)
            _compare(client, figure, _WITHIN_QUOTA)
            use = simulator.control("GET", "quota")["with-quota"]
            figure.quota_used, figure.failures = use["most"] / limited.count, use["refused"]
            run.keep(figure)


def _connect(client, simulator, key):
    values = {
        "services_endpoint": simulator.services,
        "outbound_key": key,
        "new_outbound_token": TOKEN,
        "compare_hours": 0,  # only when the bench says so
    }
    client.admin("marketplace.account", "write", ids=[client.shop.account_id], vals=values)


def _compare(client, figure, seconds):
    """Begin a comparison, and look at it for so many seconds."""
    begun = time.monotonic()
    client.admin("marketplace.account", "action_compare_now", ids=[client.shop.account_id])
    figure.times = [time.monotonic() - begun]
    _wait(lambda: _progress(client)["compared_count"] >= _BEGUN)
    queries, before, start = client.queries(), _progress(client), time.monotonic()
    now = before
    while time.monotonic() - start < seconds and now["state"] == "running":
        time.sleep(1)
        now = _progress(client)
    took = time.monotonic() - start
    figure.orders = now["compared_count"] - before["compared_count"]
    figure.rate = figure.orders / took
    figure.queries = (client.queries() - queries) / max(figure.orders, 1)


def _progress(client):
    """The latest comparison."""
    names = ["state", "order_count", "compared_count", "cancelled_count", "unread_count"]
    return client.admin(_RUN, "search_read", domain=[], fields=names, order="id desc", limit=1)[0]


def _stop(client):
    client.admin(_RUN, "action_stop", ids=[_progress(client)["id"]])


def _wait(is_so):
    """Whether it has come to be so in time."""
    deadline = time.monotonic() + _PATIENCE
    while not (done := is_so()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return done


def _problems(client, shop, cell, cancelled):
    """What is not as it has to be: what is cancelled there is so here, and nothing else."""
    _wait(lambda: not shop.problems(cell.orders_name, True, first=cancelled))
    found = shop.problems(cell.orders_name, True, first=cancelled)
    progress = _progress(client)
    if progress["cancelled_count"] != cancelled:
        found.append(f"{cell.name}: {progress['cancelled_count']} were found cancelled")
    if progress["unread_count"]:
        found.append(f"{cell.name}: {progress['unread_count']} orders were not read")
    here = shop.count_cancelled(cell.orders_name)
    if here != cancelled:
        found.append(f"{cell.name}: {here} orders are cancelled, of {cancelled} there")
    if astray := shop.astray():
        found.append(f"{cell.name}: {astray:g} pieces are reserved for nobody")
    return found
