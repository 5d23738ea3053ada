"""A worker killed at each named point of the code, and what is left of what it was at."""

import os
import re
import signal
import subprocess
import sys
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
import requests
from faults import FaultPoints, Witness, check_sound, survived
from hindered_orders import pick, refuse_to_cancel
from odoo_server import OdooServer, database_copy
from selling import cancel_everywhere

from odoo.addons.marketplace_order_cancellation.tests.helpers.stub_marketplace import (
    StubMarketplace,
)
from odoo.addons.marketplace_order_cancellation.tools.fault import POINTS

ADDON = Path(__file__).parents[2]
LONG = bool(os.environ.get("MARKETPLACE_TEST_LONG"))

AT_ONCE = ["answered at once", "answer at once committed"]
ON_RECORD = ["receipt written", "answered at once", "receipt committed"]
CREDENTIAL = ["use of credential written", "use of credential committed"]
ARRIVAL = ["caller known", "request read", "answer ready"]
OUTCOME = ["outcome written", "outcome committed"]
#: The points that a call passes, by what is called for.
CALLS = {
    "order": [*CREDENTIAL, *ARRIVAL, "order cancelled at once", *AT_ONCE],
    "large order": [
        *ON_RECORD,
        "order locked",
        "goods locked",
        "receipt marked",
        "order cancelled",
        *OUTCOME,
    ],
    "order for the background": [*AT_ONCE, "queue woken", "answer ready"],
    "picked order for the background": ["receipt committed", *OUTCOME],
    "repeat": [*AT_ONCE, "answer ready"],
    "unknown order": [*ON_RECORD, "order locked", "verdict applied", *OUTCOME],
    "order that cannot be cancelled": ["failure written", "failure committed"],
}
CASES = [(called, point) for called, points in CALLS.items() for point in points]
JOB = ["job awake", "batch taken", "batch cancelled", "batch written", "batch committed"]
FAILING_JOB = ["half of batch settled", "failure in batch written", "failure in batch committed"]
OUTBOX = ["call claimed", "call sent", "call recorded", "call committed"]
READING = ["reading claimed", "reading settled"]
#: Of a call about a part of an order, and of the job that takes it out.
CHANGE = [
    "caller known",
    "request read",
    "changed order locked",
    "receipt written",
    "receipt committed",
    "change decided",
]
CHANGE_JOB = ["change carried out"]
OTHERS = ["pending receipt taken up", "waiting receipt settled"]


def name_of(*case):
    """A marketplace order ID for this case."""
    return f"{'BAD ' if 'cannot' in case[0] else ''}{' '.join(case)}".replace(" ", "-")


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    return FaultPoints(tmp_path_factory.mktemp("points"))


@pytest.fixture(scope="module")
def server(points):
    with (
        database_copy("kill") as database,
        OdooServer(database, environ=points.environ) as server,
    ):
        refuse_to_cancel(database)
        yield server
        server.kill()  # there is nothing to be graceful about


@pytest.fixture(scope="module")
def seller(server):
    seller = Witness(server)
    names = {called: [name_of(*case) for case in CASES if case[0] == called] for called in CALLS}
    seller.stock_up(*names.pop("large order"), lines=51)
    del names["unknown order"]
    seller.stock_up(*chain.from_iterable(names.values()))
    return seller


@pytest.fixture(autouse=True)
def forget(request):
    if "seller" in request.fixturenames:
        seller = request.getfixturevalue("seller")
        seller.forget()
        seller.settle()


# -- While a call is answered ----------------------------------------------------------------------


@pytest.mark.parametrize(("called", "point"), CASES)
def test_killed_while_a_call_is_answered(seller, points, called, point):
    name = name_of(called, point)
    if called != "unknown order":
        (order_id,) = seller.place(name)
    if called.startswith("picked"):
        pick(seller, order_id)
    if "background" in called:
        seller.settle("background")
    if called == "repeat":
        assert seller.cancel(name).status_code == 200
    if point in CREDENTIAL:
        seller.headers = seller._generate_headers()
    with points.kill_at(point):
        assert seller.cancel(name) is None
    check_sound(seller)


