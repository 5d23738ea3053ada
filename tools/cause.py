"""Why orders are cancelled, and what exists because of them. Returns, credit notes and activities
are made from this."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .translator import Translator


class Cause(NamedTuple):
    """Why orders are cancelled. The records are in superuser mode.

    They are ``Any``: plain Python does not know Odoo's models.

    :param order: the marketplace's order; none if it is not known
    :param account: its marketplace account
    :param text: one sentence for chatters and activities
    :param receipt: the marketplace's request; none if the seller cancels it unasked
    :param person: the user who was asked and wanted it; none if that was nobody
    :param of_part: the order goes on: a part of it was cancelled
    """

    order: Any
    account: Any
    text: str
    receipt: Any
    person: Any
    of_part: bool = False

    @property
    def responsible(self) -> Any:
        """The user who is asked where a person has to look at something."""
        return self.person or self.account._responsible_user()


class Upstream(NamedTuple):
    """A document that is there because of an order, and what becomes of it with the order.

    :param document: a record
    :param stop: stops it and returns one sentence on what was done; returns False, or is None, if
        it has begun, so that a person has to see to it
    :param text: what that person has to see to, if more can be said of it
    :param ends: Odoo cancels it with the order, however that is cancelled
    """

    document: Any
    stop: Callable[[], str | bool] | None = None
    text: str | None = None
    ends: bool = False


def message_of_return(env: Translator, cause: Cause, transfer: str) -> str:
    """What a return says that was proposed: why it brings back what ``transfer`` moved."""
    names = {
        "picking": transfer,
        "marketplace": cause.account.name,
        "order": cause.order.marketplace_order_id,
    }
    if cause.of_part:
        return env._(
            "Brings back what %(picking)s moved: a part of %(marketplace)s's order %(order)s was "
            "cancelled.",
            **names,
        )
    if cause.receipt:
        return env._(
            "Brings back what %(picking)s moved: %(marketplace)s cancelled order %(order)s.",
            **names,
        )
    return env._(
        "Brings back what %(picking)s moved: %(marketplace)s's order %(order)s was cancelled here.",
        **names,
    )


def reference_of_credit_note(env: Translator, cause: Cause, invoice: str) -> str:
    """What a credit note of ``invoice`` says it is for."""
    if cause.of_part:
        return env._(
            "Reversal of %(invoice)s: a part of %(order)s was cancelled",
            invoice=invoice,
            order=cause.order.name,
        )
    if cause.receipt:
        return env._(
            "Reversal of %(invoice)s: cancelled by %(marketplace)s",
            invoice=invoice,
            marketplace=cause.account.name,
        )
    return env._(
        "Reversal of %(invoice)s: %(order)s was cancelled",
        invoice=invoice,
        order=cause.order.name,
    )
