"""Clients that hang up, that send slowly, and that repeat themselves, many at once."""

import json
import os
import random
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit

import pytest
from faults import Witness, check_sound
from odoo_server import TIMEOUT, OdooServer, at_once, database_copy

LONG = bool(os.environ.get("MARKETPLACE_TEST_LONG"))
CLIENTS = 200
REPEATED, REPEATS = (50 if LONG else 10), 10


@pytest.fixture(scope="module")
def server():
    with database_copy("clients") as database, OdooServer(database) as server:
        yield server


@pytest.fixture(autouse=True)
def small_threads():
    """Room for a thread for each client: Odoo bounds the memory of this process."""
    usual = threading.stack_size(512 * 1024)
    yield
    threading.stack_size(usual)


@pytest.fixture
def seller(server):
    return Witness(server)


def request_of(seller, name):
    """The bytes of a call, head and body."""
    body = json.dumps({"marketplaceOrderId": name})
    headers = {
        "Host": urlsplit(seller.server.url).netloc,
        "Content-Length": len(body),
        "Connection": "close",
        **seller.headers,
    }
    lines = [f"POST /marketplace/{seller.code}/pvt/orders/{name}/cancel HTTP/1.1"]
    lines += [f"{header}: {value}" for header, value in headers.items()]
    return "\r\n".join([*lines, "", body]).encode()


def connect(seller):
    address = urlsplit(seller.server.url)
    return socket.create_connection((address.hostname, address.port), timeout=TIMEOUT)


def hang_up(seller, name, missing):
    """Send a call but for so many of its last bytes, and leave without waiting for an answer."""
    seller.asked[name] += 1
    request = request_of(seller, name)
    with connect(seller) as connection:
        connection.sendall(request[: len(request) - missing])


def insist(seller, name):
    """Call until there is an answer: of so many at once, the server's machine refuses some."""
    for _attempt in range(20):
        response = seller.cancel(name)
        if response is not None:
            return response
    raise AssertionError("never answered")


@pytest.mark.parametrize("when", ["immediate", "background"])
def test_many_at_once_of_which_half_hang_up(seller, when):
    names = [f"{when}-{number}" for number in range(CLIENTS)]
    seller.place(*names)
    seller.settle(when, background_after=20)
    patient, hasty, interrupted = names[::2], names[1::4], names[3::4]
    responses = at_once(
        *[partial(insist, seller, name) for name in patient],
        *[partial(hang_up, seller, name, missing=0) for name in hasty],
        *[partial(hang_up, seller, name, missing=8) for name in interrupted],
    )[: len(patient)]
    assert [response.status_code for response in responses] == [200] * len(patient)
    # Some of what was left behind may be read later still: then it is a repeat.
    for name in hasty + interrupted:
        assert seller.cancel(name).status_code == 200
    check_sound(seller)


def test_slow_sender_keeps_nobody_from_being_answered(seller):
    seller.place("SLOW", "QUICK-1", "QUICK-2", "QUICK-3")
    seller.settle()
    request = request_of(seller, "SLOW")
    seller.asked["SLOW"] += 1
    with connect(seller) as connection:
        connection.sendall(request[:-12])
        for number, byte in enumerate(request[-12:], 1):  # one after each answer of another's
            assert seller.cancel(f"QUICK-{1 + number % 3}").status_code == 200
            connection.sendall(bytes([byte]))
        answer = connection.makefile("rb").read()
    assert b" 200 " in answer.split(b"\r\n")[0]
    check_sound(seller)
    assert [receipt["state"] for receipt in seller.receipts(["SLOW"])] == ["cancelled"]


def test_sender_that_stops_half_way_is_no_call(seller):
    seller.place("HALF")
    seller.settle()
    with connect(seller) as connection:
        connection.sendall(request_of(seller, "HALF")[:-1])
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
    assert b" 400 " in answer.split(b"\r\n")[0]
    assert b"<html" not in answer.lower()
    assert seller.receipts(["HALF"]) == []
    check_sound(seller)


@pytest.mark.parametrize("when", ["immediate", "background"])
def test_every_call_ten_times_in_random_order(seller, when):
    names = [f"REPEATED-{when}-{number}" for number in range(REPEATED)]
    seller.place(*names)
    seller.settle(when)
    calls = names * REPEATS
    random.Random(19).shuffle(calls)
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(seller.cancel, calls))
    assert [response.status_code for response in responses] == [200] * len(calls)
    receipts = seller.receipts(names)
    assert [receipt["delivery_count"] for receipt in receipts] == [REPEATS] * len(names)
    check_sound(seller)
