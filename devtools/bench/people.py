"""People at work while thousands of orders are cancelled: how long do they wait?

They open the list of orders and validate transfers of the seller's own orders, of the goods that
are being cancelled, one after the other with a short rest. The addon's storm is so many orders, and
people work until the last of them is cancelled. JSON-2 would take too long for as many: its storm
goes on until people have done as much as on the idle server.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from . import load
from .figure import Figure
from .shop import OWN

_EACH = 2  # people who do one of both, all the time
_REST = 0.3  # seconds between two things that somebody does
_WARM_UP = 8


def measure(run, scenario, shop):
    """Measure people on the idle server, beside JSON-2, and beside the addon."""
    transfers = iter(shop.open_transfers(OWN))
    actions = scenario.cells[0].count
    for cell in scenario.rounds_of_cells()[0]:
        with run.servers(cell, shop) as (_servers, client):
            opening = client.list_of_orders()
            work = {"list": itertools.repeat(opening), "validate": map(client.validate, transfers)}
            if cell.orders:
                run.warm_up(cell, shop, client)
            for jobs in work.values():
                run.run_checked(cell.name, list(itertools.islice(jobs, _WARM_UP)), _EACH)
            with ThreadPoolExecutor() as threads:
                storm = None
                if cell.what == "default":
                    storm = threads.submit(_cancel_all, run, cell, shop, client)
                    work = {name: _until(storm.done, jobs) for name, jobs in work.items()}
                else:
                    work = {name: itertools.islice(jobs, actions) for name, jobs in work.items()}
                people = [threads.submit(load.run, jobs, _EACH, _REST) for jobs in work.values()]
                if cell.what == "json2":
                    storm = threads.submit(_cancel_while, run, cell, people, client)
            for name, done in zip(work, people, strict=True):
                _keep_people(run, scenario, name, cell, done.result())
            if storm:
                _keep_storm(run, scenario, cell, shop, *storm.result())
    untouched = list(transfers)
    if not untouched:
        run.problems.append(f"{scenario.name}: people ran out of transfers")
    if shop.open_transfers(OWN) != untouched:
        run.problems.append(f"{scenario.name}: a transfer was validated, but is not done")


def _until(is_so, jobs):
    for job in jobs:
        yield job
        if is_so():
            return


def _cancel_all(run, cell, shop, client):
    """Cancel all orders of ``cell``; the :class:`.load.Load`, and the moment of the last one."""
    done = run.run_checked(cell.name, client.cancel_all(cell, cell.orders_name), cell.clients)
    return done, shop.wait_until_cancelled(cell.orders_name)


def _cancel_while(run, cell, people, client):
    """The same as long as ``people`` are at work."""
    jobs = client.cancel_all(cell, cell.orders_name)
    jobs = _until(lambda: all(person.done() for person in people), jobs)
    done = run.run_checked(cell.name, jobs, cell.clients)
    if len(done.times) == cell.count:
        run.problems.append(f"{cell.name}: {cell.count} orders were too few")
    return done, done.end


def _keep_people(run, scenario, name, cell, done):
    run.problems += [f"{name}, {cell.name}: {failure}" for failure in done.failures[:3]]
    crowd = replace(cell, what=name, clients=_EACH, count=len(done.times), kind=f"at-{cell.what}")
    figure = Figure(scenario.name, crowd)
    figure.take(done)
    run.keep(figure)


def _keep_storm(run, scenario, cell, shop, done, last):
    figure = Figure(scenario.name, cell, orders=len(done.times))
    figure.take(done)
    if last:
        figure.cancelled_rate = figure.orders / (last - done.begin)
    run.check(cell, shop, figure, first=figure.orders)
    run.keep(figure)
