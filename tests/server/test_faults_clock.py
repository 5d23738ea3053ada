"""One host's clock is wrong, or set back while the host runs; the database's own one is right.

Each test has a host with the right time and one whose clock it sets: see
``data/clock/sitecustomize.py`` for what that changes.
"""

import base64
import time
from collections import Counter
from email.utils import parsedate_to_datetime

import pytest
from faults import Witness, check_sound, log_findings
from hindered_orders import pick
from odoo_server import TIMEOUT
from selling import cancel_everywhere
from signed_calls import KEY, send, signed, statuses
from wrong_clock import Clock, two_hosts

from odoo.addons.marketplace_order_cancellation.tests.helpers.stub_marketplace import (
    StubMarketplace,
)

ADDON = "marketplace_order_cancellation"
HOUR = 3600
DAY = 24 * HOUR
BOTH_WAYS = pytest.mark.parametrize("hour", [-HOUR, HOUR], ids=["behind", "ahead"])


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def hosts(clock):
    with two_hosts("clock", clock) as hosts:
        yield hosts


@pytest.fixture(scope="module")
def of_all_tests(hosts):
    return Witness(hosts[0])


@pytest.fixture
def right(of_all_tests, clock):
    """The marketplace as it calls the host with the right time."""
    of_all_tests.forget()
    of_all_tests.settle()
    yield of_all_tests
    clock.set()
    check_sound(of_all_tests)
    check_log(of_all_tests)


@pytest.fixture
def wrong(right, hosts):
    """The same, as it calls the host whose clock is set."""
    return right.at(hosts[1])


@pytest.fixture
def account(of_all_tests, hosts, clock, request):
    """``(the marketplace of a new account, the same as it calls the other host)``."""
    code = request.node.name.replace("_", "-").replace("[", "-").strip("]")
    account_id = hosts[0].execute("marketplace.account", "create", {"name": code, "code": code})
    own = of_all_tests.of_account(account_id, code)
    yield own, own.at(hosts[1])
    clock.set()


def check_log(seller):
    """All entries are chained, their numbers go up by one, and their moments are right."""
    run(seller, "cron_chain_log")
    entries = seller.server.query(
        """
        SELECT number, now() AT TIME ZONE 'UTC' - noted_at BETWEEN '0 s' AND '10 minutes'
          FROM marketplace_log_entry WHERE account_id = %s ORDER BY number
        """,
        seller.account_id,
    )
    assert entries == [(number, True) for number in range(1, len(entries) + 1)]
    assert log_findings(seller.server, seller.account_id) == []


def run(seller, job):
    """Run a scheduled job on this host."""
    seller.server.execute("ir.cron", "method_direct_trigger", [seller.server.ref(f"{ADDON}.{job}")])


def write(seller, **values):
    """Change the account."""
    seller.server.execute("marketplace.account", "write", [seller.account_id], values)


def states(seller, *names):
    return [receipt["state"] for receipt in seller.receipts(names)]


# -- Calls -----------------------------------------------------------------------------------------


@BOTH_WAYS
def test_either_host_answers_as_ever(right, wrong, clock, hour):
    names = [f"EITHER-{number}-{hour}" for number in range(2)]
    order_ids = right.place(*names)
    clock.set(hour)
    for name, hosts in zip(names, [(right, wrong), (wrong, right)], strict=True):
        answers = [host.cancel(name) for host in hosts * 2]
        assert statuses(answers) == {200: 4}
        assert len({answer.content for answer in answers}) == 1
    assert {order["state"] for order in right.orders(order_ids)} == {"cancel"}
    # This is what a wrong clock is: the moment of the answer is off by an hour.
    dates = [parsedate_to_datetime(answer.headers["Date"]).timestamp() for answer in answers[:2]]
    assert abs(dates[0] - dates[1] - hour) < TIMEOUT
    (moments,) = right.search(
        "marketplace.cancellation.receipt",
        [("marketplace_order_id", "=", names[1])],
        ["received_at", "create_date"],
    )
    assert (moments["received_at"] > moments["create_date"]) == (hour > 0)


@BOTH_WAYS
def test_order_that_comes_after_its_cancellation(right, wrong, clock, hour):
    clock.set(hour)
    for called, imports in ((wrong, right), (right, wrong)):
        name = f"EARLY-{called is right}-{hour}"
        assert called.cancel(name).status_code == 404
        order_id = imports.import_order(name, state="sale")
        assert [order["state"] for order in right.orders([order_id])] == ["cancel"]


def test_clock_is_set_back_between_two_calls(right, wrong, clock):
    order_ids = right.place("BACK-1", "BACK-2")
    first = wrong.cancel("BACK-1")
    clock.set(-HOUR)
    assert wrong.cancel("BACK-1").content == first.content
    second = wrong.cancel("BACK-2")
    assert second.status_code == 200
    clock.set()
    assert wrong.cancel("BACK-1").content == first.content
    assert wrong.cancel("BACK-2").content == second.content
    assert {order["state"] for order in right.orders(order_ids)} == {"cancel"}


@BOTH_WAYS
def test_limit_is_one_for_both_hosts(account, clock, hour):
    right, wrong = account
    write(right, rate_limit=12)
    answers = []
    for number in range(12):
        clock.set(hour if number % 2 else 0)
        answers += [host.cancel(f"NOWHERE-{number}") for host in (right, wrong)]
    # Each call moves the limit on by five seconds; what goes by meanwhile lets some more in.
    assert set(statuses(answers)) == {404, 429}
    assert 12 <= statuses(answers)[404] < 20
    waits = {int(answer.headers["Retry-After"]) for answer in answers if answer.status_code == 429}
    assert waits <= set(range(1, 6))


