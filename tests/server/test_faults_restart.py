"""PostgreSQL that crashes or is restarted: during a request, during a batch, or for a while."""

import time
from contextlib import ExitStack, closing
from functools import partial
from threading import Event

import psycopg2
import pytest
import requests
from broken_connections import TRANSFERS, fails, held, wait_for_somebody
from cluster import Cluster
from faults import Witness, check_sound
from odoo_server import TIMEOUT, OdooServer, at_once, only_long, template_database

#: How PostgreSQL ends: by a crash, or in order.
MODES = ("immediate", "fast")
#: How often something may be asked until it is answered. Odoo finds out about a connection that
#: was lost in a crash when it uses it: each one may fail once. A worker has one or two.
REPEATS = 10


class Server(OdooServer):
    """A server on the cluster, and an administrator who repeats what Odoo answers with a page."""

    def __enter__(self):
        """All of its processes are there: Odoo ends if one dies that needs PostgreSQL to begin."""
        super().__enter__()
        self._wait_until_it_answers(self.gevent_port)
        return self

    def execute(self, *args, **kwargs):
        for _connection in range(REPEATS):
            try:
                return super().execute(*args, **kwargs)
            except requests.JSONDecodeError:
                continue
        raise AssertionError("it does not recover")

    def again(self):
        """The same server once more, as a supervisor starts it."""
        return Server(self.database, self.cron_threads, db_host=self.db_host)


class Seller(Witness):
    """A marketplace that repeats its calls while it is told to."""

    def cancel(self, marketplace_order_id):
        for _connection in range(REPEATS):
            response = self.call(marketplace_order_id)
            if response.status_code < 500:
                break
        return response

    def call(self, marketplace_order_id):
        """Call once: whatever happens to PostgreSQL, there is an answer, and it is no page."""
        response = super().cancel(marketplace_order_id)
        assert response is not None, "".join(list(self.server.log)[-50:])
        if response.status_code != 200:
            assert response.status_code == 503, response.text
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.headers["Retry-After"] == "5"
        return response


@pytest.fixture(scope="module")
def cluster():
    template = template_database()  # or else there is nothing to do
    with Cluster() as cluster:
        cluster.copy(template)
        yield cluster


@pytest.fixture(scope="module")
def server(cluster):
    with Server(template_database(), db_host=cluster.folder) as server:
        yield server
        server.kill()


@pytest.fixture(scope="module")
def filtering_server(cluster):
    """A server that asks PostgreSQL for each call which databases there are."""
    database = template_database()
    options = [f"--db-filter=^{database}$"]
    with Server(database, db_host=cluster.folder, options=options) as server:
        yield server
        server.kill()


@pytest.fixture
def seller(server):
    seller = Seller(server)
    yield seller
    seller.settle()


def restart_during(function, cluster, mode, cr):
    """Restart PostgreSQL once ``function`` waits for what ``cr`` holds; return what that returns.

    A connection that was lost in an earlier crash ends it before: then it is called again.
    """
    has_come = Event()

    def call():
        for _connection in range(REPEATS):
            result = function()
            if has_come.is_set():
                return result
        raise AssertionError("it does not come so far")

    def restart():
        wait_for_somebody(cr)
        has_come.set()
        cluster.restart(mode)

    return at_once(call, restart)[0]


@pytest.mark.parametrize("mode", MODES)
def test_in_the_middle_of_a_request(seller, cluster, mode):
    name = f"REQUEST-{mode}"
    seller.stock_up(name, lines=51)  # its receipt comes first
    (order_id,) = seller.place(name)
    with held(seller, order_id, TRANSFERS) as cr:
        answer = restart_during(partial(seller.call, name), cluster, mode, cr)
    assert answer.status_code == 503
    assert seller.states() == ["received"]
    assert [order["state"] for order in seller.orders([order_id])] == ["sale"]
    assert seller.cancel(name).status_code == 200
    check_sound(seller)
    assert [order["state"] for order in seller.orders([order_id])] == ["cancel"]


