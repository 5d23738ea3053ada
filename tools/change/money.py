"""The money of a part that is taken out of an order: plain arithmetic, without the ORM."""

from collections.abc import Hashable, Iterable
from decimal import Decimal

from ..billing import is_less

#: The coins in which a marketplace counts, whatever the currency.
_HUNDREDTH = Decimal("0.01")


def take_off(amount: float, pieces: Iterable[tuple[Hashable, float]]) -> dict[Hashable, float]:
    """How much to take off each of ``pieces``, so that ``amount`` is taken off in all.

    :param pieces: what there is, ``(key, quantity)``, in the order in which it is to go; what is
        not more than nothing stays
    :return: ``{key: quantity}``; together less than ``amount`` if there is not so much
    """
    taken = {}
    for key, there in pieces:
        if is_less(0, amount) and is_less(0, there):
            taken[key] = min(amount, there)
            amount -= taken[key]
    return taken


def difference(told_cents: int | None, before: float, after: float, coin: float) -> float:
    """By how much the change of an order's total differs from what a marketplace says.

    :param told_cents: by how much its total changes there, in hundredths, None if it does not say;
        of either sign, as VTEX does not document whether it is negative for what is taken out
    :param before: the total here, before the change
    :param after: the total here, after it
    :param coin: the smallest coin of the currency
    :return: positive if more is to be paid here than there; 0 if they agree, as far as both can say
    """
    if told_cents is None:
        return 0.0
    here = _exact(after) - _exact(before)
    there = abs(told_cents) * _HUNDREDTH * (1 if here > 0 else -1)
    least = max(_exact(coin), _HUNDREDTH)
    rest = here - there
    # to the half of it: both sides have rounded
    return 0.0 if abs(rest) <= least / 2 else float(rest)


def _exact(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.000001"))
