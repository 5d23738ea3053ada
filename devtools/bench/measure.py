"""Runs scenarios: prepares, warms up, measures, and checks what has become of the orders."""

import itertools
import time
from dataclasses import dataclass, field, replace

from . import load
from .client import Client
from .scenarios import DUPLICATES, MEMORY_REPEATS, NEEDS, WARM_UP
from .server import OdooServer, database_copy
from .shop import Shop

MEMORY = "memory"
_EMPTY_WARM_UP = 100
_LOOKS = 10  # at what is done in the background: some of it may follow the last order


@dataclass
class Figure:
    """What one cell came to; times in milliseconds, rates per second."""

    scenario: str
    cell: object
    orders: int = 0
    rate: float = 0.0
    cancelled_rate: float = 0.0  # orders, first request to last order cancelled
    times: list = field(default_factory=list)  # of each request
    queries: float = 0.0  # a request; where each is of another order, an order
    failures: int = 0
    astray: float = 0.0  # pieces that stay reserved for orders that are cancelled
    repeated: int = 0
    client_share: float = 0.0  # of one core
    memory: list = field(default_factory=list)  # (RSS before, after, USS before, after)
    settings: dict = field(default_factory=dict)
    missing: str = ""  # why there is no figure

    p50 = property(lambda self: self._percentile(50))
    p95 = property(lambda self: self._percentile(95))
    p99 = property(lambda self: self._percentile(99))

    def _percentile(self, percent):
        return load.percentile(self.times, percent) * 1000 if self.times else 0.0

    def joined_with(self, other):
        """This figure and that of another round as one."""
        if self.missing:
            return self
        return replace(
            other,
            orders=self.orders + other.orders,
            rate=_mean_rate(self, other, "rate"),
            cancelled_rate=_mean_rate(self, other, "cancelled_rate"),
            times=self.times + other.times,
            queries=_mean(self, other, "queries"),
            failures=self.failures + other.failures,
            astray=self.astray + other.astray,
            repeated=self.repeated + other.repeated,
            client_share=_mean(self, other, "client_share"),
        )


def _mean(one, other, name):
    """Of what is told for each request."""
    counts = len(one.times), len(other.times)
    values = getattr(one, name), getattr(other, name)
    return sum(n * value for n, value in zip(counts, values, strict=True)) / sum(counts)


def _mean_rate(one, other, name):
    """All that was done in both by all the time that it took; 0 if one came to nothing."""
    rates = getattr(one, name), getattr(other, name)
    if not all(rates):
        return 0.0
    counts = len(one.times), len(other.times)
    return sum(counts) / sum(n / rate for n, rate in zip(counts, rates, strict=True))


