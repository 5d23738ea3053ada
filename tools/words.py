"""Texts about orders, health, set-up, log and self-tests, in English. The models translate them."""

from typing import NamedTuple


def _lt(text: str) -> str:
    """Mark ``text`` for translation."""
    return text


#: What health looks at.
TITLES = {
    "calls": _lt("Last call"),
    "answers": _lt("Errors in 24 hours"),
    "rejected": _lt("Rejected in 24 hours"),
    "nobody": _lt("Calls to unknown accounts"),
    "people": _lt("Waiting for a person"),
    "responsible": _lt("Responsible"),
    "waiting": _lt("Waiting for their order"),
    "queued": _lt("About to be cancelled"),
    "changes": _lt("Changes of orders"),
    "told": _lt("Calls to the marketplace"),
    "untold": _lt("Accepted but not yet told"),
    "hook": _lt("Orders hook"),
    "reading": _lt("Orders to read"),
    "keys": _lt("Credentials"),
    "log": _lt("Log verified"),
    "jobs": _lt("Scheduled actions"),
    "sessions": _lt("Connection to PostgreSQL"),
}
#: The states of requests, or calls, that a line is about, and what it calls them.
STATES = {
    "people": {
        "evaluating": _lt("to decide"),
        "failed": _lt("failed"),
        "mismatch": _lt("name two orders"),
        "part_evaluating": _lt("to decide (parts)"),
        "part_failed": _lt("failed (parts)"),
    },
    "waiting": {
        "waiting": _lt("for an order that is not here yet"),
        "part_waiting": _lt("for their order, or for each other (parts)"),
    },
    "queued": {"queued": _lt("queued"), "received": _lt("just received")},
    "changes": {
        "part_received": _lt("just received"),
        "part_agreed": _lt("agreed, to be confirmed by the marketplace"),
    },
    "told": {
        "failed": _lt("refused"),
        "expired": _lt("not accepted in time"),
        "pending": _lt("to send"),
        "waiting": _lt("wait for the invoice"),
    },
    "untold": {"cancelled": _lt("cancelled"), "kept": _lt("kept open")},
}
#: What an answer with an error means.
MEANINGS = {
    404: _lt("order not known yet"),
    409: _lt("refused, or two orders named"),
    500: _lt("could not be cancelled"),
    503: _lt("not possible at that moment"),
}


class Step(NamedTuple):
    """A step of the set-up.

    :param buttons: what each is called; and the method that it calls, that it saves the form, or
        that it is no main one
    """

    title: str
    text: str
    buttons: tuple[tuple[str, dict[str, str | bool]], ...]


STEPS = {
    "connect": Step(
        _lt("Name it"),
        _lt("A name for you, and a code that becomes part of the address."),
        ((_lt("Save"), {"save": True}),),
    ),
    "keys": Step(
        _lt("Get the credentials"),
        _lt("An app key and a token for the marketplace. They are shown once."),
        ((_lt("Generate"), {"name": "action_generate_credential"}),),
    ),
    "address": Step(
        _lt("Register the address"),
        _lt("Enter it at the marketplace, as the fulfillment endpoint."),
        ((_lt("It Is Registered"), {"name": "action_setup_registered"}),),
    ),
    "connection": Step(
        _lt("Call the marketplace"),
        _lt(
            "Optional. Enter the marketplace's own app key and token on the page Calls to the "
            "Marketplace, so that Odoo can tell it of refusals."
        ),
        (
            (_lt("Test It"), {"name": "action_setup_connection"}),
            (_lt("Skip"), {"name": "action_setup_skip", "is_minor": True}),
        ),
    ),
    "test": Step(
        _lt("See it work"),
        _lt(
            "A sample order is made, and your browser cancels it through the real endpoint. Only "
            "the marketplace's own first call shows that it reaches the endpoint from outside."
        ),
        ((_lt("Send a Test"), {"name": "action_send_test_cancellation"}),),
    ),
}
#: The button of the second step if a signing secret has to be entered.
ENTER_SECRET = _lt("Enter It")

#: What is said before the findings of a log, and where its chain breaks.
LOG_BROKEN = _lt(
    "The log does not verify. Somebody has changed receipts or calls without Odoo, or a part of "
    "the database was restored:"
)
BREAKS = {
    "missing": _lt("Entries %(first)s to %(last)s of the log are missing."),
    "changed": _lt("Entry %(first)s of the log was changed, or the one before it."),
}
#: What the log finds of receipts, and of arrivals.
RECEIPT_FINDINGS = {
    "edited": _lt("Receipt %(receipt)s was changed."),
    "missing": _lt("Receipt no. %(receipt)s is missing."),
    "inserted": _lt("Receipt %(receipt)s was inserted."),
}
ARRIVAL_FINDINGS = {
    "edited": _lt("Call %(id)s of receipt %(receipt)s was changed."),
    "missing": _lt("Call %(id)s of receipt %(receipt)s is missing."),
    "inserted": _lt("Call %(id)s of receipt %(receipt)s was inserted."),
}

#: What an entry that somebody wrote down says of the log.
NOTED_FINDINGS = {
    "ahead": _lt(
        "The log ends at entry %(last)s, before entry %(noted)s that was noted: what came after it "
        "is missing."
    ),
    "gone": _lt(
        "Entry %(noted)s that was noted is no longer kept: the log begins after entry %(first)s."
    ),
    "other": _lt("Entry %(noted)s is not the one that was noted."),
}

#: The customer and the product of self-tests' orders.
SAMPLES = {
    "partner_test": _lt("Test Cancellation (not a customer)"),
    "product_test": _lt("Test Cancellation (nothing is sold)"),
}

#: What other modules have done for an order, which stays when the order goes.
FINDINGS = {
    "delivered": _lt("goods were delivered without a transfer of this order"),
    "invoiced": _lt("it was billed without an invoice of this order"),
    "payment": _lt("a payment is under way"),
    "label": _lt("a shipment was ordered from a carrier"),
    "point_of_sale": _lt("it is open at a point of sale"),
    "loyalty": _lt("points, a gift card or a coupon from it were used already"),
    "printing": _lt("it was sent to a print service"),
    "attended": _lt("an event was attended or has begun"),
    "booth": _lt("a booth of an event is booked"),
    "course": _lt("the customer is enrolled in its course"),
    "partnership": _lt("it gave the customer a partner level"),
    "time": _lt("time was logged on its tasks"),
    "task": _lt("a task of it was begun or done"),
    "milestone": _lt("a milestone was reached"),
    "expense": _lt("an expense was made for it"),
    "repair": _lt("a repair was begun or done"),
    "production": _lt("manufacturing has begun"),
}
#: What an order says that somebody keeps open.
KEPT_OPEN = _lt(
    "Kept open here, although %(marketplace)s was told that the order is cancelled. "
    "Reason: %(reason)s"
)

#: What a person has to do if points or cards could not be taken back.
POINTS_USED = _lt(
    "%(program)s: %(points)s from cancelled orders were used already, and could not be taken back."
)
#: What a person has to look for, if Odoo cannot tell where goods belong.
GOODS_IN_DOUBT = _lt(
    "It is not certain that these goods have to come back: they may be another order's, or back "
    "already. No transfer is proposed for them: %s"
)

#: What a quotation says if its cancellation arrived before it.
CANCELLED_BEFORE = _lt(
    "The marketplace has cancelled this order already. It will be cancelled here when it is "
    "confirmed; nothing will be shipped."
)
