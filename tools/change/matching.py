"""Which lines of an order the items of a change mean, and how many pieces of each."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from ..inbound.changed_items import ChangedItem

#: How many ways to begin are looked at, to spread items over lines. Real orders need a handful.
_MAX_STATES = 5_000
#: By how much a quantity may miss a whole number, as Odoo computes it in floating point.
_ROUNDING = 1e-6


_Keys = frozenset[Hashable]
_Flaw = Literal["unknown", "too_much", "ambiguous"]


class Line(NamedTuple):
    """A line of an order as it is now.

    :param key: the caller's name for it, unique among the lines
    :param line_id: the marketplace's ID of it, if that is known
    :param skus: every SKU that its product may be called by
    :param quantity: ordered pieces
    """

    key: Hashable
    line_id: str | None
    skus: frozenset[str]
    quantity: float

    @property
    def room(self) -> int:
        """How many whole pieces can be taken out."""
        return max(0, int(self.quantity + _ROUNDING))


class Matched(NamedTuple):
    """What :func:`match` has found.

    :param quantities: pieces by the key of their line, each at least one; empty with a problem
    :param problem: ``unknown``: no line has the item; ``too_much``: more than is ordered;
        ``ambiguous``: a person has to say which of the ``candidates`` is meant
    :param item: the one that has the problem
    :param candidates: keys of the lines that it may mean
    """

    quantities: dict[Hashable, int]
    problem: _Flaw | None = None
    item: ChangedItem | None = None
    candidates: tuple[Hashable, ...] = ()


class _Wanted(NamedTuple):
    """An item, and the lines that it may mean.

    :param fits: False if it names a line by ID whose product is another one, or is not here
    """

    item: ChangedItem
    lines: tuple[Line, ...]
    fits: bool = True

    @property
    def keys(self) -> _Keys:
        return frozenset(line.key for line in self.lines)

    def matched(self, problem: _Flaw) -> Matched:
        return Matched({}, problem, self.item, tuple(line.key for line in self.lines))


def match(items: Sequence[ChangedItem], lines: Sequence[Line]) -> Matched:
    """Find the lines that ``items`` mean: by the line's ID, or else by the SKU.

    Items of one SKU count together. Each goes to one line, if there is exactly one such way; an
    item is divided only if everything is taken of all lines that it may mean. What is surely wrong
    is reported before what is unclear.
    """
    found = [_find(item, lines) for item in items]
    for wanted in found:
        if not wanted.lines:
            return wanted.matched("unknown")
    groups = _groups(wanted for wanted in found if wanted.fits)
    for group in groups:
        if excess := _too_much(group):
            return excess.matched("too_much")
    for wanted in found:
        if not wanted.fits:
            return wanted.matched("ambiguous")
    taken: dict[Hashable, int] = {}
    for group in groups:
        way = _only_way(group)
        if way is None:
            return _unclear(group).matched("ambiguous")
        taken |= way
    return Matched({line.key: taken[line.key] for line in lines if taken.get(line.key)})


def _find(item: ChangedItem, lines: Sequence[Line]) -> _Wanted:
    """The lines that ``item`` may mean.

    An ID that no line has is ignored, unless lines of the SKU have IDs: then it means another line.
    """
    named = tuple(line for line in lines if item.unique_id and line.line_id == item.unique_id)
    if named:
        fitting = tuple(line for line in named if item.sku in line.skus or not line.skus)
        return _Wanted(item, fitting or named, bool(fitting))
    alike = tuple(line for line in lines if item.sku in line.skus)
    is_other = bool(item.unique_id) and any(line.line_id for line in alike)
    return _Wanted(item, tuple(line for line in alike if line.room) or alike, not is_other)


def _groups(found: Iterable[_Wanted]) -> list[list[_Wanted]]:
    """Items that compete for the same lines, directly or through others, in their order."""
    groups: list[tuple[set[Hashable], list[_Wanted]]] = []
    for wanted in found:
        keys = set(wanted.keys)
        members = []
        for group in [group for group in groups if group[0] & keys]:
            groups.remove(group)
            keys |= group[0]
            members += group[1]
        groups.append((keys, [*members, wanted]))
    return [members for _keys, members in groups]


def _lines_of(group: Iterable[_Wanted]) -> dict[Hashable, Line]:
    return {line.key: line for wanted in group for line in wanted.lines}


def _too_much(group: Sequence[_Wanted]) -> _Wanted | None:
    """The first item for which nothing is left on its lines, whatever is done with those before.

    Here items may be divided.
    """
    free = {key: line.room for key, line in _lines_of(group).items()}
    held: dict[Hashable, Counter[_Keys]] = {key: Counter() for key in free}
    for wanted in group:
        left = wanted.item.quantity
        while left:
            placed = _place(wanted.keys, left, free, held, set())
            if not placed:
                return wanted
            left -= placed
    return None


def _place(
    keys: _Keys,
    pieces: int,
    free: dict[Hashable, int],
    held: dict[Hashable, Counter[_Keys]],
    tried: set[_Keys],
) -> int:
    """Place some pieces on one of the lines ``keys``; those of others make way if they can.

    (An augmenting path, as for a maximum flow.)

    :param pieces: how many at the most
    :param free: pieces that each line has left; brought up to date
    :param held: what is placed on each line, by the lines that it may mean; brought up to date
    :param tried: those that cannot make way, or are being tried
    :return: how many were placed, 0 if none can be
    """
    tried.add(keys)
    for key in keys:
        if placed := min(pieces, free[key]):
            free[key] -= placed
            held[key][keys] += placed
            return placed
    for key in keys:
        for other, number in list(held[key].items()):
            if number and other not in tried:
                placed = _place(other, min(pieces, number), free, held, tried)
                held[key].update({keys: placed, other: -placed})
                if placed:
                    return placed
    return 0


def _only_way(group: Sequence[_Wanted]) -> dict[Hashable, int] | None:
    """The one way to take all of the items; None if there are several, or none undivided."""
    lines = _lines_of(group)
    everything = {key: line.room for key, line in lines.items()}
    ordered = sum(line.quantity for line in lines.values())
    wanted = sum(one.item.quantity for one in group)
    if sum(everything.values()) == wanted and abs(ordered - wanted) < _ROUNDING:
        return everything
    ways = _undivided(group, everything)
    return ways[0] if len(ways) == 1 else None


def _undivided(group: Sequence[_Wanted], room: Mapping[Hashable, int]) -> list[dict[Hashable, int]]:
    """Ways to place each item on one line: two of them if there are more, none if that takes long.

    Ways are the same if they take the same quantities.
    """
    wanted = sorted(group, key=lambda one: (len(one.keys), -one.item.quantity))
    place = {key: number for number, key in enumerate(room)}
    pending = [(0, tuple(room.values()))]
    seen = set(pending)
    ways: list[dict[Hashable, int]] = []
    while pending and len(ways) < 2:
        number, rest = pending.pop()
        if number == len(wanted):
            ways.append({key: room[key] - rest[at] for key, at in place.items()})
            continue
        pieces = wanted[number].item.quantity
        for at in (place[line.key] for line in wanted[number].lines):
            state = number + 1, (*rest[:at], rest[at] - pieces, *rest[at + 1 :])
            if rest[at] >= pieces and state not in seen:
                seen.add(state)
                pending.append(state)
        if len(seen) > _MAX_STATES:
            return []
    return ways


def _unclear(group: Sequence[_Wanted]) -> _Wanted:
    """The first item of the group that may mean several lines."""
    return next(wanted for wanted in group if len(wanted.lines) > 1)
