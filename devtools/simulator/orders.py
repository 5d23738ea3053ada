"""What does the marketplace know about an order? Records; :mod:`.states` says how they change."""

import random
import string
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone

from . import changes, states
from .changes import Change
from .invoices import INPUT, OUTPUT, Invoice
from .items import Item

#: A request in one of these states still waits for the seller.
UNSETTLED = ("pending", "evaluating", "failed")
#: Whose side of an order the seller's key reads: that of the marketplace, or that of the seller's
#: own VTEX store, which fulfils it. The words are those of the hook's notifications.
MARKETPLACE, FULFILLMENT = DOMAINS = ("Marketplace", "Fulfillment")


def now_text(moment=None):
    """A moment as the marketplace writes it: ISO 8601 with seven fractional digits."""
    digit = "0" if moment else random.choice(string.digits)
    moment = moment or datetime.now(timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}{digit}+00:00"


@dataclass
class CancellationRequest:
    """One wish to cancel; calling again for the same wish repeats it as it is."""

    reason: str
    by_user: bool
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    date: str = field(default_factory=now_text)
    state: str = "pending"  # evaluating, confirmed, refused, denied, failed, overtaken
    calls: int = 0
    deny_reason: str = ""
    denied: str | None = None  # when
    answers: dict = field(default_factory=dict)  # what settled it, by what was sent
    last_call: float = 0.0  # on the monotonic clock, as the next
    settled: float = 0.0

    def to_dict(self):
        return {
            "id": self.id,
            "date": self.date,
            "reason": self.reason,
            "requestedByUser": self.by_user,
            "state": self.state,
            "calls": self.calls,
            "denyReason": self.deny_reason or None,
        }


@dataclass
class Cancellation:
    """Why an order is cancelled.

    :param request_id: of the request that led to it, if one did
    :param since: when it was cancelled, on the marketplace's own clock
    """

    reason: str
    by_user: bool = False
    by_seller: bool = False
    request_id: str | None = None
    since: float = 0.0
    date: str = field(default_factory=now_text)


