"""Whatever is sent to the endpoint, each answer is one of the document's: no failure, no page.

Left out are addresses that leave ``pvt``, ``api`` and ``hook`` below ``/marketplace/CODE``, where
Odoo has pages of its own, and hosts that Odoo fails to parse before it asks any addon (the last
test).
"""

import json
import time
from urllib.parse import quote

import pytest
from odoo_server import Marketplace, OdooServer, database_copy

pytest.importorskip("hypothesis", reason="a tool of these tests")

import fuzz_strategies as strategies
from fuzz_bodies import NEAR_SENTINEL
from fuzz_headers import HOST, JSON_TYPE, RIGHT
from fuzz_strategies import length
from fuzz_target import Target
from fuzz_wire import TOKEN, Call, parse, send
from hypothesis import HealthCheck, Phase, given, note, seed, settings

from odoo.addons.marketplace_order_cancellation.tests.helpers.random_examples import LONG

#: Inputs of each of the seven kinds, of all together more than 20,000 and 500.
INPUTS = 4200 if LONG else 150

#: Statuses that each kind brings about, so that none tests one way to be refused and no more.
KINDS = {
    "any_body": {200, 400, 409, 413},
    "any_header": {200, 401, 415},
    "any_address": {200, 400, 401, 404, 405},
    "any_framing": {200, 400, 401, "400 by the HTTP server"},
    "anything": {400, 401, 404, 405},
    "any_change": {202, 400, 401, 404, 405, 409},
    "any_hook": {200, 400, 401, 405},
}


@pytest.fixture(scope="module")
def target():
    # Behind a proxy, as in production: what X-Forwarded-… say counts.
    with (
        database_copy("fuzz") as database,
        OdooServer(database, options=["--proxy-mode"]) as server,
    ):
        yield Target(server, Marketplace(server))


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_in_the_document(target, kind, request, capsys):
    started = time.monotonic()

    def call_and_check(call):
        try:
            target.call(kind, call)
        except AssertionError:
            note(call.of(target.key, target.token).as_command(target.server.port))
            raise

    run = settings(
        max_examples=INPUTS,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )(given(getattr(strategies, kind))(call_and_check))
    (run if LONG else seed(19)(run))()

    statuses = dict(sorted(target.statuses[kind].items(), key=str))
    duration = time.monotonic() - started
    with capsys.disabled():
        request.config.get_terminal_writer().line(
            f"\n{kind}: {target.sent[kind]} inputs in {duration:.0f} s: {statuses}"
        )
    assert target.sent[kind] >= INPUTS
    assert KINDS[kind] <= set(statuses)
    target.check_data()
    target.check_no_secret()
    target.check_no_failure()


def test_near_misses_of_an_order_leave_it_alone(target):
    for name in NEAR_SENTINEL:
        body = json.dumps({"marketplaceOrderId": name}).encode()
        for order_id in ("any", quote(name, safe="")):
            path = f"/marketplace/fuzz/pvt/orders/{order_id}/cancel".encode()
            lines = (HOST, *RIGHT, JSON_TYPE, length(body))
            target.call("near misses", Call(path, lines, body))
    assert set(target.statuses["near misses"]) == {400, 404}
    target.check_data()


VALID = b'{"marketplaceOrderId": "FUZZ-1"}'


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"Host: ["],
        [b"Host: a:b"],
        [b"Host: xn--"],
        [HOST, b"X-Forwarded-Host: ["],
        [HOST, b"X-Odoo-Database: nowhere"],
    ],
)
def test_what_odoo_refuses_before_it_finds_a_route_gets_no_page(target, lines):
    """Odoo parses the host, and chooses a database, before it looks at the address. A call that
    reaches no database is answered 503, as it may be that PostgreSQL is down."""
    body = b'{"marketplaceOrderId": "SENTINEL-1"}'
    path = b"/marketplace/fuzz/pvt/orders/1/cancel?token=" + TOKEN
    call = Call(path, (*lines, *RIGHT, JSON_TYPE, length(body)), body).of(target.key, target.token)

    received = send(target.server.port, call)

    answer = parse(received)
    assert answer.status in (404, 503)
    assert b"application/problem+json" in received.partition(b"\r\n\r\n")[0]
    assert target.token not in received
    assert b"Traceback" not in received
    target.call("afterwards", Call(path, (HOST, *RIGHT, JSON_TYPE, length(VALID)), VALID))
    target.check_data()
    target.check_no_secret()