# -- While nobody calls ----------------------------------------------------------------------------


def test_killed_while_it_takes_up_what_another_left(seller, points):
    seller.stock_up("PENDING", lines=51)  # its receipt comes first
    seller.place("PENDING")
    with points.kill_at("receipt committed"):
        assert seller.cancel("PENDING") is None
    with points.kill_at("pending receipt taken up"):
        assert survived(seller.run_job) is None
    assert [receipt["state"] for receipt in seller.receipts(["PENDING"])] == ["received"]
    check_sound(seller)


def test_killed_while_an_order_is_imported_whose_cancellation_came_before(seller, points):
    assert seller.cancel("EARLY").status_code == 404
    with points.kill_at("waiting receipt settled"):
        assert survived(partial(seller.import_order, "EARLY", state="sale")) is None
    assert not seller.search("sale.order", [("marketplace_order_id", "=", "EARLY")], [])
    order_id = seller.import_order("EARLY", state="sale")
    check_sound(seller)
    assert [order["state"] for order in seller.orders([order_id])] == ["cancel"]


@pytest.mark.parametrize("point", JOB + FAILING_JOB)
def test_killed_while_a_job_cancels(seller, points, point):
    prefix = point.replace(" ", "-")
    names = [f"{prefix}-{number}" for number in range(4)]
    if point in FAILING_JOB:
        names[2] = f"BAD-{prefix}"
    seller.place(*names)
    seller.settle("background")
    for name in names:
        assert seller.cancel(name).status_code == 200
    with points.kill_at(point):
        assert survived(run_queue, seller) is None
    check_sound(seller)


def run_queue(seller):
    return seller.server.execute("ir.cron", "method_direct_trigger", [seller.queue_id])


@pytest.mark.parametrize("point", OUTBOX)
def test_killed_while_it_calls_the_marketplace(seller, points, point):
    name = f"OUT-{point}".replace(" ", "-")
    send = seller.server.ref("marketplace_order_cancellation.cron_send_calls")
    with StubMarketplace() as stub:
        seller.connect(stub)
        order_id = seller.import_order(name)
        cancel_everywhere(seller.server, [order_id])
        with points.kill_at(point):
            trigger = partial(seller.server.execute, "ir.cron", "method_direct_trigger", [send])
            assert survived(trigger) is None
        was_sent = len(stub.received)
        assert was_sent == (point != "call claimed")
        trigger()
        calls = seller.search(
            "marketplace.outbound.call", [("marketplace_order_id", "=", name)], ["state"]
        )
        assert [call["state"] for call in calls] == ["sent"]
        assert len(stub.received) - was_sent == (point != "call committed")
        assert {call.path for call in stub.received} == {f"/api/oms/pvt/orders/{name}/cancel"}


@pytest.mark.parametrize("point", READING)
def test_killed_while_it_reads_what_the_hook_told(seller, points, point):
    name = f"READ-{point}".replace(" ", "-")
    account = partial(seller.server.execute, "marketplace.account", "write", [seller.account_id])
    read = seller.server.ref("marketplace_order_cancellation.cron_read_orders")
    document = {"orderId": name, "status": "canceled", "cancellationData": {"reason": "Late"}}
    with StubMarketplace() as stub:
        seller.connect(stub)
        account({"arrival_way": "both"})
        order_id = seller.import_order(name)
        stub.answers.extend([(200, document, {})] * 3)  # the first one shows that it may be read
        told = {"OrderId": name, "State": "canceled"}
        hook = f"{seller.server.url}/marketplace/demo/hook"
        assert requests.post(hook, json=told, headers=seller.headers, timeout=60).status_code == 200
        trigger = partial(seller.server.execute, "ir.cron", "method_direct_trigger", [read])
        with points.kill_at(point):
            assert survived(trigger) is None
        # Nobody else takes it for a minute, as its reader might live.
        seller.server.query("UPDATE marketplace_order_reading SET due_at = '2020-01-01'")
        trigger()
        account({"arrival_way": "call"})
    assert [order["state"] for order in seller.orders([order_id])] == ["cancel"]
    assert [receipt["state"] for receipt in seller.receipts([name])] == ["cancelled"]
    assert not seller.search("marketplace.order.reading", [], [])
    assert {call.method for call in stub.received} == {"GET"}  # told nothing


