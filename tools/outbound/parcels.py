"""Which parcel brings what an invoice bills."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Invoice = TypeVar("Invoice", bound=Hashable)
Line = TypeVar("Line", bound=Hashable)
Parcel = TypeVar("Parcel")


def first_parcels(
    billed: Mapping[tuple[Invoice, Line], float],
    parcels: Iterable[tuple[Parcel, Mapping[Line, float]]],
) -> dict[Invoice, Parcel]:
    """The first parcel of each invoice: that which brings what it bills, and no invoice before it.

    :param billed: quantities of order lines by invoice, the oldest invoice first
    :param parcels: each with the quantities of order lines that are in it, the oldest first
    """
    room = dict(billed)
    found: dict[Invoice, Parcel] = {}
    for parcel, content in parcels:
        in_parcel = dict(content)
        for (invoice, line), left in room.items():
            taken = min(left, in_parcel.get(line, 0.0))
            if taken > 0:
                room[invoice, line] = left - taken
                in_parcel[line] -= taken
                found.setdefault(invoice, parcel)
    return found
