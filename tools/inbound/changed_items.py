"""The items that a change of an order names, read strictly where they decide something."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from ..members import member, only_member
from .cancellation_request import check_id, read_text
from .problem import INVALID_FIELD, Problem

#: How many items one change may name.
MAX_ITEMS = 500
#: How many pieces of an item one change may name.
MAX_QUANTITY = 1_000_000
#: How much is kept of an item's name, in characters.
MAX_NAME = 200
#: Highest amount that is kept, in cents, up and down.
MAX_CENTS = 10**12

#: Makes the ID of a change that has none.
_NAMESPACE = uuid.UUID("6a0f6d0e-2f2c-4a4b-9a4e-5d1b1f0c7a19")


@dataclass(frozen=True)
class ChangedItem:
    """Some pieces of one SKU.

    :param sku: its ID at the marketplace
    :param quantity: how many pieces are meant, at least one
    :param unique_id: the marketplace's ID of the order's line
    :param price: of one piece, in cents; None if it was not told, or could not be read
    :param name: for people
    """

    sku: str
    quantity: int
    unique_id: str | None = None
    price: int | None = None
    name: str | None = None

    def to_document(self) -> dict[str, object]:
        """The item under the names that a body gives it; what is not told is left out."""
        document = {
            "id": self.sku,
            "uniqueId": self.unique_id,
            "quantity": self.quantity,
            "price": self.price,
            "name": self.name,
        }
        return {name: value for name, value in document.items() if value is not None}


Items = tuple[ChangedItem, ...]


@dataclass(frozen=True)
class Replacement:
    """Items that are exchanged for others, or for the same in another quantity or at another price.

    At least one of the two sides has items.
    """

    taken: Items
    given: Items


def to_entry(items: Items) -> dict[str, object]:
    """What a body has of ``items``, in ``remove`` for example."""
    return {"items": [item.to_document() for item in items]}


def derived_id(
    order_id: str, removed: Items, replaced: tuple[Replacement, ...], added: Items
) -> str:
    """The ID of a change that has none: the same for every repeat of the same content.

    Neither the order of the items counts, nor texts that only describe them. The price counts where
    it may be what changes.
    """
    content = [
        order_id,
        _sums(removed),
        sorted([_sums(one.taken), _sums(one.given, priced=True)] for one in replaced),
        _sums(added, priced=True),
    ]
    return str(uuid.uuid5(_NAMESPACE, json.dumps(content)))


def next_id(known: str) -> str:
    """The ID of a change without one that asks for the same as another does.

    :param known: an ID of that one, of which no other change has it
    """
    return str(uuid.uuid5(_NAMESPACE, known))


def _sums(items: Items, priced: bool = False) -> list[list[str | int]]:
    """Pieces by SKU, line and price, in an order that is always the same."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for item in items:
        price = str(item.price) if priced and item.price is not None else ""
        sums[item.sku, item.unique_id or "", price] += item.quantity
    return sorted([*key, quantity] for key, quantity in sums.items())


def read_content(
    document: Mapping[str, object],
) -> tuple[Items, tuple[Replacement, ...], Items]:
    """What a change removes, replaces and adds.

    :param document: a body, or what was stored of it
    :raise Problem: invalid-field; its ``field`` is the place, such as ``remove.items[1].quantity``
    """
    removed = _read_items(only_member(document, "remove"), "remove")
    added = _read_items(only_member(document, "add"), "add")
    replaced = tuple(
        replacement
        for field, entry in _entries(only_member(document, "replace"), "replace")
        if (replacement := _read_replacement(entry, field)) != Replacement((), ())
    )
    number = len(removed) + len(added) + sum(len(one.taken) + len(one.given) for one in replaced)
    if number > MAX_ITEMS:
        refuse("items", f"are more than {MAX_ITEMS}.")
    return removed, replaced, added


def _read_replacement(entry: Mapping[str, object], field: str) -> Replacement:
    return Replacement(
        _read_items(only_member(entry, "from", f"{field}.from"), f"{field}.from"),
        _read_items(only_member(entry, "to", f"{field}.to"), f"{field}.to"),
    )


def _read_items(value: object, field: str) -> Items:
    """The items of an object or a list of objects, each with ``items``; of null none."""
    return tuple(
        _read_item(item, place)
        for name, entry in _entries(value, field)
        for place, item in _entries(_read_list(entry, name), f"{name}.items")
    )


def _entries(value: object, field: str) -> list[tuple[str, dict[str, object]]]:
    """The objects in ``value``, each with the name to complain about."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [(field, value)]
    if not isinstance(value, list):
        refuse(field, "must be an object or a list of objects.")
    entries = [(f"{field}[{place}]", entry) for place, entry in enumerate(value)]
    for name, entry in entries:
        if not isinstance(entry, dict):
            refuse(name, "must be an object.")
    return entries


def _read_list(entry: Mapping[str, object], field: str) -> list[object]:
    items = only_member(entry, "items", f"{field}.items")
    if not isinstance(items, list):
        refuse(f"{field}.items", "must be a list.")
    return items


def _read_item(item: Mapping[str, object], field: str) -> ChangedItem:
    sku, quantity, unique_id = (
        only_member(item, name, f"{field}.{name}") for name in ("id", "quantity", "uniqueId")
    )
    return ChangedItem(
        sku=read_id(sku, f"{field}.id"),
        quantity=_read_quantity(quantity, f"{field}.quantity"),
        unique_id=None if unique_id in (None, "") else read_id(unique_id, f"{field}.uniqueId"),
        price=read_cents(member(item, "price")),
        name=(read_text(member(item, "name")) or "")[:MAX_NAME].strip() or None,
    )


def read_id(value: object, field: str) -> str:
    """An ID; clients of VTEX also send those that consist of digits as a number.

    :raise Problem: invalid-field
    """
    number = _whole(value)
    return check_id(value if number is None else str(number), field)


def _read_quantity(value: object, field: str) -> int:
    quantity = _whole(value)
    if quantity is None or quantity < 1:
        refuse(field, "must be an integer greater than 0.")
    if quantity > MAX_QUANTITY:
        refuse(field, f"is greater than {MAX_QUANTITY}.")
    return quantity


def read_cents(value: object) -> int | None:
    """An amount; None if it is no whole number of cents, or beyond what anybody pays."""
    cents = _whole(value)
    return cents if cents is not None and abs(cents) <= MAX_CENTS else None


def _whole(value: object) -> int | None:
    """A number without a fraction: 2, and also 2.0, as some write it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def refuse(field: str, flaw: str) -> NoReturn:
    """Complain about a field.

    :raise Problem: invalid-field
    """
    raise Problem(INVALID_FIELD, f"{field} {flaw}", field=field)