@pytest.mark.parametrize("point", CHANGE + CHANGE_JOB)
def test_killed_while_a_part_is_taken_out(seller, points, point):
    name = f"PART-{point}".replace(" ", "-")
    execute = seller.server.execute
    execute("product.product", "write", [seller.product_id], {"default_code": "KILLED"})
    job = seller.server.ref("marketplace_order_cancellation.cron_settle_changes")
    trigger = partial(execute, "ir.cron", "method_direct_trigger", [job])
    url = f"{seller.server.url}/marketplace/demo/pvt/orders/{name}/changes/C-{name}"
    taken = {"reason": "Late", "remove": {"items": [{"id": "KILLED", "quantity": 1}]}}
    body = {**taken, "agreementType": "Confirmation"}
    ask = partial(requests.patch, url, json=body, headers=seller.headers, timeout=60)
    with StubMarketplace() as stub:
        seller.connect(stub)
        line = {"product_id": seller.product_id, "product_uom_qty": 3}
        order_id = seller.import_order(name, order_line=[(0, 0, line)])
        seller.confirm([order_id])
        if point in CHANGE_JOB:
            assert ask().status_code == 202
        with points.kill_at(point):
            assert survived(trigger if point in CHANGE_JOB else ask) is None
        assert ask().status_code == 202
        trigger()
    lines = seller.search("sale.order.line", [("order_id", "=", order_id)], ["product_uom_qty"])
    assert [line["product_uom_qty"] for line in lines] == [2]
    moves = seller.search(
        "stock.move", [("sale_line_id", "=", lines[0]["id"])], ["product_uom_qty"]
    )
    assert [move["product_uom_qty"] for move in moves] == [2]
    assert [receipt["state"] for receipt in seller.receipts([name])] == ["part_cancelled"]


# -- The points themselves -------------------------------------------------------------------------


def test_every_point_of_the_code_is_in_the_list_and_has_been_reached():
    in_code = []
    for path in ADDON.rglob("*.py"):
        if path.relative_to(ADDON).parts[0] not in (".dev", "tests", "bench", "devtools"):
            in_code += re.findall(r'\bfault\.point\("(.*)"\)', path.read_text())
    assert set(in_code) == set(POINTS)  # a call of whichever kind passes the first ones
    assert len(POINTS) == len(set(POINTS))
    in_tests = {
        *chain.from_iterable(CALLS.values()),
        *JOB,
        *FAILING_JOB,
        *OUTBOX,
        *READING,
        *CHANGE,
        *CHANGE_JOB,
        *OTHERS,
    }
    assert in_tests == set(POINTS)


PASS_ONE = """
import os, sys
sys.path.insert(0, {addon!r})
import fault
os.environ["MARKETPLACE_FAULT_POINTS"] = {folder!r}  # too late: the process has started
fault.point("receipt committed")
"""


@pytest.mark.parametrize("is_on", [False, True])
def test_points_are_turned_on_by_the_environment_that_a_process_starts_with(tmp_path, is_on):
    (tmp_path / "receipt committed.1").touch()
    environ = {**os.environ, **(FaultPoints(tmp_path).environ if is_on else {})}
    code = PASS_ONE.format(addon=str(ADDON / "tools"), folder=str(tmp_path))
    ended = subprocess.run([sys.executable, "-c", code], env=environ, check=False)
    assert ended.returncode == (-signal.SIGKILL if is_on else 0)
    assert (tmp_path / "receipt committed.1").exists() != is_on
