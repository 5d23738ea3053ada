"""Computes from movements where the goods of an order are.

Goods are counted by what was moved, never by how transfers are linked. It knows neither the ORM nor
HTTP, so that every case can be tested as a table (``tests/tools/test_goods.py``).
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any, NamedTuple

#: Places that count as one: all customers', and all where goods may stay or are used up.
AT_CUSTOMER, ELSEWHERE = "customer", None

#: Quantities below it are none: units are rounded to far more than that.
NOTHING = 1e-6


class Spot(NamedTuple):
    """Goods of one kind in one place. Lot, package and owner are None where there is none."""

    location: Hashable
    product: Hashable
    lot: Hashable = None
    package: Hashable = None
    owner: Hashable = None

    def likeness(self, other: "Spot") -> tuple[bool, bool, bool]:
        """How much the goods here are like those of ``other``, which are of the same product."""
        return (self.lot == other.lot, self.owner == other.owner, self.package == other.package)


class Movement(NamedTuple):
    """So much, in the product's unit, was moved for an order.

    :param sure: False if it may as well have been for another order
    """

    source: Spot
    target: Spot
    quantity: float
    order: Hashable
    sure: bool = True


class Lying(NamedTuple):
    """What lies in a spot for the order.

    :param sure: so much at least
    :param doubtful: so much more, perhaps: a person has to look
    """

    sure: float = 0.0
    doubtful: float = 0.0


class ToFetch(NamedTuple):
    """What a cancellation leaves where it does not belong, in the products' units.

    :param quantities: ``{done move that brought it there: quantity}``, to be fetched
    :param doubtful: ``{(product, location): quantity}`` that may lie there, or be another order's
    """

    quantities: Mapping[Any, float]  # Any: plain Python does not know Odoo's records
    doubtful: Mapping[tuple[Hashable, Hashable], float]


class InStock(NamedTuple):
    """What there is in a spot, for whichever orders.

    :param reserved: so much of it others are about to take
    """

    on_hand: float = 0.0
    reserved: float = 0.0


def lying(
    movements: Collection[Movement],
    order: Hashable,
    in_stock: Mapping[Spot, InStock] | None = None,
    counted: Collection[tuple[Hashable, Hashable]] = (),
) -> dict[Spot, Lying]:
    """``{spot: Lying}`` of what ``movements`` have left somewhere for ``order``.

    :param in_stock: ``{spot: InStock}``; an empty one may be left out
    :param counted: ``{(location, product)}`` of which ``in_stock`` tells; at a customer, say,
        nobody counts
    """
    count = _Count(balance(movement for movement in movements if movement.order == order))
    for movement in movements:
        if movement.order == order and not movement.sure:
            count.take(movement.source, movement.quantity)
            count.doubtful[movement.target] += movement.quantity
    count.limit(in_stock or {}, claims(movements, order), counted)
    return count.result()


def balance(movements: Iterable[Movement]) -> dict[Spot, float]:
    """``{spot: quantity}``: what the sure ``movements`` have brought, less what they took."""
    quantities: defaultdict[Spot, float] = defaultdict(float)
    for movement in movements:
        if movement.sure:
            quantities[movement.source] -= movement.quantity
            quantities[movement.target] += movement.quantity
    return {spot: left for spot, left in quantities.items() if abs(left) > NOTHING}


def claims(movements: Iterable[Movement], order: Hashable) -> dict[Spot, float]:
    """``{spot: quantity}``: what ``movements`` have left there for other orders than ``order``."""
    by_order: defaultdict[Hashable, list[Movement]] = defaultdict(list)
    for movement in movements:
        if movement.order not in (order, None):
            by_order[movement.order].append(movement)
    claimed: defaultdict[Spot, float] = defaultdict(float)
    for others in by_order.values():
        for spot, left in balance(others).items():
            claimed[spot] += max(left, 0.0)
    return claimed


def less_announced(
    result: Mapping[Spot, Lying], announced: Iterable[tuple[Iterable[Spot], float]]
) -> dict[Spot, Lying]:
    """``result`` of :func:`lying` without what is about to be fetched from there anyway.

    :param announced: ``[(spots, quantity)]``: from one of these spots, or several of them
    """
    count = _Count({})
    for spot, there in result.items():
        count.sure[spot], count.doubtful[spot] = there
    for spots, quantity in announced:
        left = quantity
        for spot in spots:
            left = count.take(spot, left, doubtful=False)
    return count.result()


def explain(
    brought: Iterable[tuple[Hashable, Movement]], spots: Mapping[Spot, float]
) -> dict[Any, float]:
    """Which moves have brought what lies in ``spots``, the first of ``brought`` first.

    :param brought: ``[(move, what a line of it has done)]``
    :return: ``{move: quantity}``
    """
    left = dict(spots)
    explained: defaultdict[Any, float] = defaultdict(float)
    for move, movement in brought:
        quantity = min(left.get(movement.target, 0.0), movement.quantity)
        if quantity > 0:
            left[movement.target] -= quantity
            explained[move] += quantity
    return dict(explained)


class _Count:
    def __init__(self, balances: Mapping[Spot, float]) -> None:
        self.sure = {spot: left for spot, left in balances.items() if left > 0}
        self.doubtful: defaultdict[Spot, float] = defaultdict(float)
        self._settle({spot: -left for spot, left in balances.items() if left < 0})

    def _settle(self, missing: Mapping[Spot, float]) -> None:
        """Match what was taken under another package, owner or lot with what was brought.

        Which lot, or whose goods, are left is then not known.
        """
        for spot, quantity in missing.items():
            left = quantity
            for other in self._like(spot):
                alike = (other.lot, other.owner) == (spot.lot, spot.owner)
                left -= self._withdraw(other, left, doubtful=not alike)

    def take(self, spot: Spot, quantity: float, doubtful: bool = True) -> float:
        """Count ``quantity`` of what is like ``spot`` as gone, perhaps only; return what is not.

        A lot that is not known can be any; a lot that is known is no other.
        """
        for other in self._like(spot):
            if spot.lot in (None, other.lot) or other.lot is None:
                quantity -= self._withdraw(other, quantity, doubtful)
        return quantity

    def limit(
        self,
        in_stock: Mapping[Spot, InStock],
        claimed: Mapping[Spot, float],
        counted: Collection[tuple[Hashable, Hashable]],
    ) -> None:
        """Take off what other orders claim, and what is not there.

        If something is missing, and goods of other orders are there as well, it is unknown whose is
        missing.
        """
        for spot in self.sure:
            if (spot.location, spot.product) in counted:
                there = in_stock.get(spot, InStock())
                others = max(claimed.get(spot, 0.0), there.reserved)
                free = max(there.on_hand - others, 0.0)
                missing = max(self.sure[spot] - free, 0.0)
                self._withdraw(spot, missing, doubtful=others > NOTHING)
        for spot, there in in_stock.items():
            self.take(spot, -there.on_hand)  # more was taken there than there was: see _settle

    def _like(self, spot: Spot) -> list[Spot]:
        """Spots of the same place and product, the most alike first."""
        same = [
            other
            for other in self.sure
            if (other.location, other.product) == (spot.location, spot.product)
        ]
        return sorted(same, key=spot.likeness, reverse=True)

    def _withdraw(self, spot: Spot, quantity: float, doubtful: bool) -> float:
        """Take up to ``quantity`` of what is sure; return how much that was."""
        taken = min(self.sure[spot], max(quantity, 0.0))
        self.sure[spot] -= taken
        if doubtful:
            self.doubtful[spot] += taken
        return taken

    def result(self) -> dict[Spot, Lying]:
        found = {
            spot: Lying(round(self.sure.get(spot, 0.0), 6), round(self.doubtful[spot], 6))
            for spot in {**self.sure, **self.doubtful}
        }
        return {spot: there for spot, there in found.items() if max(there) > NOTHING}
