"""Which states may an order have, and what may change them? A pure table.

Source: protocol page, "States of an order at the marketplace" and "Outbound: seller → marketplace"
(when a denial, a cancellation and an invoice are possible). An order has two states, one at the
marketplace and one at the seller; both change together.
"""

from dataclasses import dataclass

WINDOW_TO_CANCEL = "window-to-cancel"
READY_FOR_HANDLING = "ready-for-handling"
START_HANDLING = "start-handling"
HANDLING = "handling"
WAITING_FOR_FULFILLMENT = "waiting-for-fulfillment"
READY_FOR_INVOICING = "ready-for-invoicing"
REQUEST_CANCEL = "request-cancel"
WAITING_FOR_SELLER_DECISION = "waiting-for-seller-decision"
CANCELLATION_REQUESTED = "cancellation-requested"  # at the seller only
CANCEL = "cancel"
CANCELED = "canceled"
INVOICE = "invoice"
INVOICED = "invoiced"
INCOMPLETE = "incomplete"  # never completed by the shopper: nothing can happen to it any more

#: Protocol page, "Part of an order": in which a part of an order may be changed.
CHANGEABLE = frozenset({HANDLING, WAITING_FOR_FULFILLMENT, READY_FOR_INVOICING})
OPEN = CHANGEABLE | {WINDOW_TO_CANCEL, READY_FOR_HANDLING, START_HANDLING}
ASKED = frozenset({REQUEST_CANCEL, WAITING_FOR_SELLER_DECISION})
MARKETPLACE_STATES = OPEN | ASKED | {CANCEL, CANCELED, INVOICE, INVOICED, INCOMPLETE}
SELLER_STATES = OPEN | {CANCELLATION_REQUESTED, CANCEL, CANCELED, INVOICE, INVOICED, INCOMPLETE}
CANCELLED = frozenset({CANCEL, CANCELED})

#: Not a state: the one that the order was in before its cancellation was requested.
BEFORE = "(before the request)"


@dataclass(frozen=True)
class Rule:
    """What an event does: from which states it is possible, and which come next."""

    marketplace: frozenset
    next_marketplace: str
    next_seller: str
    seller: frozenset = SELLER_STATES
    what: str = ""


def _rule(marketplace, next_marketplace, next_seller, what, seller=SELLER_STATES):
    marketplace = frozenset({marketplace} if isinstance(marketplace, str) else marketplace)
    return Rule(marketplace, next_marketplace, next_seller, frozenset(seller), what)


TRANSITIONS = {
    # An order goes its way.
    "close-window": _rule(
        WINDOW_TO_CANCEL, READY_FOR_HANDLING, READY_FOR_HANDLING, "the window to cancel closes"
    ),
    "start-handling": _rule(
        READY_FOR_HANDLING, START_HANDLING, START_HANDLING, "the seller starts to handle it"
    ),
    "handle": _rule(START_HANDLING, HANDLING, HANDLING, "the seller handles it"),
    # Somebody asks for its cancellation; the three answers, and the denial.
    "request-cancel": _rule(
        OPEN, REQUEST_CANCEL, CANCELLATION_REQUESTED, "its cancellation is requested"
    ),
    "evaluate": _rule(
        ASKED, WAITING_FOR_SELLER_DECISION, CANCELLATION_REQUESTED, "the seller is deciding"
    ),
    "confirm": _rule(ASKED, CANCEL, CANCELED, "the seller confirms the cancellation"),
    "refuse": _rule(ASKED, BEFORE, BEFORE, "the seller answers that it refuses"),
    "deny": _rule(
        WAITING_FOR_SELLER_DECISION,
        BEFORE,
        BEFORE,
        "the seller denies the request",
        seller={CANCELLATION_REQUESTED},
    ),
    "pass-30-days": _rule(
        WAITING_FOR_SELLER_DECISION, CANCEL, CANCELED, "30 days pass without a decision"
    ),
    # The same without a call: a VTEX store is notified, if at all, and reads the order.
    "ask-to-cancel": _rule(
        OPEN,
        WAITING_FOR_SELLER_DECISION,
        CANCELLATION_REQUESTED,
        "its cancellation is requested, without a call",
    ),
    "begin-cancel": _rule(
        OPEN | ASKED, CANCEL, CANCEL, "the marketplace cancels it, without a call"
    ),
    # The seller cancels it by itself.
    "seller-cancels": _rule(OPEN | ASKED, CANCEL, CANCELED, "the seller cancels it"),
    "seller-cancels-returned": _rule(
        INVOICED, CANCEL, CANCELED, "the seller cancels it after a return invoice"
    ),
    "finish-cancel": _rule(CANCEL, CANCELED, CANCELED, "it is cancelled"),
    # The seller invoices it, which refuses a pending cancellation too.
    "invoice": _rule(
        (OPEN - {WINDOW_TO_CANCEL}) | ASKED | {INVOICE}, INVOICE, INVOICE, "the seller invoices it"
    ),
    "finish-invoice": _rule(INVOICE, INVOICED, INVOICED, "all of it is invoiced"),
    "return": _rule(INVOICED, INVOICED, INVOICED, "the seller sends a return invoice"),
}

#: What a person at the marketplace, or time, can make happen; the rest comes of calls.
BY_HAND = (
    "close-window", "start-handling", "handle", "pass-30-days",
    "ask-to-cancel", "begin-cancel", "finish-cancel",
)  # fmt: skip


class NotPermitted(Exception):
    """The event is impossible in the states that the order has."""

    def __init__(self, event, marketplace, seller):
        super().__init__(
            f"{event} is not possible: at the marketplace the order is {marketplace}, "
            f"at the seller {seller}"
        )


def permitted(event, marketplace, seller):
    """Is ``event`` possible in these two states?"""
    rule = TRANSITIONS[event]
    return marketplace in rule.marketplace and seller in rule.seller


def follow(event, marketplace, seller, before=None):
    """The two states after ``event``.

    :param before: the two states before the cancellation was requested
    :raise NotPermitted: if the table has no such transition
    """
    if not permitted(event, marketplace, seller):
        raise NotPermitted(event, marketplace, seller)
    rule = TRANSITIONS[event]
    if rule.next_marketplace == BEFORE:
        return before
    return rule.next_marketplace, rule.next_seller
