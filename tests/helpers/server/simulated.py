"""The marketplace simulator as tests see it, and a little HTTP server as its seller."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import requests

TIMEOUT = 20
ORDER = "959311095"
OTHER = "1138342255777-01"
KEY, TOKEN = "the-app-key", "the-app-token-is-secret"
SELLER_KEY, SELLER_TOKEN = "the-seller-key", "the-seller-token-is-secret"
ITEMS = [
    {"id": "MUG", "name": "Mug", "quantity": 2, "price": 1200},
    {"id": "BAG", "name": "Bag", "quantity": 1, "price": 950},
]

HOOK = "orders/hook/config"
HOOK_SECRET = "the-hook-secret"
HOOK_STATES = ["cancellation-requested", "cancel", "canceled"]


class Seller(ThreadingHTTPServer):
    """Answers with what ``answer(path, body)`` returns: status, body, headers."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _SellerHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.reset()

    def reset(self):
        self.calls = []
        self.answer = self.confirm

    def confirm(self, path, body, **changes):
        fields = {
            "date": "2014-10-06 18:52:00",
            "marketplaceOrderId": body["marketplaceOrderId"],
            "orderId": "S00042",
            "receipt": "e39d05f9",
        } | changes
        return 200, json.dumps({k: v for k, v in fields.items() if v is not ...})

    def handle_error(self, request, client_address):
        pass  # a caller that has hung up


class _SellerHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, dict(self.headers), body))
        status, text, *headers = self.server.answer(self.path, body)
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(text.encode())))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


class Simulator:
    """The running simulator: its control API, and the calls that a seller makes."""

    def __init__(self, url):
        self.url = url

    def control(self, method, path, expected=None, /, **data):
        url = f"{self.url}/control/{path}"
        response = requests.request(method, url, json=data, timeout=TIMEOUT)
        if expected:
            assert response.status_code == expected, response.text
        else:
            assert response.ok, response.text
        return response.json() if response.content else None

    def order(self, order_id=ORDER, **values):
        return self.control("POST", "orders", order_id=order_id, items=ITEMS, **values)

    def state(self, order_id=ORDER):
        order = self.control("GET", f"orders/{order_id}")
        return order["status"], order["sellerStatus"]

    def ask(self, order_id=ORDER, **how):
        """Call the seller once; return the exchange."""
        return self.control("POST", "cancellations", orders=[order_id], **how)["exchanges"][0]

    def settings(self, **values):
        self.control("PATCH", "settings", **values)

    def wait(self, waiting=0, sent=0):
        """Until no more than so many notifications wait, and so many were sent: how many then."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            counts = self.control("GET", "notifications")
            if counts["waiting"] <= waiting and counts["sent"] >= sent:
                return counts
            assert time.monotonic() < deadline, counts
            time.sleep(0.01)

    def request_id(self, order_id=ORDER):
        return self.control("GET", f"orders/{order_id}")["cancellationRequests"][-1]["id"]

    def last(self):
        return self.control("GET", "conversation")[-1]

    def call(self, method, path, data=None, key=KEY, token=TOKEN, **kwargs):
        headers = {"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token}
        kwargs = {"timeout": TIMEOUT, "allow_redirects": False, **kwargs}
        return requests.request(
            method, f"{self.url}/api/{path}", json=data, headers=headers, **kwargs
        )

    def read(self, order_id=ORDER, **kwargs):
        return self.call("GET", f"oms/pvt/orders/{order_id}", **kwargs)

    def listed(self, **query):
        return self.call("GET", f"oms/pvt/orders?{urlencode(query)}")

    def happen(self, event, *order_ids, **how):
        """Let something happen to orders without a call; returns how many it happened to."""
        orders = order_ids or (ORDER,)
        return self.control("POST", "events", event=event, orders=orders, **how)["done"]

    def deny(self, order_id=ORDER, **data):
        path = f"orders/pvt/document/{order_id}/deny-cancellation-request"
        return self.call("POST", path, data)

    def cancel(self, order_id=ORDER, reason="Out of stock", **kwargs):
        return self.call("POST", f"oms/pvt/orders/{order_id}/cancel", {"reason": reason}, **kwargs)

    def invoice(self, number="INV1", kind="Output", items=(("MUG", 2), ("BAG", 1)), **changes):
        """Send an invoice of these items, which has further or other fields; ``...`` leaves out."""
        prices = {item["id"]: item["price"] for item in ITEMS}
        lines = [
            {"id": item_id, "quantity": quantity, "price": prices.get(item_id, 1)}
            for item_id, quantity in items
        ]
        data = {
            "type": kind,
            "invoiceNumber": number,
            "invoiceValue": sum(line["quantity"] * line["price"] for line in lines),
            "issuanceDate": "2026-05-21T10:00:00",
            "items": lines,
        } | changes
        data = {name: value for name, value in data.items() if value is not ...}
        return self.call("POST", f"oms/pvt/orders/{ORDER}/invoice", data)


def evaluate(*_):
    return 200, ""


def hook_config(seller, **changes):
    """The body that sets up a hook for ``seller``; the hook has other fields."""
    hook = {"url": f"{seller.url}/hook?an=x", "headers": {"X-Hook-Token": HOOK_SECRET}} | changes
    return {"filter": {"type": "FromWorkflow", "status": HOOK_STATES}, "hook": hook}
