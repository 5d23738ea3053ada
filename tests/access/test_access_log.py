"""A token in the address stays out of every log."""

import logging
import socket
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from ...controllers.access_log import redact, redact_thread_url
from ...tools.inbound.credentials import PREFIX, hash_token
from ..helpers.common import EndpointCase, MarketplaceCase


@tagged("post_install", "-at_install")
class TestRedact(MarketplaceCase):
    def test_value_of_the_token_is_replaced(self):
        for text, redacted in (
            ("/x/cancel?token=secret", "/x/cancel?token=[redacted]"),
            ("/x?an=a&token=secret&sc=1", "/x?an=a&token=[redacted]&sc=1"),
            ("/x?TOKEN=secret", "/x?TOKEN=[redacted]"),
            ("/x?token=a&token=b", "/x?token=[redacted]&token=[redacted]"),
            ('"POST /x?token=a%20b HTTP/1.1" 200', '"POST /x?token=[redacted] HTTP/1.1" 200'),
            ("/x?token=", "/x?token=[redacted]"),
            ("/x?a&t%6fke%4E=secret", "/x?a&t%6fke%4E=[redacted]"),
        ):
            with self.subTest(text):
                self.assertEqual(redact(text), redacted)

    def test_everything_else_stays(self):
        for text in ("", "/x/cancel", "/x?an=token", "/x?mytoken=a", "/token=a", "/x?tokens=a"):
            with self.subTest(text):
                self.assertEqual(redact(text), text)

    def test_address_on_the_thread_is_cleaned(self):
        thread = threading.current_thread()
        before = getattr(thread, "url", None)
        self.addCleanup(setattr, thread, "url", before or "")
        thread.url = "http://localhost/marketplace/a/pvt/orders/1/cancel?token=secret"
        redact_thread_url()
        self.assertEqual(
            thread.url, "http://localhost/marketplace/a/pvt/orders/1/cancel?token=[redacted]"
        )


@tagged("post_install", "-at_install")
class TestAccessLog(EndpointCase):
    SECRET = "a-very-secret-token"

    @contextmanager
    def no_secret_logged(self):
        """Whatever the server logs in the meantime, at any level, the token is not in it."""
        with (
            self.assertLogs("odoo", logging.DEBUG) as odoo_log,
            self.assertLogs("werkzeug", logging.INFO) as access_log,
        ):
            yield access_log
        for record in (*odoo_log.records, *access_log.records):
            logged = (record.getMessage(), record.msg, record.args, record.exc_info)
            self.assertNotIn(self.SECRET, str(logged))
        self.assertIn("/pvt/", access_log.output[0])

    def logged(self, **call):
        """The access log's line about a call with a token in its address."""
        call.setdefault("query", f"sc=1&{self.query_token(self.SECRET)}&an=x")
        with self.no_secret_logged() as access_log:
            self.call("959311095", **call)
        self.assertEqual(len(access_log.output), 1)
        return access_log.output[0]

    def test_token_is_in_no_log(self):
        line = self.logged(headers=self.no_credentials())
        self.assertIn("cancel?sc=1&token=[redacted]&an=x", line)
        self.assertIn('" 401 ', line)

    def test_token_is_in_no_log_when_it_is_right(self):
        self.account.allow_query_token = True
        credential = self.account.credential_ids.sudo()
        credential.write(
            {"token_hash": hash_token(self.SECRET), "token_prefix": self.SECRET[:PREFIX]}
        )
        self.make_order("959311095", confirm=True)
        self.assertIn('" 200 ', self.logged(headers=self.no_credentials()))
        self.assertEqual(self.receipts("959311095").state, "cancelled")

    def test_token_is_in_no_log_of_a_refused_call(self):
        self.logged(method="GET")
        self.logged(body=b"{")
        self.logged(path="/marketplace/test-market/pvt/unknown")
        self.logged(path="/marketplace/no-such-market//pvt/orders/1/cancel")

    def test_token_is_in_no_log_of_a_failing_call(self):
        with patch.object(
            self.registry["marketplace.cancellation.service"], "_answer", side_effect=KeyError
        ):
            self.assertIn('" 500 ', self.logged())

    def test_token_in_capitals_or_among_others_is_in_no_log(self):
        self.logged(query=f"Token={self.SECRET}")
        self.logged(query=f"a=b&&token={self.SECRET}&token={self.SECRET}")

    def test_token_whose_name_is_encoded_is_in_no_log(self):
        address = urlsplit(self.base_url())
        with self.no_secret_logged(), self.allow_requests():
            connection = HTTPConnection(address.hostname, address.port, timeout=30)
            cookie = f"{TEST_CURSOR_COOKIE_NAME}={self.http_request_key}"
            path = "/marketplace/test-market/pvt/orders/1/cancel"
            connection.request("POST", f"{path}?%74oken={self.SECRET}", headers={"Cookie": cookie})
            self.assertEqual(connection.getresponse().status, 401)
            connection.close()

    def test_token_in_an_encoded_address_is_in_no_log(self):
        """``%2F`` is a slash to Odoo's router, and stays ``%2F`` in the log."""
        code = self.account.code
        for path in (f"/marketplace%2F{code}/pvt/orders/1", f"/%6Darketplace/{code}/pvt/orders/1"):
            with self.subTest(path):
                line = self.logged(path=path)
                self.assertIn('" 404 ', line)
                self.assertIn("[redacted]", line)

    def test_token_in_a_request_that_cannot_be_read_is_in_no_log(self):
        address = urlsplit(self.base_url())
        line = f"POST /marketplace/x/pvt/y?%74oken={self.SECRET} too many HTTP/1.1\r\n\r\n"
        with (
            self.no_secret_logged() as access_log,
            self.allow_requests(),
            socket.create_connection((address.hostname, address.port), 30) as connection,
        ):
            connection.sendall(line.encode())
            while connection.recv(1024):
                pass
        self.assertIn("[redacted]", access_log.output[0])

    def test_other_addresses_are_logged_as_they_are(self):
        with self.assertLogs("werkzeug", logging.INFO) as access_log:
            self.url_open("/web/health?token=shown")
        self.assertIn("token=shown", access_log.output[0])
