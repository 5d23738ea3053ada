"""The items of a change, by what becomes of them."""

from collections import Counter

from ..inbound.changed_items import Items
from ..inbound.order_change import OrderChange


def taken(change: OrderChange) -> Items:
    """The items that are taken out of the order, to be exchanged or not."""
    return change.removed + tuple(item for one in change.replaced for item in one.taken)


def given(change: OrderChange) -> Items:
    """The items that come in exchange for others."""
    return tuple(item for one in change.replaced for item in one.given)


def has_same_content(one: OrderChange, other: OrderChange, *, by_price: bool = False) -> bool:
    """Whether two changes take the same out of an order, and put the same on it.

    The order of the items does not count; nor does the line, unless both name one. Exchanging items
    is the same as taking some out and adding others: an order does not tell these apart.

    :param by_price: items that are added are the same only at the same price, if both give one
    """
    ones, others = given(one) + one.added, given(other) + other.added
    return (
        _pieces(taken(one)) == _pieces(taken(other))
        and _pieces(ones) == _pieces(others)
        and _agree_on("unique_id", taken(one), taken(other))
        and not (by_price and not _agree_on("price", ones, others))
    )


def _pieces(items: Items, *names: str) -> Counter[tuple[object, ...]]:
    """Pieces by SKU, and by what else ``names`` says."""
    sums: Counter[tuple[object, ...]] = Counter()
    for item in items:
        key = item.sku, *(getattr(item, name) for name in names)
        sums[key] += item.quantity
    return sums


def _agree_on(name: str, ones: Items, others: Items) -> bool:
    """Whether two lists of the same items say the same of each; a missing value agrees with any."""
    if any(getattr(item, name) is None for item in (*ones, *others)):
        return True
    return _pieces(ones, name) == _pieces(others, name)
