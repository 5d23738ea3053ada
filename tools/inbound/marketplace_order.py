"""Orders as their marketplace shows them: what they say of a cancellation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..change.there import ChangeThere, changes_of_order
from ..members import member, objects, read_document
from .cancellation_request import (
    CancellationRequest,
    flaw_of_id,
    read_boolean,
    read_date,
    read_text,
)

#: The order's cancellation is asked for (protocol, "States of an order").
ASKED_FOR = ("request-cancel", "cancellation-requested", "waiting-for-seller-decision")
#: It is cancelled, or about to be, and nobody can refuse that any more.
CANCELLED = ("cancel", "canceled")


@dataclass(frozen=True)
class MarketplaceOrder:
    """One order at the marketplace.

    :param order_id: the marketplace's ID of it
    :param status: as the marketplace calls it, such as ``handling``
    :param is_cancelled: nothing can be refused any more
    :param requests: the one cancellation that has been decided there, or those that may still be
        refused
    :param changes: what was taken out, exchanged or added since it was placed
    """

    order_id: str
    status: str
    is_cancelled: bool
    requests: tuple[CancellationRequest, ...]
    changes: tuple[ChangeThere, ...] = ()

    @classmethod
    def from_text(cls, text: str, order_id: str | None = None) -> "MarketplaceOrder":
        """Read the answer to reading an order.

        :param order_id: what was asked for
        :raise ValueError: if it is no order, or another one
        """
        document = read_document(text)
        status = member(document, "status")
        if not isinstance(status, str):
            raise ValueError("no status")
        status = read_text(status) or ""
        unspecific = CancellationRequest(
            marketplace_order_id=_check_order_id(member(document, "orderId"), order_id),
            marketplace_order_group=read_text(member(document, "orderGroup")),
        )
        asked = _open_requests(document, unspecific)
        if is_cancelled := status in CANCELLED:
            asked = (_fact(document, unspecific, asked),)
        elif status in ASKED_FOR and not asked:
            asked = (unspecific,)
        found = unspecific.marketplace_order_id
        return cls(found, status, is_cancelled, asked, changes_of_order(document, found))

    @property
    def goes_on(self) -> bool:
        """Whether it shows neither a cancellation nor a change."""
        return not (self.requests or self.changes)

    @property
    def lacks_reason(self) -> bool:
        """Whether it is cancelled and does not say why yet: that comes some seconds later.

        (VTEX's known issue 792650.)
        """
        return self.is_cancelled and not any(request.reason for request in self.requests)


class ListedOrder(NamedTuple):
    """An order in a list: what it was when the marketplace indexed it, minutes ago."""

    order_id: str
    status: str


@dataclass(frozen=True)
class OrderList:
    """A page of a list of orders.

    :param orders: those whose IDs can be IDs
    :param pages: how many pages there are, 0 if there are no orders
    :param current_page: which one this is, from 1
    """

    orders: tuple[ListedOrder, ...]
    pages: int
    current_page: int

    @classmethod
    def from_text(cls, text: str) -> "OrderList":
        """Read the answer to listing orders.

        :raise ValueError: if it is no list, or does not say whether there is more
        """
        document = read_document(text)
        listed, paging = member(document, "list"), member(document, "paging")
        if not isinstance(listed, list) or not isinstance(paging, dict):
            raise ValueError("no list of orders")
        orders = tuple(
            ListedOrder(order_id, read_text(member(entry, "status")) or "")
            for entry in objects(listed)
            if (order_id := _id(member(entry, "orderId")))
        )
        return cls(orders, _count(paging, "pages"), _count(paging, "currentPage"))


def _check_order_id(value: object, asked_for: str | None) -> str:
    """The ID of the order that was read, or else of the one that was asked for."""
    order_id = asked_for if value in (None, "") else _id(value)
    if not order_id or asked_for not in (None, order_id):
        raise ValueError("no ID, or that of another order")
    return order_id


def _open_requests(
    document: Mapping[str, object], unspecific: CancellationRequest
) -> tuple[CancellationRequest, ...]:
    """What is asked for and the seller has not denied."""
    return tuple(
        replace(
            unspecific,
            cancellation_request_id=_id(member(entry, "id")),
            cancellation_request_date=read_date(member(entry, "cancellationRequestDate")),
            reason=read_text(member(entry, "reason")),
            requested_by_user=read_boolean(member(entry, "requestedByUser")),
        )
        for entry in objects(member(document, "cancellationRequests"))
        if not read_boolean(member(entry, "deniedBySeller"))
    )


def _fact(
    document: Mapping[str, object],
    unspecific: CancellationRequest,
    asked: tuple[CancellationRequest, ...],
) -> CancellationRequest:
    """The cancellation that the marketplace has carried out, or is about to.

    If it does not say which request that was and there is only one, it was that one.
    """
    data = member(document, "cancellationData")
    data = data if isinstance(data, dict) else {}
    fact = replace(
        unspecific,
        cancellation_request_id=_id(member(data, "cancellationRequestId")),
        cancellation_request_date=read_date(member(data, "cancellationDate")),
        reason=read_text(member(data, "reason")),
        requested_by_user=read_boolean(member(data, "requestedByUser")),
        is_fact=True,
    )
    if fact.cancellation_request_id or len(asked) != 1:
        return fact
    return replace(
        fact,
        cancellation_request_id=asked[0].cancellation_request_id,
        reason=fact.reason or asked[0].reason,
    )


def _id(value: object) -> str | None:
    """``value`` if it can be an ID: what cannot is left out, for the rest still counts."""
    return value if isinstance(value, str) and not flaw_of_id(value) else None


def _count(paging: Mapping[str, object], name: str) -> int:
    value = member(paging, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is no number of pages")
    return value
