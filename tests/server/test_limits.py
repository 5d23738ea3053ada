"""Limits, and calls that are taken once, hold for all workers and hosts together."""

import base64
import time

import pytest
import requests
from odoo_server import TIMEOUT
from signed_calls import KEY, send, signed, statuses, wrong


@pytest.fixture
def limited(server, marketplace, request):
    """An account for the test; other tests are not limited."""
    code = request.node.name.replace("_", "-")[:60].strip("-")
    account_id = server.execute("marketplace.account", "create", {"name": code, "code": code})
    yield marketplace.of_account(account_id, code)
    marketplace.limit(0, 0)


def on_all(hosts, marketplace):
    """The same marketplace, eight times: it calls each host in turn."""
    return [marketplace.at(hosts[number % len(hosts)]) for number in range(8)]


def test_account_has_one_limit_on_all_hosts(limited, hosts, at_once):
    limited.limit(12, 0)
    callers = enumerate(on_all(hosts, limited))
    calls = [lambda n=n, caller=caller: caller.cancel(f"NOWHERE-{n}") for n, caller in callers]
    answers = [answer for _round in range(3) for answer in at_once(*calls)]
    # Each call moves the limit on by five seconds; what goes by meanwhile lets some more in.
    assert set(statuses(answers)) == {404, 429}
    assert 12 <= statuses(answers)[404] <= 14
    waits = {int(answer.headers["Retry-After"]) for answer in answers if answer.status_code == 429}
    assert waits <= set(range(1, 6))
    deliveries = "SELECT count(*) FROM marketplace_cancellation_delivery"
    before = limited.server.query(deliveries)
    assert 429 in statuses(at_once(*calls))  # still
    after = limited.server.query(deliveries)
    assert after[0][0] - before[0][0] < len(calls)  # who is refused leaves nothing


def test_source_has_one_limit_on_all_hosts(limited, hosts, at_once):
    limited.limit(0, 6)
    calls = [lambda caller=caller: wrong(caller) for caller in on_all(hosts, limited)]
    answers = [answer for _round in range(2) for answer in at_once(*calls)]
    assert set(statuses(answers)) == {401, 429}
    assert 6 <= statuses(answers)[401] <= 7
    for host in hosts:
        nowhere = f"{host.url}/marketplace/nowhere/pvt/orders/1/cancel"
        assert requests.post(nowhere, timeout=TIMEOUT).status_code == 429
    # Callers with the right credentials are not locked out by others behind the same address.
    assert limited.cancel("NOWHERE-9").status_code == 404


def test_addresses_of_sources_are_not_kept(limited):
    limited.limit(0, 6)
    wrong(limited)
    keys = [key for (key,) in limited.server.query("SELECT key FROM marketplace_call_rate")]
    assert any(key.startswith("source ") for key in keys)
    assert "127.0.0.1" not in str(keys)


def test_signed_call_is_taken_by_one_host(limited, hosts, at_once):
    secret = "whsec_" + base64.b64encode(KEY).decode()
    values = {"authentication": "signature", "new_signing_secret": secret}
    limited.server.execute("marketplace.account", "write", [limited.account_id], values)
    now = int(time.time())
    for second in range(4):
        headers = signed(f"{now - second}")
        callers = on_all(hosts, limited)
        calls = [lambda caller=caller, headers=headers: send(caller, headers) for caller in callers]
        answers = at_once(*calls)
        assert statuses(answers) == {404: 1, 401: 7}
        kinds = {answer.json()["type"].rpartition(":")[2] for answer in answers}
        assert kinds == {"unknown-order", "replayed-call"}
    (receipt,) = limited.receipts(["SIGNED-1"])
    assert receipt["delivery_count"] == 4
