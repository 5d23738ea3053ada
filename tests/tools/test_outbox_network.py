"""Whom the server calls, over real sockets: nobody beside it, whatever an address looks like."""

import os
import socket
import ssl
import time
from contextlib import ExitStack, contextmanager

import pytest

from ...tools.network import networks
from ...tools.outbound import client
from ...tools.outbound.call import Call
from ..helpers.client import CREDENTIALS, OWN
from ..helpers.peers import certificate_for, peer_with_certificate
from ..helpers.stub_marketplace import StubMarketplace


@pytest.fixture
def marketplace():
    with StubMarketplace() as stub:
        yield stub


@pytest.fixture
def names(monkeypatch):
    """What a name server says: for each host what it answers next, the last one for ever."""
    known, asked, ask = {}, [], socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if host not in known:
            return ask(host, port, *args, **kwargs)
        asked.append(host)
        addresses = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [
            found for address in addresses for found in ask(address, port, type=socket.SOCK_STREAM)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    known["asked"] = asked
    return known


def send(url, allowed=()):
    return client.send(Call("POST", url, {"reason": "x"}), CREDENTIALS, allowed)


def refused(url, allowed=()):
    """Why there is no answer from ``url``."""
    with pytest.raises(client.Unreachable) as caught:
        send(url, allowed)
    return caught.value.reason


THIS_MACHINE = "127.0.0.1 localhost 127.1 2130706433 0x7f000001 [::ffff:127.0.0.1] 0.0.0.0"


@pytest.mark.parametrize("host", THIS_MACHINE.split())
def test_this_machine_is_not_called_however_it_is_written(marketplace, host):
    port = marketplace.url.rsplit(":", 1)[1]
    assert refused(f"http://{host}:{port}/x") == "forbidden"
    assert not marketplace.received


def test_closed_port_is_as_forbidden_as_an_open_one():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/") == "forbidden"


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "224.0.0.1", "[fe80::1]", "[fd00::1]", "[::]"]
)
def test_neighbours_are_not_called(address):
    assert refused(f"https://{address}/") == "forbidden"


def test_name_that_leads_to_this_machine(marketplace, names):
    names["inside.example"] = [["127.0.0.1"]]
    port = marketplace.url.rsplit(":", 1)[1]
    assert refused(f"http://inside.example:{port}/x") == "forbidden"
    assert send(f"http://inside.example:{port}/x", OWN).status == 200


def test_name_of_which_one_address_is_within(names):
    names["mixed.example"] = [["192.0.43.7", "10.0.0.1"]]
    assert refused("https://mixed.example/") == "forbidden"


def test_name_is_asked_for_once_and_what_was_checked_is_called(marketplace, names):
    """Asked again, it would be another one: DNS rebinding."""
    port = marketplace.url.rsplit(":", 1)[1]
    names["rebound.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    assert send(f"http://rebound.example:{port}/x", networks("127.0.0.1")).status == 200
    assert names["asked"] == ["rebound.example"]
    assert marketplace.received[0].headers["Host"] == f"rebound.example:{port}"


def test_next_address_is_tried_if_nobody_is_at_the_first(marketplace, names):
    port = marketplace.url.rsplit(":", 1)[1]
    names["two.example"] = [["127.0.0.9", "127.0.0.1"]]
    assert send(f"http://two.example:{port}/x", OWN).status == 200
    names["none.example"] = [["127.0.0.9", "127.0.0.8"]]
    assert refused(f"http://none.example:{port}/x", OWN) == "refused"


def test_many_addresses_take_no_longer_than_one(names, monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", 0.2)
    monkeypatch.setattr(client, "DEADLINE", 0.5)
    names["many.example"] = [[f"127.0.0.{number}" for number in range(1, 250)]]
    begun = time.monotonic()
    with nobody_accepts() as port:
        assert refused(f"http://many.example:{port}", OWN) == "timeout"
    assert time.monotonic() - begun < 10  # and not 50


@contextmanager
def nobody_accepts():
    """A port at which connections are not answered: its queue is full."""
    with socket.create_server(("0.0.0.0", 0), backlog=0) as listener, ExitStack() as waiting:
        port = listener.getsockname()[1]
        for _number in range(3):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        yield port


def test_only_what_is_allowed_is(marketplace):
    assert send(f"{marketplace.url}/x", networks("127.0.0.1")).status == 200
    assert refused(f"{marketplace.url}/x", networks("127.0.0.2/31, ::1")) == "forbidden"


def test_redirect_to_this_machine_is_not_followed(marketplace):
    with StubMarketplace() as inside:
        marketplace.answers.append((302, {}, {"Location": f"{inside.url}/x"}))
        assert send(f"{marketplace.url}/x", OWN).status == 302
        assert not inside.received


def test_certificate_is_for_the_name_and_not_for_the_address(tmp_path, monkeypatch):
    file = certificate_for("localhost", tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    with peer_with_certificate(file) as port:
        assert send(f"https://localhost:{port}/", OWN).status == 200
        assert refused(f"https://127.0.0.1:{port}/", OWN) == "tls"


def test_proxy_is_called_but_not_for_addresses_within(marketplace, names, monkeypatch):
    """The proxy is on this machine: who runs the server has chosen it."""
    monkeypatch.setenv("HTTP_PROXY", marketplace.url)
    monkeypatch.setenv("http_proxy", marketplace.url)
    monkeypatch.setenv("no_proxy", "")
    names["outside.example"] = [["192.0.43.7"]]
    assert send("http://outside.example/x").status == 200
    assert marketplace.received[0].path == "http://outside.example/x"
    assert refused("http://10.0.0.1/x") == "forbidden"
    assert len(marketplace.received) == 1


def test_certificates_are_read_once_and_anew_when_they_change(tmp_path, monkeypatch):
    """To read them takes longer than a call; many calls are made at once before goods leave."""
    file = certificate_for("localhost", tmp_path)
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(file.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    read, load = [], ssl.SSLContext.load_verify_locations

    def count(context, *args, **kwargs):
        read.append(args or kwargs)
        return load(context, *args, **kwargs)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    with peer_with_certificate(file) as port:
        url = f"https://localhost:{port}/"
        for _time in range(3):
            assert send(url, OWN).status == 200
        assert len(read) == 1
        (tmp_path / "other").mkdir()
        bundle.write_bytes(certificate_for("localhost", tmp_path / "other").read_bytes())
        os.utime(bundle, ns=(1, 1))
        assert refused(url, OWN) == "tls"
        assert len(read) == 2
