"""A change of an order as a marketplace asks for it: what is taken out, exchanged or added."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..members import member, only_member
from .cancellation_request import load_object, read_text
from .changed_items import (
    ChangedItem,
    Items,
    Replacement,
    derived_id,
    read_cents,
    read_content,
    read_id,
    refuse,
    to_entry,
)

__all__ = ["ACKNOWLEDGMENT", "CONFIRMATION", "ChangedItem", "OrderChange", "Replacement"]

ACKNOWLEDGMENT = "Acknowledgment"
CONFIRMATION = "Confirmation"
#: How each agreement may be written, in small letters.
_AGREEMENTS = {
    "acknowledgment": ACKNOWLEDGMENT,
    "acknowledgement": ACKNOWLEDGMENT,  # British
    "confirmation": CONFIRMATION,
}


@dataclass(frozen=True)
class OrderChange:
    """One call about a change of an order (protocol, "Order modifications").

    :param order_id: as it stands in the address: either side's ID of the order
    :param change_id: the marketplace's, or derived from the order's ID and the content
    :param is_id_given: whether it is the marketplace's
    :param agreement: ``Acknowledgment`` or ``Confirmation``
    :param total_change: by how much the order's total changes, in cents; None if not told
    :param is_fact: the marketplace has changed the order already: nothing can be refused
    """

    order_id: str
    change_id: str
    is_id_given: bool = True
    agreement: str = ACKNOWLEDGMENT
    reason: str | None = None
    removed: Items = ()
    replaced: tuple[Replacement, ...] = ()
    added: Items = ()
    total_change: int | None = None
    is_fact: bool = False

    @classmethod
    def from_body(cls, body: bytes, order_id: str, change_id: str | None = None) -> "OrderChange":
        """Read the raw bytes of a call's body.

        What decides is read strictly: IDs and quantities. What describes is taken as far as it can
        be read: a change is not lost over its reason, or over a price. The case of the names does
        not matter, and unknown members are ignored; what decides may not stand there twice, in
        different cases, and say different things.

        :param order_id: the one in the address, checked
        :param change_id: the one in the address, checked, if there is one
        :raise Problem: not-json or invalid-field
        """
        document = load_object(body)
        removed, replaced, added = read_content(document)
        if not (removed or replaced or added):
            if _read_agreement(document) is None:
                refuse("remove", "has no items, nor have replace and add.")
            return cls._agreement(document, order_id, change_id)
        given = _read_change_id(document, change_id)
        return cls(
            order_id=order_id,
            change_id=given or derived_id(order_id, removed, replaced, added),
            is_id_given=given is not None,
            agreement=_read_agreement(document) or ACKNOWLEDGMENT,
            reason=read_text(member(document, "reason")),
            removed=removed,
            replaced=replaced,
            added=added,
            total_change=read_cents(member(document, "totalChangeValue")),
        )

    @classmethod
    def from_agreement(
        cls, body: bytes, order_id: str, change_id: str | None = None
    ) -> "OrderChange":
        """Read a body that agrees to a change which another call has brought.

        :raise Problem: not-json, or invalid-field if it does not say to which change, or what
        """
        return cls._agreement(load_object(body), order_id, change_id)

    @classmethod
    def _agreement(
        cls, document: Mapping[str, object], order_id: str, change_id: str | None
    ) -> "OrderChange":
        agreement = _read_agreement(document)
        given = _read_change_id(document, change_id)
        if agreement is None:
            refuse("agreementType", "is missing.")
        if given is None:
            refuse("changeRequestId", "is missing.")
        return cls(
            order_id, given, agreement=agreement, reason=read_text(member(document, "reason"))
        )

    @property
    def has_content(self) -> bool:
        """Whether something is removed, replaced or added: a mere agreement has no content."""
        return bool(self.removed or self.replaced or self.added)

    def to_document(self) -> dict[str, object]:
        """What was understood, under the names that a body gives it; the rest is left out."""
        document: dict[str, object] = {
            "reason": self.reason,
            "remove": to_entry(self.removed) if self.removed else None,
            "replace": [
                {"from": to_entry(one.taken), "to": to_entry(one.given)} for one in self.replaced
            ]
            or None,
            "add": to_entry(self.added) if self.added else None,
            "totalChangeValue": self.total_change,
        }
        return {name: value for name, value in document.items() if value is not None}

    @classmethod
    def from_document(
        cls,
        order_id: str,
        change_id: str,
        document: Mapping[str, object],
        *,
        is_id_given: bool = True,
        agreement: str = ACKNOWLEDGMENT,
        is_fact: bool = False,
    ) -> "OrderChange":
        """Read back what :meth:`to_document` has written; the rest is stored elsewhere.

        :raise Problem: invalid-field, if somebody else has written it
        """
        removed, replaced, added = read_content(document)
        reason = document.get("reason")
        return cls(
            order_id=order_id,
            change_id=change_id,
            is_id_given=is_id_given,
            agreement=agreement,
            reason=reason if isinstance(reason, str) else None,  # shortened already, and says so
            removed=removed,
            replaced=replaced,
            added=added,
            total_change=read_cents(document.get("totalChangeValue")),
            is_fact=is_fact,
        )


def _read_change_id(document: Mapping[str, object], in_address: str | None) -> str | None:
    """The one ID that address and body name; None if they name none."""
    change_id = in_address
    for name in ("changeRequestId", "requestId"):
        value = only_member(document, name)
        if value in (None, ""):
            continue
        named = read_id(value, name)
        if change_id not in (None, named):
            refuse(name, f"names another change: {change_id} is named, too.")
        change_id = named
    return change_id


def _read_agreement(document: Mapping[str, object]) -> str | None:
    value = only_member(document, "agreementType")
    if value in (None, ""):
        return None
    agreement = _AGREEMENTS.get(value.strip().lower()) if isinstance(value, str) else None
    if agreement is None:
        refuse("agreementType", f"must be {ACKNOWLEDGMENT} or {CONFIRMATION}.")
    return agreement
