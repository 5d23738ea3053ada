"""Rejected calls are counted by all workers of all hosts, and cost others nothing."""

import time
from collections import Counter
from itertools import cycle

import pytest
from odoo_server import Marketplace
from signed_calls import statuses, wrong

from odoo import SUPERUSER_ID
from odoo.api import Environment

#: How long a call may take at the most, in seconds, on a machine that is busy with other tests.
LIMIT = 15
COUNT = """
    SELECT reason, remote_address, count(DISTINCT hour), sum(calls)
      FROM marketplace_rejected_call
     WHERE account_id IS NOT DISTINCT FROM %s
     GROUP BY reason, remote_address
"""


@pytest.fixture
def account(server, marketplace, request):
    """An account of the test's own, with credentials and without limits."""
    code = request.node.name.replace("_", "-")[:60].strip("-")
    account_id = server.execute("marketplace.account", "create", {"name": code, "code": code})
    account = marketplace.of_account(account_id, code)
    account.limit(0, 0)
    return account


def counted(account, account_id):
    return {
        (reason, address): int(calls)
        for reason, address, _hours, calls in account.server.query(COUNT, account_id)
    }


def settle(account, reason, callers, calls):
    """Call until each worker has written what it had: a worker that gets many does so seldom."""
    callers = cycle(callers)
    deadline = time.monotonic() + 60
    while counted(account, account.account_id) != {(reason, "127.0.0.1"): calls}:
        assert time.monotonic() < deadline, (counted(account, account.account_id), calls)
        time.sleep(0.3)
        assert wrong(next(callers)).status_code == 401
        calls += 1


def test_calls_of_all_workers_are_one_row_an_hour(account, hosts, at_once):
    callers = [account.at(hosts[number % len(hosts)]) for number in range(8)]
    calls = [lambda caller=caller: wrong(caller) for caller in callers]
    answers = [answer for _round in range(20) for answer in at_once(*calls)]
    assert statuses(answers) == {401: 160}
    settle(account, "unknown_key", callers, 160)
    rows = account.server.query(
        "SELECT hour FROM marketplace_rejected_call WHERE account_id = %s", account.account_id
    )
    assert max(Counter(rows).values()) == 1


def test_it_stays_although_the_calls_own_transaction_is_rolled_back(account):
    values = {"allowed_networks": "192.0.2.7"}
    account.server.execute("marketplace.account", "write", [account.account_id], values)
    assert account.cancel("R-1").status_code == 403
    assert counted(account, account.account_id) == {("address", "127.0.0.1"): 1}
    account.server.execute(
        "marketplace.account", "write", [account.account_id], {"allowed_networks": False}
    )
    assert account.cancel("R-1").status_code == 404
    assert counted(account, account.account_id) == {("address", "127.0.0.1"): 1}


def test_nobody_waits_for_rows_that_somebody_keeps_locked(account):
    assert wrong(account).status_code == 401
    connection = account.server.connect()
    try:
        connection.cursor().execute("LOCK TABLE marketplace_rejected_call")
        begun = time.monotonic()
        assert [wrong(account).status_code for _call in range(10)] == [401] * 10
        assert account.cancel("NOWHERE").status_code == 404
        assert time.monotonic() - begun < LIMIT
    finally:
        connection.close()
    settle(account, "unknown_key", [account], 11)


def test_account_that_is_not_there(account):
    before = counted(account, None).get(("no_account", "127.0.0.1"), 0)
    assert wrong(Marketplace.of_account(account, account.account_id, "nowhere")).status_code == 401
    assert counted(account, None)["no_account", "127.0.0.1"] > before
    assert not counted(account, account.account_id)


def test_however_many_addresses_come_at_once(registry, at_once):
    """Each address is a row of its own for each hour; so many are told apart, and no more."""

    def write(number):
        counts = {
            (None, "path", f"192.0.2.{10 * number + i}"): (1, time.monotonic()) for i in range(10)
        }
        with registry.cursor() as cr:
            rejected = Environment(cr, SUPERUSER_ID, {})["marketplace.rejected.call"]
            for _attempt in range(50):
                try:
                    return rejected._write_down(counts)
                except Exception as error:  # pylint: disable=broad-except
                    if type(error).__name__ not in ("StillLocked", "LockNotAvailable"):
                        raise
        raise AssertionError("it was never written")

    at_once(*(lambda number=number: write(number) for number in range(12)))
    with registry.cursor() as cr:
        cr.execute(
            "SELECT count(*) FILTER (WHERE remote_address <> ''), sum(calls)"
            "  FROM marketplace_rejected_call WHERE reason = 'path'"
        )
        addresses, calls = cr.fetchone()
    assert (addresses, calls) == (20, 120)
