"""What does an answer of the seller mean? Pure.

Source: protocol page, "Response 200", "Three answers are possible" and its last sentence (5xx is
"try again", 4xx is final). That 404 is to be tried again is what an order that the seller has not
imported yet needs ("What integrators run into").
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

FIELDS = ("date", "marketplaceOrderId", "orderId", "receipt")
LATER = frozenset({404, 408, 425, 429})  # and 5xx
_WORDS = {
    400: "the request is not acceptable",
    401: "the credentials are not accepted",
    403: "not allowed",
    404: "no such order yet",
    429: "too many calls",
    503: "not possible just now",
}


@dataclass(frozen=True)
class Verdict:
    """:param kind: confirmed, taken (what a change asks for), evaluating, refused, later (try
    again), final (an error that repeating does not mend) or violation (no answer of the protocol)
    """

    kind: str
    text: str
    violations: tuple[str, ...] = ()

    def but(self, *violations):
        """The same verdict, with more to complain about."""
        return replace(self, violations=self.violations + violations)


def interpret(status, headers, body, marketplace_order_id):
    """Judge an answer.

    :param body: the body's bytes
    :param marketplace_order_id: what was sent, and must be echoed
    """
    if status == 200:
        return _interpret_200(body, marketplace_order_id)
    if status == 409:
        return Verdict("refused", _reason(body) or "no reason given")
    text = f"{status}: {_reason(body) or _WORDS.get(status, 'no explanation')}"
    if status in LATER or 500 <= status <= 599:
        wait = headers.get("Retry-After")
        return Verdict("later", f"{text} (in {wait} s)" if wait else text)
    if 400 <= status <= 499:
        return Verdict("final", text)
    return Verdict("violation", "no answer of the protocol", (f"the status is {status}",))


def _interpret_200(body, marketplace_order_id):
    if not body:
        return Verdict("evaluating", "the seller is still deciding")
    answer = _parse(body)
    if not isinstance(answer, dict):
        return Verdict("violation", "neither confirmed nor empty", ("the body is no JSON object",))
    violations = [f"the key {key} is missing" for key in FIELDS if key not in answer]
    if "marketplaceOrderId" in answer and answer["marketplaceOrderId"] != marketplace_order_id:
        violations.append(
            f"marketplaceOrderId is {answer['marketplaceOrderId']!r}, "
            f"not {marketplace_order_id!r} as sent"
        )
    if "orderId" in answer and not (isinstance(answer["orderId"], str) and answer["orderId"]):
        violations.append("orderId is no string that says something")
    if "date" in answer and not _is_date(answer["date"]):
        violations.append(f"date is {answer['date']!r}, no date and time")
    if not isinstance(answer.get("receipt"), (str, type(None))):
        violations.append("receipt is neither a string nor null")
    if violations:
        return Verdict("violation", "not taken as a confirmation", tuple(violations))
    return Verdict("confirmed", f"{answer['orderId']} at the seller, receipt {answer['receipt']}")


def interpret_change(status, headers, body, sent_id):
    """Judge an answer to a call about a change.

    :param sent_id: the change's ID, if it was sent: it must be echoed
    """
    if status not in (200, 202):
        return interpret(status, headers, body, None)
    told = change_id(body)
    if not told:
        return Verdict("violation", "not taken", ("the body names no requestId",))
    if sent_id not in (None, told):
        problem = f"requestId is {told!r}, not {sent_id!r} as sent"
        return Verdict("violation", "not taken", (problem,))
    return Verdict("taken", f"the seller has the change {told}")


def change_id(body):
    """The change's ID that the seller tells, by either name."""
    answer = _parse(body)
    if not isinstance(answer, dict):
        return None
    told = answer.get("requestId", answer.get("changeRequestId"))
    return told if isinstance(told, str) else None


def count(exchanges):
    """How often the seller's answers meant what."""
    return {
        "verdicts": dict(Counter(exchange["verdict"] for exchange in exchanges)),
        "violations": sum(len(exchange["violations"]) for exchange in exchanges),
    }


def differences(order, told):
    """In which lines the two sides do not agree on what is left, as sentences.

    :param told: what the seller has left, by the line's unique ID, or by SKU
    """
    left, sku_of = order.left, {item.unique_id: item.id for item in order.items}
    named = {key for key in told if key in left}
    here = Counter()
    for key, quantity in left.items():
        here[key if key in named else sku_of[key]] += quantity
    return [
        f"{key}: {here[key]} left at the marketplace, {told.get(key, 0):g} at the seller"
        for key in sorted({*here, *told})
        if here[key] != told.get(key, 0)
    ]


def seller_order_id(verdict, body):
    """The order's ID at the seller, if the answer tells it."""
    return _parse(body)["orderId"] if verdict.kind == "confirmed" else None


def _parse(body):
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _reason(body):
    """The sentence for people in an error, whichever of the usual shapes it has."""
    error = _parse(body)
    if isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    if isinstance(error, dict):
        for key in ("detail", "message", "title"):
            if isinstance(error.get(key), str):
                return error[key]
    return ""


def _is_date(value):
    """One of the three formats that dates come in."""
    if not isinstance(value, str):
        return False
    value = re.sub(r"\.(\d+)", lambda found: f".{found[1][:6]:0<6}", value)  # as Python takes it
    value = re.sub(r"Z$", "+00:00", value)
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return len(value) > len("2014-10-06")
