"""Calls that client libraries would put right: cut-off bodies, odd hosts and addresses."""

import json
import socket
from http.client import HTTPConnection, IncompleteRead
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME
from odoo.tools import config

from ..helpers.common import PROBLEM_TYPE, EndpointCase

BODY = b'{"marketplaceOrderId": "959311095"}'
CHUNK = b"23\r\n" + BODY + b"\r\n"


@tagged("post_install", "-at_install")
class TestFraming(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", confirm=True)

    def send(self, body, **headers):
        """Send a call just as it is given, and close; return the response and its body.

        :param headers: named with ``_`` for ``-``
        """
        address = urlsplit(self.base_url())
        path = f"/marketplace/{self.account.code}/pvt/orders/959311095/cancel"
        with self.allow_requests():
            sent = {
                "Content-Type": "application/json",
                "Cookie": f"{TEST_CURSOR_COOKIE_NAME}={self.http_request_key}",
                **self.credentials,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            }
            connection = HTTPConnection(address.hostname, address.port, timeout=30)
            self.addCleanup(connection.close)
            connection.request("POST", path, body=body, headers=sent)
            connection.sock.shutdown(socket.SHUT_WR)
            response = connection.getresponse()
            try:
                return response, response.read()
            except IncompleteRead as error:  # Odoo's threaded server says no more to a WebSocket
                return response, error.partial

    def assertRefused(self, call, status, kind):
        response, body = call
        self.assertEqual(response.status, status)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        if kind:
            self.assertEqual(json.loads(body)["type"], PROBLEM_TYPE + kind)
        self.assertUntouched(self.order)
        self.assertFalse(self.receipts("959311095"))

    def test_body_that_does_not_arrive_whole(self):
        self.assertRefused(self.send(BODY, Content_Length="36"), 400, "not-json")

    def test_chunks_that_do_not_arrive_whole_or_are_none(self):
        for body in (b"", b"23", CHUNK, CHUNK + b"0", b"24" + CHUNK[2:], b"-1\r\n", b"x\r\n"):
            with self.subTest(body=body):
                call = self.send(body, Transfer_Encoding="chunked")
                self.assertRefused(call, 400, "not-json")

    def test_chunks_are_taken(self):
        response, _body = self.send(CHUNK + b"0\r\n\r\n", Transfer_Encoding="chunked")
        self.assertEqual(response.status, 200)
        self.assertCancelled(self.order)

    def test_host_that_can_be_none(self):
        for host in ("a..b", "a" * 64):
            with self.subTest(host=host):
                self.assertRefused(self.send(BODY, Host=host), 404, "unknown-resource")

    def test_forwarded_address_that_cannot_be_stored(self):
        with patch.dict(config.options, {"proxy_mode": True}):
            forwarded = {"X_Forwarded_For": "192.0.2.7\x00", "X_Forwarded_Host": "localhost"}
            response, _body = self.send(BODY, **forwarded)
        self.assertEqual(response.status, 200)
        self.assertEqual(self.receipts("959311095").delivery_ids.remote_address, "192.0.2.7")

    def test_web_socket(self):
        call = self.send(BODY, Connection="Upgrade", Upgrade="websocket")
        self.assertRefused(call, 404, None)