@pytest.mark.parametrize("mode", MODES)
def test_in_the_middle_of_a_batch(seller, cluster, mode):
    order_ids = confirm_for_later(seller, f"BATCH-{mode}")
    job = partial(seller.server.execute, "ir.cron", "method_direct_trigger", [seller.queue_id])
    with held(seller, order_ids[2], TRANSFERS) as cr:
        restart_during(partial(fails, job), cluster, mode, cr)
    assert seller.states() == ["queued"] * len(order_ids)
    assert {order["state"] for order in seller.orders(order_ids)} == {"sale"}
    check_sound(seller)
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}


def confirm_for_later(seller, prefix):
    """Have orders cancelled after the answer; return their IDs."""
    names = [f"{prefix}-{number}" for number in range(5)]
    order_ids = seller.place(*names)
    seller.settle("background")
    assert {seller.cancel(name).status_code for name in names} == {200}
    return order_ids


def test_among_many_calls(seller, cluster):
    """What was acknowledged a moment before the crash is on record after it."""
    names = [f"MANY-{number:02}" for number in range(60)]
    order_ids = seller.place(*names)
    seller.settle("background")

    def crash():
        deadline = time.monotonic() + TIMEOUT
        while len(seller.answers) < len(names) / 4:
            assert time.monotonic() < deadline, "nobody is answered"
        cluster.restart("immediate")

    at_once(partial(call_each, seller, names[::2]), partial(call_each, seller, names[1::2]), crash)
    assert len(names) / 4 <= len(seller.answers) < len(names)
    check_sound(seller)
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}


def call_each(seller, names):
    for name in names:
        seller.call(name)


@pytest.mark.parametrize("is_woken", [True, pytest.param(False, marks=only_long)])
def test_in_the_middle_of_a_job_that_odoo_runs(seller, cluster, is_woken):
    """Odoo's runner of jobs ends with its connection, and is started anew: by Odoo, or, if
    PostgreSQL is not up again by then, along with all of Odoo by what supervises it.

    It looks for jobs when somebody wakes it, as each call does that queues an order, or else about
    once a minute.
    """
    runner = Server(seller.server.database, db_host=cluster.folder, cron_threads=1)
    with ExitStack() as stack:
        stack.enter_context(runner)
        order_ids = confirm_for_later(seller, f"JOB-{is_woken}")
        with held(seller, order_ids[2], TRANSFERS) as cr:
            wait_for_somebody(cr)
            cluster.restart("immediate")
        deadline = time.monotonic() + 2 * TIMEOUT
        while set(seller.states()) != {"cancelled"}:
            assert time.monotonic() < deadline, seller.states()
            if runner.process.poll() is not None:
                runner = stack.enter_context(runner.again())
            if is_woken:
                wake(cluster, seller.server.database)
            time.sleep(0.1)
    check_sound(seller)
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}


def wake(cluster, database):
    """Say what Odoo says when a job is triggered."""
    with closing(psycopg2.connect(dbname="postgres", host=cluster.folder)) as connection:
        connection.autocommit = True
        connection.cursor().execute("SELECT pg_notify('cron_trigger', %s)", [database])


@pytest.mark.parametrize(
    ("chosen", "mode"), [("server", "fast"), ("filtering_server", "immediate")]
)
def test_down_for_a_while(request, seller, cluster, chosen, mode):
    """Nothing is acknowledged meanwhile; afterwards calls are answered by the same server."""
    there = seller.at(request.getfixturevalue(chosen))
    name, known = f"DOWN-{chosen}", f"KNOWN-{chosen}"
    order_ids = seller.place(name, known)
    assert there.cancel(known).status_code == 200
    cluster.stop(mode)
    try:
        calls = [partial(there.call, name), partial(there.call, known)] * 3
        assert {answer.status_code for answer in at_once(*calls)} == {503}
    finally:
        cluster.start()
    assert seller.states() == ["cancelled"]  # what was known before
    assert [there.cancel(called).status_code for called in (name, known)] == [200, 200]
    check_sound(seller)
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}
