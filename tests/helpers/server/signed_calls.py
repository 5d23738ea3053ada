"""Calls with a signature, and calls with wrong credentials."""

import base64
import hashlib
import hmac
from collections import Counter

import requests
from odoo_server import TIMEOUT

KEY = bytes(range(32))


BODY = '{"marketplaceOrderId": "SIGNED-1"}'


def statuses(answers):
    return dict(Counter(answer.status_code for answer in answers))


def wrong(marketplace, name="959311095"):
    return requests.post(
        f"{marketplace.server.url}/marketplace/{marketplace.code}/pvt/orders/{name}/cancel",
        data=b"{",
        headers={"X-VTEX-API-AppKey": "wrong", "X-VTEX-API-AppToken": "wrong"},
        timeout=TIMEOUT,
    )


def signed(timestamp):
    content = f"msg_1.{timestamp}.{BODY}".encode()
    signature = base64.b64encode(hmac.digest(KEY, content, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def send(marketplace, headers):
    url = f"{marketplace.server.url}/marketplace/{marketplace.code}/pvt/orders/SIGNED-1/cancel"
    return requests.post(url, data=BODY, headers=headers, timeout=TIMEOUT)
