"""The marketplace simulator as tests see it."""

import time
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
ACKNOWLEDGMENT, CONFIRMATION = "Acknowledgment", "Confirmation"

HOOK = "orders/hook/config"
HOOK_SECRET = "the-hook-secret"
HOOK_STATES = ["cancellation-requested", "cancel", "canceled"]


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
        return self.control("POST", "orders", **{"order_id": order_id, "items": ITEMS} | values)

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

    # -- A part of an order ----------------------------------------------------------------------

    def take_out(self, *items, order_id=ORDER, **how):
        """The shopper takes pairs of SKU and quantity out; return what the control API tells.

        :param how: ``add``, ``replace``, ``by``, ``any_state`` and so on
        """
        lines = [{"id": sku, "quantity": quantity} for sku, quantity in items]
        remove = {"remove": {"items": lines}} if lines else {}
        return self.control("POST", f"orders/{order_id}/changes", **remove | how)

    def call_about_change(self, order_id=ORDER, **how):
        """Call the seller once more: ``change``, ``agreement``, ``times``."""
        return self.control("POST", f"orders/{order_id}/changes/calls", **how)

    def take_back(self, order_id=ORDER, **how):
        """The marketplace wants the last change no longer."""
        return self.control("POST", f"orders/{order_id}/changes/withdraw", **how)

    def changes(self, order_id=ORDER):
        return self.control("GET", f"orders/{order_id}")["changes"]

    def wait_for_change(self, is_so, order_id=ORDER, timeout=TIMEOUT):
        """Until the last change is in this state, or ``is_so(change)``; return the change."""
        deadline = time.monotonic() + timeout
        while True:
            change = next(reversed(self.changes(order_id)), None)
            if change and (is_so(change) if callable(is_so) else change["status"] == is_so):
                return change
            assert time.monotonic() < deadline, change
            time.sleep(0.02)

    def left(self, order_id=ORDER):
        """What is left of each SKU."""
        left = {}
        for item in self.control("GET", f"orders/{order_id}")["items"]:
            left[item["id"]] = left.get(item["id"], 0) + item["quantity"]
        return left

    def differences(self, lines, order_id=ORDER):
        """What the two sides do not agree on, if the seller has so much left of each line."""
        found = self.control("POST", "comparison", orders={order_id: lines})
        return found.get(order_id, [])

    def agree(self, change_id, agreement, order_id=ORDER, path="oms/pvt/orders", **kwargs):
        path = f"{path}/{order_id}/changes/{change_id}/send-agreement"
        return self.call("POST", path, {"agreementType": agreement}, **kwargs)

    def own_change(self, order_id=ORDER, /, **body):
        return self.call("PATCH", f"order-system/orders/{order_id}/changes", body)

    def read_changes(self, change_id="", order_id=ORDER, **kwargs):
        path = f"order-system/orders/{order_id}/changes/{change_id}".rstrip("/")
        return self.call("GET", path, **kwargs)

    def withdraw(self, change_id, order_id=ORDER, reason="It is packed"):
        path = f"order-system/orders/{order_id}/changes/{change_id}/cancel"
        return self.call("POST", path, {"reason": reason})

    # -- Cancellations and invoices --------------------------------------------------------------

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


def error_code(response):
    return response.json()["error"]["code"]


def evaluate(*_):
    return 200, ""


def hook_config(seller, **changes):
    """The body that sets up a hook for ``seller``; the hook has other fields."""
    hook = {"url": f"{seller.url}/hook?an=x", "headers": {"X-Hook-Token": HOOK_SECRET}} | changes
    return {"filter": {"type": "FromWorkflow", "status": HOOK_STATES}, "hook": hook}
