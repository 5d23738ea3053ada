"""How is an exchange told to a person? In sentences, and with pretty JSON."""

import json
from datetime import datetime
from urllib.parse import urlsplit

from .conversation import TO_SELLER

_HOOK_CALLS = {
    "POST": "Please notify me when orders change.",
    "GET": "Which hook is set up for me?",
    "DELETE": "Notify me no more.",
}


def exchange_view(exchange):
    """What the template shows of one exchange."""
    to_seller = exchange["direction"] == TO_SELLER
    parts = urlsplit(exchange["url"])
    return {
        **exchange,
        "caller": "marketplace" if to_seller else "seller",
        "callee": "seller" if to_seller else "marketplace",
        "clock": time_of_day(exchange["time"]),
        "address": parts.path + (f"?{parts.query}" if parts.query else ""),
        "says": _sentence(exchange),
        "request_pretty": pretty(exchange["request_body"]),
        "answer_pretty": pretty(exchange["answer_body"]),
    }


def pretty(text):
    """JSON with indentation; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _sentence(exchange):
    """What the caller says, in its own words."""
    body = _object(exchange["request_body"])
    kind = exchange["kind"]
    if kind == "cancellation":
        return _cancellation(body)
    if kind == "deny":
        return f"I deny the request: {body.get('denyReason', 'no reason')}"
    if kind == "cancel":
        return f"I cancel the order: {body.get('reason', 'no reason')}"
    if kind == "invoice":
        name = "a return invoice" if body.get("type") == "Input" else "an invoice"
        return f"Here is {name}: {body.get('invoiceNumber', 'no number')}"
    if kind == "read":
        return "How is this order?"
    if kind == "ping":
        return "Are you there? (a ping, before the hook is set up)"
    if kind == "notification":
        before = body.get("LastState")
        return f"The order is {body.get('State')}" + (f" (before: {before})" if before else "")
    if kind == "hook":
        return _HOOK_CALLS.get(exchange["method"], "Something about my hook")
    if kind == "list":
        return "Which orders are there?"
    return f"{exchange['method']}, to an address that is none"


def _cancellation(body):
    if "reason" not in body:
        return "Please cancel the order."
    who = "The shopper asks" if body.get("requestedByUser") else "We ask"
    return f"{who} to cancel the order: {body['reason']}"


def _object(text):
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def time_of_day(text):
    """The time of day here; the date has one fractional digit more than Python takes."""
    moment = datetime.fromisoformat(text[:26] + text[27:])
    return f"{moment.astimezone():%H:%M:%S}"
