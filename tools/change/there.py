"""Changes of orders as their marketplace shows them, and how far they have got."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..inbound.cancellation_request import read_date, read_text
from ..inbound.changed_items import derived_id, next_id, read_cents, read_content, read_id
from ..inbound.order_change import OrderChange
from ..inbound.problem import Problem
from ..members import member, objects, read_document

WAITING_ACKNOWLEDGEMENT = "waiting-acknowledgement"
WAITING_CONFIRMATION = "waiting-confirmation"
DONE = "done"
CANCELED = "canceled"


@dataclass(frozen=True)
class ChangeThere:
    """One change at the marketplace.

    :param status: how far it has got, in small letters; None if that is not told, as in a list
    :param in_progress: None if that is not told
    :param change: what it changes, empty if that cannot be read
    :param total_cents: by how much the order's total changes, None if that is not told
    :param date: when it was asked for; naive, UTC
    """

    change_id: str
    status: str | None
    in_progress: bool | None
    change: OrderChange
    total_cents: int | None
    date: datetime | None = None

    @property
    def may_be_open(self) -> bool:
        """Whether the marketplace does not say that it is over."""
        return self.status not in (DONE, CANCELED) and self.in_progress is not False

    @classmethod
    def from_text(cls, text: str, order_id: str) -> "ChangeThere":
        """Read the answer to reading a change.

        :raise ValueError: if it is none, or does not say how far it has got
        """
        found = _read(read_document(text), order_id)
        if not found or found.status is None:
            raise ValueError("no change")
        return found


def changes_from_text(text: str, order_id: str) -> tuple[ChangeThere, ...]:
    """Read the answer to reading which changes there are of an order.

    :raise ValueError: if it is no such list
    """
    requests = member(read_document(text), "requests")
    if not isinstance(requests, list):
        raise ValueError("no list of changes")
    found = (_read(entry, order_id) for entry in objects(requests))
    return tuple(change for change in found if change)


def id_of_created(text: str) -> str | None:
    """The ID in the answer to creating a change, None if there is none that can be one."""
    try:
        return _id(member(read_document(text), "requestId"))
    except ValueError:
        return None


def changes_of_order(document: Mapping[str, object], order_id: str) -> tuple[ChangeThere, ...]:
    """The changes that an order's document shows: they are facts, and cannot be refused.

    Their IDs are those of their receipts there, not those by which they were asked for. Several
    that are alike, and have none, have different ones all the same.
    """
    attachment = member(document, "changesAttachment")
    if not isinstance(attachment, dict):
        return ()
    entries = objects(member(attachment, "changesData"))
    return tuple(_told_apart(_read_fact(entry, order_id) for entry in entries))


def _told_apart(facts: Iterable[ChangeThere]) -> Iterator[ChangeThere]:
    ids: set[str] = set()
    for fact in facts:
        change_id = fact.change_id
        while change_id in ids and not fact.change.is_id_given:
            change_id = next_id(change_id)
        ids.add(change_id)
        yield replace(fact, change_id=change_id, change=replace(fact.change, change_id=change_id))


def _read(document: Mapping[str, object], order_id: str) -> ChangeThere | None:
    change_id = _id(member(document, "requestId"))
    if not change_id:
        return None
    progress, total = member(document, "inProgress"), member(document, "totalChangeValue")
    status = read_text(member(document, "status"))
    return ChangeThere(
        change_id,
        status.lower() if status else None,
        progress if isinstance(progress, bool) else None,
        _content(document, order_id, change_id),
        read_cents(total),
        read_date(member(document, "date")),
    )


def _read_fact(entry: Mapping[str, object], order_id: str) -> ChangeThere:
    receipt = member(entry, "receipt")
    receipt = receipt if isinstance(receipt, dict) else {}
    values = [read_cents(member(entry, name)) for name in ("incrementValue", "discountValue")]
    total = None if values == [None, None] else (values[0] or 0) - (values[1] or 0)
    document = {
        "reason": member(entry, "reason"),
        "remove": {"items": member(entry, "itemsRemoved") or []},
        "add": {"items": member(entry, "itemsAdded") or []},
        "totalChangeValue": total,
    }
    change_id = _id(member(receipt, "receipt"))
    change = _content(document, order_id, change_id, is_fact=True)
    date = read_date(member(receipt, "date"))
    return ChangeThere(change.change_id, DONE, False, change, total, date)


def _content(
    document: Mapping[str, object], order_id: str, change_id: str | None, is_fact: bool = False
) -> OrderChange:
    """What a change changes; nothing if that cannot be read: how far it has got counts, too."""
    try:
        removed, replaced, added = read_content(document)
    except Problem:
        removed, replaced, added = (), (), ()
    return OrderChange(
        order_id,
        change_id or derived_id(order_id, removed, replaced, added),
        is_id_given=change_id is not None,
        reason=read_text(member(document, "reason")),
        removed=removed,
        replaced=replaced,
        added=added,
        total_change=read_cents(member(document, "totalChangeValue")),
        is_fact=is_fact,
    )


def _id(value: object) -> str | None:
    try:
        return read_id(value, "requestId")
    except Problem:
        return None