@dataclass
class Order:
    """An order with its two states and everything that has happened to it; money is in cents.

    :param domain: one of :data:`DOMAINS`
    :param adjustment: what changes have added to the total besides the items
    :param stuck: why the order cannot go on, see :data:`.changing.INVOICED_EARLY`
    :param statuses: what it has been, with the moments on the marketplace's own clock
    :param told: how often the seller has told what, see :meth:`.store.Store.note_told`
    :param changed: called with the status before and whether nobody is to be told, after a change
    """

    id: str
    group: str
    shopper: str
    items: list[Item]
    freight: int = 0
    adjustment: int = 0
    state: str = states.READY_FOR_HANDLING
    seller_state: str = states.READY_FOR_HANDLING
    before: tuple | None = None
    window_ends: datetime | None = None
    seller_order_id: str | None = None  # given, or learned from a confirmation
    created: str = field(default_factory=now_text)
    requests: list[CancellationRequest] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    stuck: str = ""
    invoices: list[Invoice] = field(default_factory=list)
    receipts: dict = field(default_factory=dict)  # the answers to them, by number
    history: list[dict] = field(default_factory=list)
    seller_cancellation: dict | None = None  # the answer to the seller's own cancellation
    domain: str = MARKETPLACE
    cancellation: Cancellation | None = None
    statuses: list[tuple[float, str]] = field(default_factory=list)
    last_change: str = field(default_factory=now_text)
    told: Counter = field(default_factory=Counter)
    changed: Callable = field(default=lambda order, before, silently: None, repr=False)

    @property
    def status(self):
        """What a seller sees who reads it."""
        return self.seller_state if self.domain == FULFILLMENT else self.state

    @property
    def total_of_items(self):
        return sum(item.quantity * item.price for item in self.items)

    @property
    def total(self):
        return self.total_of_items + self.freight + self.adjustment

    @property
    def is_wholly_invoiced(self):
        return not any(self.open_quantities(OUTPUT).values()) and not self.open_value(OUTPUT)

    @property
    def last_request(self):
        return self.requests[-1] if self.requests else None

    @property
    def open_change(self):
        return next((change for change in self.changes if change.is_open), None)

    @property
    def left(self):
        """What is still to be fulfilled of each line, by its unique ID."""
        gone = self.state in states.CANCELLED
        return {item.unique_id: 0 if gone else item.quantity for item in self.items}

    @property
    def totals(self):
        """As in the order's document."""
        parts = {"Items": self.total_of_items, "Shipping": self.freight}
        if self.adjustment:
            parts["ManualValues"] = self.adjustment
        return [{"id": name, "name": name, "value": value} for name, value in parts.items()]

    def open_quantities(self, kind):
        """What is left to be invoiced (Output), or to be returned (Input), by item ID."""
        counts = Counter()
        for item in self.items:
            counts[item.id] += item.quantity if kind == OUTPUT else 0
        for invoice, sign in self._counting(kind):
            for item_id, quantity in invoice.quantities.items():
                counts[item_id] += sign * quantity
        return counts

    def open_value(self, kind):
        """What is left to be invoiced (Output), or to be paid back (Input), in cents."""
        left = self.total if kind == OUTPUT else 0
        return left + sum(sign * invoice.value for invoice, sign in self._counting(kind))

    def _counting(self, kind):
        """The invoices that count for ``kind``, each with 1 if it adds to what is left, or -1."""
        for invoice in self.invoices:
            if invoice.type == kind:
                yield invoice, -1
            elif kind == INPUT:
                yield invoice, 1

    def permits(self, event):
        return states.permitted(event, self.state, self.seller_state)

    def check(self, event):
        """:raise NotPermitted: if ``event`` is impossible now"""
        return states.follow(event, self.state, self.seller_state, self.before)

    def follow(self, event, more="", silently=False):
        """Go on to the states that follow ``event``.

        :param silently: nobody is notified
        :raise NotPermitted: if it is impossible now
        """
        before = self.status
        self.state, self.seller_state = self.check(event)
        what = states.TRANSITIONS[event].what
        self.tell(f"{what} ({more})" if more else what, event)
        if self.state in states.CANCELLED:
            self._drop_change()
        if self.status != before:
            self.changed(self, before, silently)

    def overtake(self):
        """The order is cancelled: whatever was asked is settled."""
        for request in self.requests:
            if request.state in UNSETTLED:
                request.state = "overtaken"

    def _drop_change(self):
        """The order is cancelled: no change of it is wanted any more."""
        if change := self.open_change:
            change.status, change.is_due = changes.CANCELED, False
            message = "the order is cancelled"
            change.logs.append({"date": now_text(), "status": change.status, "message": message})

    def tell(self, what, event=None):
        """Note in the history what has happened."""
        self.history.append(
            {
                "date": now_text(),
                "event": event,
                "what": what,
                "status": self.state,
                "sellerStatus": self.seller_state,
            }
        )

    def to_dict(self):
        """The order as the control API shows it."""
        return {
            "orderId": self.id,
            "marketplaceOrderId": self.id,
            "marketplaceOrderGroup": self.group,
            "sellerOrderId": self.seller_order_id,
            "status": self.state,
            "sellerStatus": self.seller_state,
            "creationDate": self.created,
            "windowToCancelEnds": self.window_ends and now_text(self.window_ends),
            "value": self.total,
            "totals": self.totals,
            "clientProfileData": {"name": self.shopper},
            "items": [item.to_dict() for item in self.items],
            "cancellationRequests": [request.to_dict() for request in self.requests],
            "changes": [change.to_dict() for change in self.changes],
            "stuck": self.stuck,
            "invoices": [invoice.to_dict() for invoice in self.invoices],
            "history": list(self.history),
            "domain": self.domain,
            "cancellation": self.cancellation and asdict(self.cancellation),
            "told": dict(self.told),
        }
