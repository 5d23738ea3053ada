#!/usr/bin/env python3
"""Cancel an order at the seller, as a marketplace does.

    export MARKETPLACE_URL=https://odoo.example.com/marketplace/CODE
    export MARKETPLACE_APP_KEY=... MARKETPLACE_APP_TOKEN=...
    python3 cancel.py ORDER [REQUEST]

ORDER is the order's ID at the marketplace, REQUEST the cancellation request's, if it has one.
Prints what came of it, and ends with

    0   the order is cancelled
    10  the seller is still deciding: ask again later
    11  the seller does not know the order yet, and will cancel it when it arrives
    12  refused, or two orders were named: nothing was cancelled
    13  the request is not acceptable
    14  no answer, or an error at the seller's: repeat the call later, which is always safe
"""

import os
import sys
import time
from http import HTTPStatus
from urllib.parse import quote

import requests

ATTEMPTS = 3
TIMEOUT = 60  # seconds; usually the answer comes within one

DECIDING, UNKNOWN, REFUSED, UNACCEPTABLE, REPEAT = range(10, 15)


def cancel(url, app_key, app_token, order_id, request_id=None):
    """Send the request, and again after an error at the seller's.

    :return: the last response
    """
    body = {"marketplaceOrderId": order_id}
    if request_id:
        body["cancellationRequestId"] = request_id
    for attempt in range(1, ATTEMPTS + 1):
        response = requests.post(
            f"{url}/pvt/orders/{quote(order_id, safe='')}/cancel",
            json=body,
            headers={"X-VTEX-API-AppKey": app_key, "X-VTEX-API-AppToken": app_token},
            timeout=TIMEOUT,
        )
        if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or attempt == ATTEMPTS:
            break
        time.sleep(int(response.headers.get("Retry-After", 1)))
    return response


def outcome(response):
    """What ``response`` says: an exit status, and a sentence."""
    if response.status_code == HTTPStatus.OK:
        if not response.content:
            return DECIDING, "The seller is still deciding."
        answer = response.json()
        return 0, f"Cancelled: {answer['orderId']}, receipt {answer['receipt']}"
    if response.headers.get("Content-Type") != "application/problem+json":
        return REPEAT, f"Status {response.status_code}, and not from the endpoint."
    problem = response.json()
    text = f"{problem['title']}. {problem.get('detail', '')}".strip()
    kind = problem["type"].rpartition(":")[2]  # stable, unlike title and detail
    if kind == "unknown-order":
        return UNKNOWN, text
    if kind in ("cancellation-refused", "order-mismatch"):
        return REFUSED, text
    return (REPEAT if problem["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR else UNACCEPTABLE), text


def main(order_id, request_id=None):
    """Cancel the order; return exit status and sentence."""
    account = [os.environ[f"MARKETPLACE_{name}"] for name in ("URL", "APP_KEY", "APP_TOKEN")]
    try:
        return outcome(cancel(*account, order_id, request_id))
    except requests.RequestException as error:
        return REPEAT, f"No answer: {type(error).__name__}"


if __name__ == "__main__":
    status, sentence = main(*sys.argv[1:])
    print(sentence)  # noqa: T201
    sys.exit(status)
