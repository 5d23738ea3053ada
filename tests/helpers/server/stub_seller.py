"""A little HTTP server as the seller that the marketplace simulator calls."""

import json
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from simulated import TIMEOUT


class Seller(ThreadingHTTPServer):
    """Answers with what ``answer(path, body)`` returns: status, body, headers."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _SellerHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.reset()

    def reset(self):
        self.calls, self.methods = [], []
        self.answer = self.confirm

    @property
    def bodies(self):
        return [body for _path, _headers, body in self.calls]

    def wait_for(self, calls):
        """Until so many calls have come."""
        deadline = time.monotonic() + TIMEOUT
        while len(self.calls) < calls:
            assert time.monotonic() < deadline, self.calls
            time.sleep(0.01)

    def confirm(self, path, body, **changes):
        fields = {
            "date": "2014-10-06 18:52:00",
            "marketplaceOrderId": body["marketplaceOrderId"],
            "orderId": "S00042",
            "receipt": "e39d05f9",
        } | changes
        return 200, json.dumps({k: v for k, v in fields.items() if v is not ...})

    def take(self, path, body, **changes):
        """The answer to a call about a change; the ID is the marketplace's, if one was sent."""
        found = re.search(r"/changes/([^/?]+)", path)
        told = body.get("requestId") or body.get("changeRequestId") or (found and found[1])
        fields = {"requestId": told or "the-sellers-own", "orderId": "S00042"} | changes
        return 202, json.dumps({k: v for k, v in fields.items() if v is not ...})

    def handle_error(self, request, client_address):
        pass  # a caller that has hung up


class _SellerHandler(BaseHTTPRequestHandler):
    def do_PATCH(self):
        self.do_POST()

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.methods.append(self.command)
        self.server.calls.append((self.path, dict(self.headers), body))
        status, text, *headers = self.server.answer(self.path, body)
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(text.encode())))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass
