"""What is a change of an order? Its body, what it takes out and puts in, and its states.

Source: protocol page, "Part of an order: Order modifications", and VTEX's OpenAPI document "Orders
API", "Create order modifications". The codes of errors are those of VTEX's guide "Order
modifications", "Errors in Change v2"; which of them comes for what is chosen where it says nothing.
"""

import uuid
from collections import Counter
from dataclasses import dataclass, field

from .refusal import Refusal, text_field

WAITING_ACKNOWLEDGEMENT, WAITING_CONFIRMATION = "waiting-acknowledgement", "waiting-confirmation"
DONE, CANCELED = "done", "canceled"
OPEN = (WAITING_ACKNOWLEDGEMENT, WAITING_CONFIRMATION)
ACKNOWLEDGMENT, CONFIRMATION = AGREEMENTS = ("Acknowledgment", "Confirmation")
#: What a change waits for in each open state.
AWAITED = dict(zip(OPEN, AGREEMENTS, strict=True))
SHOPPER, MARKETPLACE, SELLER = WISHES = ("shopper", "marketplace", "seller")
MANUAL = ("manualDiscountValue", "manualIncrementValue")


def refused(number, message):
    """One of VTEX's errors on changes."""
    return Refusal(400, f"SalesOrderSystem{number:03}", message)


def not_found(change_id):
    return Refusal(404, "CHK0289", f"Change order request {change_id} not found.")


@dataclass(frozen=True)
class Part:
    """So many pieces of a SKU; ``unique_id`` and ``price`` (cents) may be None."""

    sku: str
    quantity: int
    unique_id: str | None = None
    price: int | None = None


@dataclass
class Change:
    """A change that somebody wants.

    :param body: as it was sent
    :param taken: what it takes out, by ``remove`` and ``replace``
    :param given: what it puts in, by ``add`` and ``replace``
    :param by: one of :data:`WISHES`
    :param value: by how much the order's total grows, in cents
    :param calls: how often the seller was called, by agreement
    :param heard: what the last call's answer meant, see :mod:`.verdicts`
    :param is_due: the seller is to be called, as soon as may be
    :param other_id: the ID that the seller has given it, if it got none
    :param stuck: why it cannot end any more
    """

    body: dict
    reason: str
    taken: tuple[Part, ...]
    given: tuple[Part, ...]
    by: str = SHOPPER
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    workflow_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    receipt: str = field(default_factory=lambda: str(uuid.uuid4()))
    date: str = ""
    status: str = WAITING_ACKNOWLEDGEMENT
    value: int = 0
    totals: list = field(default_factory=list)
    logs: list = field(default_factory=list)
    calls: Counter = field(default_factory=Counter)
    heard: str = ""
    last_call: float = 0.0  # on the monotonic clock
    is_due: bool = False
    other_id: str | None = None
    stuck: str = ""

    @property
    def is_open(self):
        return self.status in OPEN

    @property
    def manual_value(self):
        """What is added to the order's total besides its items, in cents."""
        discount, increment = (self.body.get(name) or 0 for name in MANUAL)
        return increment - discount

    def to_dict(self):
        """The change as the control API shows it."""
        return {
            "id": self.id,
            "otherId": self.other_id,
            "status": self.status,
            "reason": self.reason,
            "by": self.by,
            "date": self.date,
            "body": self.body,
            "value": self.value,
            "calls": dict(self.calls),
            "heard": self.heard,
            "logs": list(self.logs),
            "stuck": self.stuck,
        }


def parse(body, by=SHOPPER):
    """The :class:`Change` that a body describes.

    :raise Refusal: if it makes no sense
    """
    reason = text_field(body, "reason")
    pairs = body.get("replace") or []
    if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
        raise _invalid("replace is a list of objects with from and to.")
    taken = [*_parts(body, "remove"), *(part for pair in pairs for part in _parts(pair, "from"))]
    given = [*_parts(body, "add"), *(part for pair in pairs for part in _parts(pair, "to"))]
    if any(not _parts(pair, side) for pair in pairs for side in ("from", "to")):
        raise _invalid("replace needs items on both sides.")
    for name in MANUAL:
        if not _is_whole(body.get(name) or 0, 0):
            raise Refusal(400, "CHK0098", "The change value needs to be at least zero.")
    change = Change(body, reason, tuple(taken), tuple(given), by)
    if not (taken or given or change.manual_value):
        raise _invalid("it changes nothing.")
    return change


def _invalid(why):
    return Refusal(400, "CHK0124", f"Invalid change for order: {why}")


def groups(value):
    """``remove`` and ``add`` are an object, or a list of objects."""
    return [value] if isinstance(value, dict) else value or []


def _parts(body, name):
    found = groups(body.get(name))
    if not isinstance(found, list):
        raise _invalid(f"{name} is an object, or a list of objects.")
    parts = []
    for group in found:
        items = group.get("items") if isinstance(group, dict) else None
        if not isinstance(items, list):
            raise _invalid(f"{name} has items, a list.")
        parts += map(_part, items)
    return parts


def _part(item):
    if not isinstance(item, dict) or not isinstance(item.get("id"), str) or not item["id"]:
        raise Refusal(400, "CHK0022", "Invalid id for item.")
    if not _is_whole(item.get("quantity"), 1):
        raise Refusal(400, "CHK0023", "Invalid quantity for item.")
    unique_id, price = item.get("uniqueId") or None, item.get("price")
    if not isinstance(unique_id, (str, type(None))):
        raise Refusal(400, "CHK0022", "Invalid id for item.")
    if price is not None and not _is_whole(price, 0):
        raise _invalid("a price is a whole number of cents.")
    return Part(item["id"], item["quantity"], unique_id, price)


def _is_whole(value, lowest):
    return isinstance(value, int) and not isinstance(value, bool) and value >= lowest
