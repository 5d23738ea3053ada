"""No server of Odoo's shows the token that stands in an address: not the HTTP workers, and not the
process for live connections, which is another HTTP server with a logger of its own."""

import os
import signal
import socket
import time
from contextlib import suppress

import psutil
import pytest
import requests
from odoo_server import TIMEOUT, OdooServer, database_copy

SECRET = "a-very-secret-token"
PATH = "/marketplace/demo/pvt/orders/1/cancel"
ADDRESSES = (
    f"{PATH}?token={SECRET}",
    f"{PATH}?an=x&TOKEN={SECRET}&sc=1",
    f"{PATH}?%74oken={SECRET}",
    f"/Marketplace/Demo/PVT/orders/1/cancel?token={SECRET}",
    f"/marketplace%2Fdemo/pvt/orders/1?token={SECRET}",
    f"//marketplace//demo//pvt//orders/1/cancel?token={SECRET}",
    f"/marketplace/demo?token={SECRET}/pvt/orders/1/cancel",
    f"/marketplace/demo/pvt?token={SECRET}",
    f"/marketplace/demo/hook?token={SECRET}",
    f"/marketplace/demo/pvt/orders/1/changes/c1?token={SECRET}",
    f"/marketplace/demo/api/order-system/orders/1/changes?token={SECRET}",
)


@pytest.fixture(scope="module")
def logging_server():
    with database_copy("token_in_logs") as database, OdooServer(database) as server:
        server._wait_until_it_answers(server.gevent_port)
        for port in (server.port, server.gevent_port):  # the addon is loaded by the first request
            requests.post(f"http://127.0.0.1:{port}{PATH}", timeout=TIMEOUT)
        yield server


def send(port, request):
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(request)
        answer = b""
        while data := connection.recv(4096):
            answer += data
    return answer


def logged(server, since, word, number=1):
    """What the server has logged since a moment, once ``word`` stands in it so often."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        text = "".join(server.log[since:])
        if text.count(word) >= number:
            return text
        assert time.monotonic() < deadline, text
        time.sleep(0.05)


@pytest.mark.parametrize("name", ["port", "gevent_port"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_no_token_in_an_address_is_logged(logging_server, name, method):
    port, since = getattr(logging_server, name), len(logging_server.log)
    for address in ADDRESSES:
        head = f"{method} {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        answer = send(port, f"{head}Content-Length: 0\r\n\r\n".encode())
        assert b" 4" in answer[:12], answer
    text = logged(logging_server, since, "[redacted]", len(ADDRESSES))
    assert SECRET not in text
    # an earlier request to the other server may be logged late
    lines = [line for line in text.splitlines() if "[redacted]" in line]
    assert all((" longpolling: " in line) == (name == "gevent_port") for line in lines), text


@pytest.mark.parametrize("name", ["port", "gevent_port"])
@pytest.mark.parametrize(
    "line",
    [
        f"POST {PATH}?token={SECRET} too many HTTP/1.1",
        f"POST {PATH}?token={SECRET}",
        f"POST {PATH}?token={SECRET} HTTP/9.9",
        f"POST {PATH}?token={SECRET} NONSENSE/1.1",
        f"P\x00ST {PATH}?token={SECRET} HTTP/1.1",
        f"POST {PATH}?token={SECRET}&" + "x" * 70_000 + " HTTP/1.1",
    ],
    ids=["words", "no version", "unknown version", "no HTTP", "NUL", "too long"],
)
def test_requests_that_cannot_be_read(logging_server, name, line):
    port, since = getattr(logging_server, name), len(logging_server.log)
    with suppress(ConnectionError):  # it does not read to the end what it refuses
        send(port, f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    send(port, b"GET /web/health?the-next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert SECRET not in logged(logging_server, since, "the-next")


def test_dump_of_running_requests(logging_server):
    """An operator asks a process what it is at while it waits for the body of a call."""
    since = len(logging_server.log)
    children = psutil.Process(logging_server.process.pid).children(recursive=True)
    (gevent,) = [child.pid for child in children if "gevent" in child.cmdline()]
    head = f"POST {PATH}?token={SECRET} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
    ports = (logging_server.port, logging_server.gevent_port)
    calls = [socket.create_connection(("127.0.0.1", port), TIMEOUT) for port in ports]
    for call in calls:
        call.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode())
    time.sleep(1)
    for pid in (gevent, *(child.pid for child in children if child.pid != gevent)):
        os.kill(pid, signal.SIGQUIT)
    text = logged(logging_server, since, "url:", 1)
    for call in calls:
        call.close()
    assert SECRET not in text
