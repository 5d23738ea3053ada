"""How is an exchange told to a person? In sentences, and with pretty JSON."""

import json
from datetime import datetime
from urllib.parse import urlsplit

from . import changes
from .conversation import TO_SELLER
from .refusal import Refusal

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
    kind, body = exchange["kind"], _object(exchange["request_body"])
    if kind == "hook":
        return _HOOK_CALLS.get(exchange["method"], "Something about my hook")
    if kind in _SENTENCES:
        return _SENTENCES[kind](body)
    return f"{exchange['method']}, to an address that is none"


def _cancellation(body):
    if "reason" not in body:
        return "Please cancel the order."
    who = "The shopper asks" if body.get("requestedByUser") else "We ask"
    return f"{who} to cancel the order: {body['reason']}"


def _notification(body):
    before = body.get("LastState")
    return f"The order is {body.get('State')}" + (f" (before: {before})" if before else "")


def _invoice(body):
    name = "a return invoice" if body.get("type") == "Input" else "an invoice"
    return f"Here is {name}: {body.get('invoiceNumber', 'no number')}"


def _modification(body):
    if body.get("agreementType") != changes.CONFIRMATION:
        return f"Please change the order: {change_sentence(body)}"
    asked = f": {change_sentence(body)}" if "reason" in body else ""
    return f"Please confirm once the order is changed{asked}"


def change_sentence(body):
    """What a body takes out and puts in: ``2 MUG out, 1 BAG in (Too late)``."""
    try:
        change = changes.parse(body)
    except Refusal as refusal:
        return f"something that makes no sense ({refusal.message})"
    words = [
        f"{part.quantity} {part.sku} {where}"
        for where, parts in (("out", change.taken), ("in", change.given))
        for part in parts
    ]
    return f"{', '.join(words) or 'its price'} ({change.reason})"


def _reason(body):
    return body.get("reason", "no reason")


_SENTENCES = {
    "cancellation": _cancellation,
    "deny": lambda body: f"I deny the request: {body.get('denyReason', 'no reason')}",
    "cancel": lambda body: f"I cancel the order: {_reason(body)}",
    "invoice": _invoice,
    "read": lambda _body: "How is this order?",
    "list": lambda _body: "Which orders are there?",
    "ping": lambda _body: "Are you there? (a ping, before the hook is set up)",
    "notification": _notification,
    "modification": _modification,
    "change": lambda body: f"I change the order: {change_sentence(body)}",
    "acknowledge": lambda _body: "I have taken note of the change.",
    "confirm": lambda _body: "The order is changed.",
    "withdraw": lambda body: f"I do not change the order: {_reason(body)}",
    "retry": lambda _body: "Please try the change again.",
    "read-change": lambda _body: "How are the changes of this order?",
}


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
