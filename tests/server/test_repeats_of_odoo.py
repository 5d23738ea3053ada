"""Requests that Odoo itself repeats, and those that find no free connection: with transactions and
connections of their own, as in a server."""

import json

import pytest
from werkzeug.test import Client

import odoo.http
import odoo.sql_db
from odoo.addons.marketplace_order_cancellation.tests.helpers.signing import SECRET, signed_headers
from odoo.api import SUPERUSER_ID, Environment

CODE = "in-process"
ORDER = "REPEATED-1"
BODY = json.dumps({"marketplaceOrderId": ORDER})


@pytest.fixture(scope="module")
def account(registry):
    """The code of an account whose calls are signed."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        values = {"name": CODE, "code": CODE, "authentication": "signature"}
        env["marketplace.account"].create({**values, "new_signing_secret": SECRET})
    return CODE


@pytest.fixture
def call(account, registry, monkeypatch):
    """A function that calls the endpoint in this process, with a call signed at a time."""
    monkeypatch.setattr(odoo.http, "db_filter", lambda databases, host=None: list(databases))
    client = Client(odoo.http.root)

    def call(message_id, headers=None):
        return client.post(
            f"/marketplace/{account}/pvt/orders/{ORDER}/cancel",
            data=BODY,
            headers={
                "X-Odoo-Database": registry.db_name,
                "Content-Type": "application/json",
                **(headers or signed_headers(BODY, message_id=message_id)),
            },
        )

    return call


@pytest.fixture
def runs(registry, monkeypatch):
    """What is answered, of which the first two runs fail to serialize; how often it was tried."""
    service = registry["marketplace.cancellation.service"]
    answer, tried = service._answer, []

    def failing(self, *arguments):
        tried.append(arguments)
        if len(tried) <= 2:
            self.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
        return answer(self, *arguments)

    monkeypatch.setattr(service, "_answer", failing)
    return tried


def kind(response):
    return response.get_json()["type"].rpartition(":")[2]


def test_odoos_repeat_of_a_signed_call_is_no_replay(call, runs):
    headers = signed_headers(BODY, message_id="msg-repeat")
    first = call(None, headers)
    assert (first.status_code, kind(first), len(runs)) == (404, "unknown-order", 3)
    replay = call(None, headers)
    assert (replay.status_code, kind(replay), len(runs)) == (401, "replayed-call", 3)


def test_caller_cannot_say_that_it_is_a_repeat(call):
    headers = signed_headers(BODY, message_id="msg-caller")
    assert call(None, headers).status_code == 404
    for name in ("marketplace.signed_call", "Marketplace-Signed-Call"):
        assert kind(call(None, {**headers, name: "1"})) == "replayed-call"


@pytest.fixture
def free_connections(monkeypatch):
    """A function that lets only so many more connections be had."""
    pool = odoo.sql_db._Pool

    def let(number):
        for connection in pool._connections:
            if not connection._pool_in_use:
                connection.close()
        in_use = sum(connection._pool_in_use for connection in pool._connections)
        monkeypatch.setattr(pool, "_maxconn", in_use + number)

    return let


def assert_repeatable(response):
    assert (response.status_code, kind(response)) == (503, "unavailable")
    assert response.headers["Retry-After"] == "5"


def test_no_free_connection(call, free_connections):
    """The call has one connection, and wants another to note that it was taken."""
    free_connections(1)
    assert_repeatable(call("msg-full"))
    free_connections(3)
    assert call("msg-free").status_code == 404


def test_no_free_connection_before_a_route_is_found(call, free_connections):
    free_connections(0)
    assert_repeatable(call("msg-full-2"))
    free_connections(3)
    assert call("msg-free-2").status_code == 404
