"""The items of a change, by what becomes of them."""

from ..inbound.changed_items import ChangedItem, Items
from ..inbound.order_change import OrderChange


def taken(change: OrderChange) -> Items:
    """The items that are taken out of the order, to be exchanged or not."""
    return change.removed + tuple(item for one in change.replaced for item in one.taken)


def given(change: OrderChange) -> Items:
    """The items that come in exchange for others."""
    return tuple(item for one in change.replaced for item in one.given)


def label(item: ChangedItem) -> str:
    """What people call the item."""
    return item.name or item.sku


def is_same(change: OrderChange, other: OrderChange) -> bool:
    """Whether two calls ask for the same, whatever they give as reason."""
    return (change.removed, change.replaced, change.added) == (
        other.removed,
        other.replaced,
        other.added,
    )
