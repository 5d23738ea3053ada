"""Runs scenarios: prepares, warms up, measures, and checks what has become of the orders."""

import itertools
import os
import time
from contextlib import ExitStack, contextmanager

from . import load
from .client import Client
from .figure import Figure
from .scenarios import DUPLICATES, MEMORY_REPEATS, WARM_UP
from .server import OdooServer, database_copy, processor_time
from .shop import OWN, Shop

MEMORY = "memory"
_EMPTY_WARM_UP = 100
_LOOKS = 10  # at what is done in the background: some of it may follow the last order


class Measurement:
    """Runs scenarios one by one; keeps the figures, and what was not as it has to be."""

    def __init__(self, log, tell):
        self.log = log
        self.tell = tell
        self.figures = []
        self.problems = []
        self.defaults = {}

    def run(self, scenario, how=None):
        """Measure all cells of ``scenario`` on a database of their own.

        :param how: function that does so, with this, the scenario and the shop; by default each
            cell in turn
        """
        self.tell(f"{scenario.name}: preparing")
        with database_copy(scenario.name) as database:
            shop = Shop(database, self.log)
            try:
                shop.prepare(_specs(scenario))
                self.defaults = shop.defaults
                if found := shop.astray():
                    self.problems.append(f"{scenario.name}: {found:g} pieces are astray at first")
                (how or Measurement._in_turns)(self, scenario, shop)
            finally:
                shop.close()

    def _in_turns(self, scenario, shop):
        def kind_of_server(cell):
            return cell.crons, cell.hosts

        for cells in scenario.rounds_of_cells():
            cells.sort(key=kind_of_server)
            for _kind, group in itertools.groupby(cells, kind_of_server):
                self._serve(scenario, shop, list(group))

    def _serve(self, scenario, shop, cells):
        if missing := _why_not(cells[0]):
            for cell in cells:
                self.keep(Figure(scenario.name, cell, missing=missing))
            return
        with self.servers(cells[0], shop) as (servers, client):
            for cell in cells:
                figure = Figure(scenario.name, cell, orders=cell.orders)
                self.warm_up(cell, shop, client)
                if scenario.size and cell.orders:
                    shop.fill(scenario.size, like=shop.orders[f"warm-{cell.orders_name}"][0])
                self._measure(cell, shop, client, servers, figure)
                self.keep(figure)

    @contextmanager
    def servers(self, cell, shop):
        """The servers that ``cell`` is measured with, and the :class:`.client.Client` of them."""
        cores = sorted(os.sched_getaffinity(0))[: cell.hosts] or [None]
        with ExitStack() as stack:
            servers = [
                stack.enter_context(OdooServer(shop.database, cell.crons, self.log, core))
                for core in cores
            ]
            yield servers, Client([server.port for server in servers], shop)

    def keep(self, figure):
        """Add ``figure``, to that of earlier rounds if there were any."""
        self.tell(f"{figure.scenario}: {_one_line(figure)}")
        for number, earlier in enumerate(self.figures):
            if (earlier.scenario, earlier.cell.name) == (figure.scenario, figure.cell.name):
                self.figures[number] = earlier.joined_with(figure)
                return
        self.figures.append(figure)

    def warm_up(self, cell, shop, client):
        """Let every worker do the same as it will be measured with; settle what gets repeated."""
        load.run([client.empty()] * _EMPTY_WARM_UP, 4)
        if cell.what == "empty":
            return
        if cell.kind == "screen":  # once in each worker, as likely as not
            self.run_checked(cell.name, [client.screen(cell.what)] * 8, 4)
            return
        if cell.what != "json2":
            client.set_mode(cell.what)
        warm = f"warm-{cell.orders_name}"
        jobs = client.cancel_all(cell, warm)
        self.run_checked(warm, jobs, 4 if len(jobs) <= WARM_UP else cell.clients)
        shop.wait_until_cancelled(warm)
        if cell.memory_of == "cron":  # what a job loads when it runs first is none of the orders'
            shop.wait_until_no_job_is_due()
        if cell.kind in ("repeats", MEMORY):
            self.run_checked(warm, jobs * (20 if cell.kind == MEMORY else 2), 4)
        if cell.what == "json2":
            shop.repair_reservations()

    def run_checked(self, name, jobs, clients):
        """Do ``jobs``, and note what has failed."""
        done = load.run(jobs, clients)
        self.problems += [f"{name}: {failure}" for failure in done.failures[:3]]
        return done

    def _measure(self, cell, shop, client, servers, figure):
        jobs = self._jobs(cell, shop, client)
        memory = servers[0].memory(cell.memory_of)
        before = client.queries()
        taken = processor_time(servers, shop.backend)
        done = self.run_checked(cell.name, jobs, cell.clients)
        last = shop.wait_until_cancelled(cell.orders_name) if is_late(cell) else done.end
        figure.take(done)
        figure.processor = (processor_time(servers, shop.backend) - taken) / len(jobs)
        figure.queries = (client.queries() - before) / len(jobs)
        if cell.orders and cell.kind == "fresh" and last:
            figure.cancelled_rate = cell.orders / (last - done.begin)
        figure.memory = self._compare(cell, memory, servers[0].memory(cell.memory_of))
        if cell.orders:
            self.check(cell, shop, figure)

    def check(self, cell, shop, figure, first=None):
        """Is every order really cancelled, and nothing left?

        :param first: how many orders of the cell's were to be cancelled; all if not given
        """
        figure.astray = shop.astray()
        if cell.what == "json2":  # how far it is from right is a figure; it does not fail the run
            self.problems += shop.problems(cell.orders_name, receipts=False, first=first)
            shop.repair_reservations()
            return
        deliveries = {"duplicates": DUPLICATES, "repeats": 1 + cell.count // cell.orders}
        for _ in range(_LOOKS):
            found = shop.problems(cell.orders_name, True, deliveries.get(cell.kind, 1))
            if not (found and is_late(cell)):
                break
            time.sleep(0.5)
        self.problems += found
        if cell.kind == "beside":  # as with JSON-2: people have moved goods meanwhile
            shop.repair_reservations()
        elif figure.astray:
            self.problems.append(f"{cell.name}: {figure.astray:g} pieces are reserved for nobody")

    def _jobs(self, cell, shop, client):
        if cell.what == "empty":
            return [client.empty()] * cell.count
        if cell.kind == "screen":
            return [client.screen(cell.what)] * cell.count
        jobs = client.cancel_all(cell, cell.orders_name)
        if cell.kind == "duplicates":
            return [job for job in jobs for _ in range(DUPLICATES)]
        if cell.kind == "repeats":
            self.run_checked(cell.orders_name, jobs, 4)
            return list(itertools.islice(itertools.cycle(jobs), cell.count))
        if cell.kind == MEMORY:
            settled = itertools.cycle(client.cancel_all(cell, f"warm-{cell.orders_name}"))
            return [
                one for job in jobs for one in (job, *itertools.islice(settled, MEMORY_REPEATS - 1))
            ]
        return jobs

    def _compare(self, cell, before, after):
        """``(RSS before, RSS after, USS before, USS after)`` of each worker that is still there."""
        if set(before) != set(after):
            self.problems.append(f"{cell.name}: a worker was replaced meanwhile")
        both = sorted(set(before) & set(after))
        return [(before[p][0], after[p][0], before[p][1], after[p][1]) for p in both]


def _specs(scenario):
    """What the shop has to make for ``scenario``: orders for each cell, and to warm up for it."""
    counts = {OWN: scenario.own_orders}
    for cell in itertools.chain(*scenario.rounds_of_cells()):
        if cell.orders:
            counts[cell.orders_name] = cell.orders
            warm_up = min(scenario.warm_up, WARM_UP) if cell.what == "json2" else scenario.warm_up
            counts[f"warm-{cell.orders_name}"] = warm_up
    shape = {name: getattr(scenario, name) for name in ("products", "lines", "steps")}
    return [
        {"name": name, "count": count, "is_own": name == OWN, **shape}
        for name, count in counts.items()
        if count
    ]


def _why_not(cell):
    if cell.hosts > len(os.sched_getaffinity(0)):
        return f"this machine has no {cell.hosts} cores"
    return ""


def is_late(cell):
    """Whether orders may be cancelled after the answer."""
    return cell.what in ("default", "background")


def _one_line(figure):
    if figure.missing:
        return f"{figure.cell.name}: {figure.missing}"
    late = f", {figure.cancelled_rate:.1f} cancelled/s" if figure.cancelled_rate else ""
    return (
        f"{figure.cell.name}: {figure.rate:.1f}/s{late}, p50 {figure.p50:.1f} ms,"
        f" p95 {figure.p95:.1f} ms, {figure.queries:.1f} queries, {figure.failures} failures"
    )
