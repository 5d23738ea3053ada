"""Where the goods of an order line are, and how far the line can go down."""

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..goods import NOTHING


class LineGoods(NamedTuple):
    """One product of an order line, in the product's unit.

    :param per_unit: how much of it one unit of the line takes: of a kit, each component
    :param at_customer: how much has left and, as far as is known, did not come back
    :param between: how much stands, or may stand, between stock and customer
    """

    per_unit: float
    at_customer: float = 0.0
    between: float = 0.0

    def to_leave(self, remaining: float, exchanged: float = 0.0) -> float:
        """How much may still leave if ``remaining`` units of the line are wanted.

        :param exchanged: how much of what is at the customer comes back, and is sent again
        """
        return max(remaining * self.per_unit - self.at_customer + exchanged, 0.0)

    def too_much_there(self, remaining: float) -> float:
        """How much is at the customer beyond what so many units of the line take."""
        return max(self.at_customer - remaining * self.per_unit, 0.0)


def units_left(goods: Collection[LineGoods], is_kit: bool) -> float:
    """How many units of a line have left: of a kit, those of which any component has left."""
    left = max((own.at_customer / own.per_unit for own in goods if own.per_unit), default=0.0)
    return float(math.ceil(left - NOTHING)) if is_kit else left


def is_in_part(goods: Collection[LineGoods]) -> bool:
    """Whether some components of a kit have left without the others that belong to them."""
    shares = [own.at_customer / own.per_unit for own in goods if own.per_unit]
    return bool(shares) and max(shares) - min(shares) > NOTHING


def spread(quantity: float, pieces: Iterable[tuple[int, float]]) -> dict[int, float]:
    """Take ``quantity`` off ``pieces``, ``(key, how much there is)``, the first ones first.

    :return: ``{key: how much is taken off}``, of those of which any is
    """
    taken: dict[int, float] = {}
    for key, there in pieces:
        part = min(quantity, there)
        if part > NOTHING:
            taken[key] = taken.get(key, 0.0) + part
            quantity -= part
    return taken
