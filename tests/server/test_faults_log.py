"""A full disk under the log of the server: it cannot be written, and calls are answered as ever.

Either the disk is full from the beginning: /dev/full is, for root as for everybody. Or it gets full
while the server runs, and what Python says of that on stderr, which is the same file, is lost too:
no process may let a file grow any more that is as large as this one.
"""

import resource
from contextlib import contextmanager

import psutil
import pytest
import requests
from faults import Witness, check_sound, reading
from hindered_orders import refuse_to_cancel
from odoo_server import TIMEOUT, OdooServer, database_copy
from signed_calls import wrong

#: How large the log is already, in bytes: all other files that a server writes are smaller.
FULL = 2**20
#: Orders for the background.
NAMES = [*(f"FULL-JOB-{number}" for number in range(4)), "BAD-FULL-JOB"]


@contextmanager
def full_from_the_beginning(database, _folder):
    with OdooServer(database, options=["--logfile=/dev/full"]) as server:
        yield server
        complaints = "".join(server.log)
        assert "--- Logging error ---" in complaints
        assert "No space left on device" in complaints


@contextmanager
def full_in_the_middle(database, folder):
    path = folder / "odoo.log"
    path.write_bytes(bytes(FULL))
    with (
        path.open("a") as file,
        OdooServer(database, options=[f"--logfile={path}"], stderr=file) as server,
    ):
        leader = psutil.Process(server.process.pid)
        for process in (leader, *leader.children(recursive=True)):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL, FULL))
        size = path.stat().st_size
        assert size > FULL  # it was written until now
        yield server
        assert path.stat().st_size == size


@pytest.fixture(scope="module", params=[full_from_the_beginning, full_in_the_middle])
def server(request, tmp_path_factory):
    with (
        database_copy("full") as database,
        request.param(database, tmp_path_factory.mktemp("log")) as server,
    ):
        refuse_to_cancel(database)
        yield server


@pytest.fixture(scope="module")
def of_all_tests(server):
    seller = Witness(server)
    seller.stock_up("FULL-1", "FULL-2", *NAMES, "BAD-FULL", "FULL-CHAIN")
    return seller


@pytest.fixture
def seller(of_all_tests):
    of_all_tests.forget()
    of_all_tests.settle()
    return of_all_tests


def kind_of(answer):
    """The status of an answer, and the kind of problem that it tells of, if it does."""
    return answer.status_code, answer.json().get("type", "").rpartition(":")[2]


def test_before_the_answer(seller):
    order_ids = seller.place("FULL-1", "FULL-2")
    for name in ("FULL-1", "FULL-2"):
        first = seller.cancel(name)
        assert kind_of(first) == (200, "")
        assert seller.cancel(name).content == first.content
    assert {order["state"] for order in seller.orders(order_ids)} == {"cancel"}
    check_sound(seller)


def test_in_the_background(seller):
    order_ids = seller.place(*NAMES)
    seller.settle("background")
    first = [seller.cancel(name) for name in NAMES]
    assert {kind_of(answer) for answer in first} == {(200, "")}
    check_sound(seller)  # runs the job, one of whose orders fails, which it logs
    assert [order["state"] for order in seller.orders(order_ids)].count("cancel") == 4
    states = {receipt["state"] for receipt in seller.receipts(["BAD-FULL-JOB"])}
    assert states == {"failed"}


def test_what_is_refused(seller):
    assert kind_of(seller.cancel("NOWHERE")) == (404, "unknown-order")
    assert kind_of(wrong(seller)) == (401, "unauthorized")
    address = f"{seller.server.url}/marketplace/{seller.code}/pvt/orders/1/cancel"
    broken = requests.post(address, data="{", headers=seller.headers, timeout=TIMEOUT)
    assert kind_of(broken) == (400, "not-json")
    elsewhere = requests.get(address, headers=seller.headers, timeout=TIMEOUT)
    assert kind_of(elsewhere) == (405, "method-not-allowed")
    check_sound(seller)


def test_order_that_cannot_be_cancelled_fails_and_stays_open(seller):
    (order_id,) = seller.place("BAD-FULL")
    for _call in range(2):
        assert kind_of(seller.cancel("BAD-FULL")) == (500, "cancellation-failed")
    assert [order["state"] for order in seller.orders([order_id])] == ["sale"]
    assert [receipt["state"] for receipt in seller.receipts(["BAD-FULL"])] == ["failed"]
    check_sound(seller)


def test_log_of_the_account_is_chained(seller):
    seller.place("FULL-CHAIN")
    assert seller.cancel("FULL-CHAIN").status_code == 200
    chain = seller.server.ref("marketplace_order_cancellation.cron_chain_log")
    seller.server.execute("ir.cron", "method_direct_trigger", [chain])
    with reading(seller.server) as cr:
        cr.execute(
            "SELECT count(*), count(number), max(number) FROM marketplace_log_entry"
            " WHERE account_id = %s",
            [seller.account_id],
        )
        (entries, chained, last) = cr.fetchone()
    assert entries == chained == last > 0
    check_sound(seller)
