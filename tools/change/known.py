"""Which of the changes that an order shows at its marketplace are news here."""

from collections.abc import Iterable
from typing import NamedTuple

from ..inbound.order_change import OrderChange
from .items import has_same_content
from .there import ChangeThere


class Known(NamedTuple):
    """A change that is known here.

    :param ids: by which the marketplace may name it
    :param change: what it asks for
    :param key: what stands for it where it is kept
    """

    ids: frozenset[str]
    change: OrderChange
    key: object = None


def pair(
    shown: Iterable[ChangeThere], known: Iterable[Known]
) -> list[tuple[ChangeThere, Known | None]]:
    """Each change that is ``shown`` with the one that is known, None if it is news.

    An order's document names a change by its receipt there, not by the ID under which it was asked
    for. So two changes without a common ID may still be the same, if they take and add the same:
    each known change is paired once.
    """
    left, others = list(known), []
    found: list[tuple[ChangeThere, Known | None]] = []
    for change in shown:
        same = next((own for own in left if change.change_id in own.ids), None)
        if same:
            left.remove(same)
            found.append((change, same))
        else:
            others.append(change)
    for change in others:
        same = next((own for own in left if has_same_content(own.change, change.change)), None)
        if same:
            left.remove(same)
        found.append((change, same))
    return found