class Measurement:
    """Runs scenarios one by one; keeps the figures, and what was not as it has to be."""

    def __init__(self, log, tell):
        self.log = log
        self.tell = tell
        self.figures = []
        self.problems = []
        self.defaults = {}

    def run(self, scenario):
        """Measure all cells of ``scenario`` on a database of their own."""
        self.tell(f"{scenario.name}: preparing")
        with database_copy(scenario.name) as database:
            shop = Shop(database, self.log)
            try:
                shop.prepare(_specs(scenario))
                self.defaults = shop.defaults
                for cells in scenario.rounds_of_cells():
                    by_crons = itertools.groupby(
                        sorted(cells, key=lambda cell: cell.crons), key=lambda cell: cell.crons
                    )
                    for crons, group in by_crons:
                        self._serve(scenario, shop, crons, list(group))
            finally:
                shop.close()

    def _serve(self, scenario, shop, crons, cells):
        possible = [cell for cell in cells if not _missing_fields(cell, shop)]
        for cell in cells:
            if cell not in possible:
                self._keep_missing(scenario, cell, shop)
        if not possible:
            return
        with OdooServer(shop.database, crons, self.log) as server:
            client = Client(server.port, shop)
            for cell in possible:
                figure = Figure(scenario.name, cell, orders=cell.orders)
                self._warm_up(cell, shop, client, figure)
                if scenario.size and cell.orders:
                    shop.fill(scenario.size, like=shop.orders[f"warm-{cell.orders_name}"][0])
                self._measure(cell, shop, client, server, figure)
                self._keep(figure)
                self.tell(f"{scenario.name}: {_one_line(figure)}")

    def _keep(self, figure):
        """Add ``figure``, to that of earlier rounds if there were any."""
        for number, earlier in enumerate(self.figures):
            if (earlier.scenario, earlier.cell.name) == (figure.scenario, figure.cell.name):
                self.figures[number] = earlier.joined_with(figure)
                return
        self.figures.append(figure)

    def _keep_missing(self, scenario, cell, shop):
        fields = ", ".join(_missing_fields(cell, shop))
        missing = f"not built yet: marketplace.account has no {fields}"
        self._keep(Figure(scenario.name, cell, missing=missing))
        self.tell(f"{scenario.name}: {cell.name}: {missing}")

    def _warm_up(self, cell, shop, client, figure):
        """Let every worker do the same as it will be measured with; settle what gets repeated."""
        load.run([client.empty()] * _EMPTY_WARM_UP, 4)
        if cell.what == "empty":
            return
        if cell.kind == "screen":  # once in each worker, as likely as not
            self._run_checked(cell.name, [client.screen(cell.what)] * 8, 4)
            return
        if cell.what != "json2":
            figure.settings = client.set_mode(cell.what)
        warm = f"warm-{cell.orders_name}"
        self._run_checked(warm, _cancel_jobs(cell, client, shop, warm), 4)
        shop.wait_until_cancelled(warm)
        if cell.kind in ("repeats", MEMORY):
            jobs = [client.cancel(name) for name in shop.marketplace_ids(warm)]
            self._run_checked(warm, jobs * (20 if cell.kind == MEMORY else 2), 4)
        if cell.what == "json2":
            shop.repair_reservations()

    def _run_checked(self, name, jobs, clients):
        for failure in load.run(jobs, clients).failures[:3]:
            self.problems.append(f"{name}: {failure}")

    def _measure(self, cell, shop, client, server, figure):
        jobs = self._jobs(cell, shop, client)
        memory = server.memory() if cell.kind == MEMORY else None
        before, started = client.queries(), time.monotonic()
        done = load.run(jobs, cell.clients)
        last = shop.wait_until_cancelled(cell.orders_name) if _is_late(cell) else done.end
        queries = client.queries() - before
        figure.rate, figure.times = done.rate, done.times
        figure.failures, figure.repeated = len(done.failures), done.repeated
        figure.client_share = done.client_cpu / (done.end - started)
        figure.queries = queries / len(jobs)
        if cell.orders and cell.kind == "fresh" and last:
            figure.cancelled_rate = cell.orders / (last - done.begin)
        if memory:
            figure.memory = _compare(memory, server.memory())
        self.problems += [f"{cell.name}: {failure}" for failure in done.failures[:3]]
        if cell.orders:
            self._check(cell, shop, figure)

    def _check(self, cell, shop, figure):
        """Is every order really cancelled, and nothing left?"""
        figure.astray = shop.astray()
        if cell.what == "json2":  # how far it is from right is a figure; it does not fail the run
            self.problems += shop.problems(cell.orders_name, receipts=False)
            shop.repair_reservations()
            return
        deliveries = {"duplicates": DUPLICATES, "repeats": 1 + cell.count // cell.orders}
        for _ in range(_LOOKS):
            found = shop.problems(cell.orders_name, True, deliveries.get(cell.kind, 1))
            if not (found and _is_late(cell)):
                break
            time.sleep(0.5)
        self.problems += found
        if figure.astray:
            self.problems.append(f"{cell.name}: {figure.astray:g} pieces are reserved for nobody")

    def _jobs(self, cell, shop, client):
        if cell.what == "empty":
            return [client.empty()] * cell.count
        if cell.kind == "screen":
            return [client.screen(cell.what)] * cell.count
        jobs = _cancel_jobs(cell, client, shop, cell.orders_name)
        if cell.kind == "duplicates":
            return [job for job in jobs for _ in range(DUPLICATES)]
        if cell.kind == "repeats":
            self._run_checked(cell.orders_name, jobs, 4)
            return list(itertools.islice(itertools.cycle(jobs), cell.count))
        if cell.kind == MEMORY:
            settled = itertools.cycle(_cancel_jobs(cell, client, shop, f"warm-{cell.orders_name}"))
            return [
                one for job in jobs for one in (job, *itertools.islice(settled, MEMORY_REPEATS - 1))
            ]
        return jobs


def _specs(scenario):
    """What the shop has to make for ``scenario``: orders for each cell, and to warm up for it."""
    return [
        {
            "name": name,
            "count": count,
            "products": scenario.products,
            "lines": scenario.lines,
            "steps": scenario.steps,
            "needs": cell.needs,
        }
        for cells in scenario.rounds_of_cells()
        for cell in cells
        if cell.orders
        for name, count in (
            (cell.orders_name, cell.orders),
            (f"warm-{cell.orders_name}", WARM_UP),
        )
    ]


def _missing_fields(cell, shop):
    return [name for name in NEEDS.get(cell.what, ()) if name not in shop.defaults]


def _cancel_jobs(cell, client, shop, name):
    make = client.json2_cancel if cell.what == "json2" else client.cancel
    return [make(marketplace_id) for marketplace_id in shop.marketplace_ids(name)]


def _is_late(cell):
    """Whether orders may be cancelled after the answer."""
    return cell.what in ("default", "background")


def _compare(before, after):
    """``(RSS before, RSS after, USS before, USS after)`` of each worker."""
    if set(before) != set(after):
        raise RuntimeError("a worker was replaced while its memory was being measured")
    return [(before[p][0], after[p][0], before[p][1], after[p][1]) for p in sorted(before)]


def _one_line(figure):
    return (
        f"{figure.cell.name}: {figure.rate:.1f}/s, p50 {figure.p50:.1f} ms,"
        f" {figure.queries:.1f} queries, {figure.failures} failures"
    )
