"""A very small marketplace: it answers what a test tells it to."""

import json
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One call as it came in."""

    method: str
    path: str
    headers: dict
    body: object


class StubMarketplace:
    """A real HTTP server on this machine; a context manager.

    ``answers`` holds what is answered next, one ``(status, body, headers)`` for each call, or
    ``None`` to break the connection off, or a function that takes its time and returns either;
    after these it answers 200. ``received`` holds the calls.
    """

    def __init__(self):
        self.answers = deque()
        self.received = []
        self.orders = {}  # what reading an order tells of its status
        self.respond = None  # a function of the path that answers what is read instead
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                stub._receive(self, None)

            def do_PATCH(self):
                self.do_POST()

            def do_POST(self):
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stub._receive(self, json.loads(content) if content else None)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self._server.shutdown()
        self._server.server_close()

    def calls(self):
        """``(method, path, body)`` of what came in."""
        return [(call.method, call.path, call.body) for call in self.received]

    def _receive(self, handler, body):
        self.received.append(Received(handler.command, handler.path, dict(handler.headers), body))
        if handler.command == "GET" and self.respond:
            answer = self.respond(handler.path)
        elif handler.command == "GET" and not self.answers:
            order_id = handler.path.split("?")[0].rsplit("/", 1)[1]
            status = self.orders.get(order_id)
            answer = (200, {"status": status}, {}) if status else (404, {}, {})
        else:
            answer = self.answers.popleft() if self.answers else (200, {}, {})
        if callable(answer):
            answer = answer()
        if answer is None:
            handler.close_connection = True
            handler.connection.close()
            return
        status, document, headers = answer
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
