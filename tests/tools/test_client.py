"""Sending one call over real sockets: what peers can do to the one who calls them."""

import socket

import pytest

from ...tools.outbound import client
from ...tools.outbound.call import Call
from ..helpers.client import CREDENTIALS, OWN
from ..helpers.peers import certificate_for, peer, peer_with_certificate
from ..helpers.stub_marketplace import StubMarketplace


@pytest.fixture
def marketplace():
    with StubMarketplace() as stub:
        yield stub


def send(url, body=None, method="POST"):
    return client.send(Call(method, url, body), CREDENTIALS, OWN)


def test_what_is_sent(marketplace):
    reply = send(f"{marketplace.url}/x?an=lux", {"reason": "Ça va"})
    assert reply.status == 200
    (received,) = marketplace.received
    assert (received.method, received.path, received.body) == (
        "POST",
        "/x?an=lux",
        {"reason": "Ça va"},
    )
    assert received.headers["X-VTEX-API-AppKey"] == "a-key"
    assert received.headers["X-VTEX-API-AppToken"] == "a-t0ken"
    assert received.headers["User-Agent"] == client.USER_AGENT
    assert received.headers["Content-Type"] == "application/json"
    assert "Authorization" not in received.headers


def test_passwords_of_the_machine_are_not_sent(marketplace, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login root password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    send(f"{marketplace.url}/x")
    assert "Authorization" not in marketplace.received[0].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(marketplace, status):
    with StubMarketplace() as elsewhere:
        marketplace.answers.append((status, {}, {"Location": f"{elsewhere.url}/stolen"}))
        assert send(f"{marketplace.url}/x").status == status
        assert not elsewhere.received


def test_connection_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert unreachable(f"http://127.0.0.1:{port}/") == "refused"


def test_unknown_host():
    assert unreachable("https://nowhere.invalid/") == "name"


def test_connection_broken_off(marketplace):
    marketplace.answers.append(None)
    assert unreachable(f"{marketplace.url}/x") == "broken"


def test_answer_that_is_no_http():
    with peer(b"220 mail.example ESMTP\r\n") as url:
        assert unreachable(url) == "broken"


def test_answer_that_ends_early():
    with peer(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as url:
        assert unreachable(url) in ("broken", "timeout")


def test_no_answer_in_time(monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", 0.2)
    with peer(b"", pause=30) as url:
        assert unreachable(url) == "timeout"


def test_answer_that_trickles_in_for_ever(monkeypatch):
    monkeypatch.setattr(client, "DEADLINE", 0.3)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with peer(head, *[b"x"] * 1000, pause=0.01) as url:
        assert unreachable(url) == "timeout"


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nX-Slow: ", *[b"x"] * 1000],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 1000,
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"0"] * 1000],
    ],
    ids=["header", "continue", "chunk"],
)
def test_anything_else_that_trickles_in_for_ever(monkeypatch, pieces):
    monkeypatch.setattr(client, "DEADLINE", 0.3)
    with peer(*pieces, pause=0.01) as url:
        assert unreachable(url) == "timeout"


def test_answer_without_end_is_cut_off():
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    with peer(head, *[b"x" * 65536] * 1000) as url:
        reply = send(url)
    assert (reply.status, len(reply.text)) == (200, client.MAX_ANSWER)


def test_answer_of_any_bytes():
    with peer(b"HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\n\xff\0x") as url:
        assert send(url).text == "\N{REPLACEMENT CHARACTER}x"


def test_certificate_of_nobody(tmp_path):
    """A certificate that no authority has signed is no certificate."""
    with peer_with_certificate(certificate_for("localhost", tmp_path)) as port:
        assert unreachable(f"https://localhost:{port}/") == "tls"


def unreachable(url):
    """Why there is no answer from ``url``."""
    with pytest.raises(client.Unreachable) as caught:
        send(url, {"reason": "x"})
    assert "a-t0ken" not in f"{caught.value!r}{caught.value.__cause__}"
    return caught.value.reason