def test_nobody_is_locked_out_by_a_clock_that_is_set_back(account, clock):
    right, wrong = account
    write(right, rate_limit=12)
    while wrong.cancel("NOWHERE").status_code != 429:  # both workers know that it is spent
        pass
    clock.set(-HOUR)
    deadline = time.monotonic() + TIMEOUT
    while wrong.cancel("NOWHERE").status_code == 429:
        assert time.monotonic() < deadline
        time.sleep(0.2)


# -- Who calls -------------------------------------------------------------------------------------


@pytest.fixture
def signing(account):
    """An account whose marketplace signs its calls."""
    secret = "whsec_" + base64.b64encode(KEY).decode()
    right, _wrong = account
    write(right, authentication="signature", new_signing_secret=secret)
    return account


def kinds(answers):
    return Counter(answer.json()["type"].rpartition(":")[2] for answer in answers)


@BOTH_WAYS
def test_signed_call_is_taken_once(signing, clock, hour):
    right, wrong = signing
    now = int(time.time())
    for second, hosts in enumerate([(right, wrong), (wrong, right)]):
        headers = signed(f"{now - second}")
        answers = []
        for shift in (hour, 0, hour):
            clock.set(shift)
            answers += [send(host, headers) for host in hosts]
        assert kinds(answers) == {"unknown-order": 1, "replayed-call": 5}
        assert answers[0].status_code == 404


@BOTH_WAYS
def test_signed_call_of_another_time_is_refused(signing, clock, hour):
    """It was taken then, and is forgotten by now: so no host may take its own time for that one."""
    headers = signed(f"{int(time.time()) + hour}")
    clock.set(hour)
    assert kinds([send(host, headers) for host in signing]) == {"unauthorized": 2}


def test_host_that_is_ahead_forgets_no_signed_call(signing, clock):
    right, wrong = signing
    headers = signed(f"{int(time.time())}")
    assert kinds([send(right, headers)]) == {"unknown-order": 1}
    clock.set(HOUR)
    (job,) = right.search("ir.cron", [("cron_name", "ilike", "vacuum")], [])
    wrong.server.execute("ir.cron", "method_direct_trigger", [job["id"]])
    clock.set()
    assert kinds([send(right, headers), send(wrong, headers)]) == {"replayed-call": 2}


@pytest.mark.parametrize(("ends", "shift", "status"), [(-HOUR, -DAY, 401), (HOUR, DAY, 404)])
def test_credentials_end_when_they_are_said_to(account, clock, ends, shift, status):
    right, _wrong = account
    right.server.query(
        """
        UPDATE marketplace_account_credential
           SET expires_at = now() AT TIME ZONE 'UTC' + make_interval(secs => %s)
         WHERE account_id = %s
        """,
        ends,
        right.account_id,
    )
    write(right, name="Workers read it anew")
    clock.set(shift)
    assert statuses([host.cancel("NOWHERE") for host in account * 2]) == {status: 4}


# -- Jobs ------------------------------------------------------------------------------------------


@BOTH_WAYS
def test_either_host_cancels_what_is_queued(right, wrong, clock, hour):
    names = [f"QUEUED-{number}-{hour}" for number in range(4)]
    order_ids = right.place(*names)
    right.settle("background")
    for pair, job_host in ((names[:2], wrong), (names[2:], right)):
        assert right.cancel(pair[0]).status_code == 200
        clock.set(hour)
        assert wrong.cancel(pair[1]).status_code == 200
        assert states(right, *pair) == ["queued"] * 2
        run(job_host, "cron_settle_queued_1")
        assert states(right, *pair) == ["cancelled"] * 2
        clock.set()
    assert {order["state"] for order in right.orders(order_ids)} == {"cancel"}


@pytest.mark.parametrize("shift", [-3 * DAY, 3 * DAY], ids=["behind", "ahead"])
def test_nobody_is_kept_from_deciding(right, wrong, clock, shift):
    """The account gives them a day; a host that is three days off knows that as well."""
    write(right, on_picking="ask", decision_hours=24)
    names = [f"DECIDE-{number}-{shift}" for number in range(2)]
    for order_id in right.place(*names):
        pick(right, order_id)
    clock.set(shift)
    for host, name in zip((right, wrong), names, strict=True):
        host.cancel(name)
    for host in (wrong, right):
        run(host, "cron_deadlines")
    assert states(right, *names) == ["evaluating"] * 2
    in_time = right.server.query(
        """
        SELECT decide_before - now() AT TIME ZONE 'UTC' BETWEEN '23 hours' AND '24 hours'
          FROM marketplace_cancellation_receipt WHERE marketplace_order_id = ANY(%s)
        """,
        names,
    )
    assert in_time == [(True,)] * 2
    receipts = [receipt["id"] for receipt in right.receipts(names)]
    wrong.server.execute("marketplace.cancellation.receipt", "action_accept", receipts)


@BOTH_WAYS
def test_marketplace_is_told_without_delay(right, wrong, clock, hour):
    with StubMarketplace() as stub:
        right.connect(stub)
        clock.set(hour)
        for decides, sends in ((right, wrong), (wrong, right)):
            told = len(stub.received)
            order_id = decides.import_order(f"TELL-{told}-{hour}")
            cancel_everywhere(decides.server, [order_id])
            run(sends, "cron_send_calls")
            assert len(stub.received) == told + 1


def test_nothing_is_deleted_too_early(right, wrong, clock):
    right.place("KEEP")
    assert right.cancel("KEEP").status_code == 200
    write(right, retention_days=30)
    clock.set(60 * DAY)
    run(wrong, "cron_delete_expired")
    write(right, retention_days=0)
    assert states(right, "KEEP") == ["cancelled"]
