"""Which lines the items of a change mean, beside the rules tried out on every way there is."""

from itertools import product
from unittest import TestCase, skipUnless

from ...tools.change.matching import Line, match
from ...tools.inbound.changed_items import ChangedItem
from ..helpers.random_examples import RandomCase, given, st

SKUS = ("X", "Y", "Z")


def possible_lines(item, order):
    """By the rule: the lines that an item may mean, and whether its line's ID fits its SKU."""
    named = [line for line in order if item.unique_id and line.line_id == item.unique_id]
    if named:
        fitting = [line for line in named if not line.skus or item.sku in line.skus]
        return fitting or named, bool(fitting)
    alike = [line for line in order if item.sku in line.skus]
    return alike, not (item.unique_id and any(line.line_id for line in alike))


def results(wanted, order, divided):
    """Every outcome, tried out: frozen pairs of line and quantity."""
    choices = [
        [
            way
            for way in product(range(item.quantity + 1), repeat=len(order))
            if sum(way) == item.quantity
            and (divided or max(way) == item.quantity)
            and all(not n or line in mine for n, line in zip(way, order, strict=True))
        ]
        for item, mine in wanted
    ]
    found = set()
    for ways in product(*choices):
        sums = [sum(column) for column in zip(*ways, strict=True)] or [0] * len(order)
        if all(n <= line.quantity for n, line in zip(sums, order, strict=True)):
            found.add(tuple(sums))
    return found


def expected(wanted_items, order):
    """``(problem, quantities)`` as the rules have it, for whole quantities."""
    found = [(item, *possible_lines(item, order)) for item in wanted_items]
    if any(not mine for _item, mine, _fits in found):
        return "unknown", {}
    fitting = [(item, mine) for item, mine, fits in found if fits]
    if not results(fitting, order, divided=True):
        return "too_much", {}
    if len(fitting) < len(found):
        return "ambiguous", {}
    return outcome(fitting, order)


def outcome(fitting, order):
    taken = dict.fromkeys((line.key for line in order), 0)
    for group in components(fitting):
        places = [line for line in order if any(line in mine for _item, mine in group)]
        ways = results(group, places, divided=False)
        total = sum(item.quantity for item, _mine in group)
        if not ways and total == sum(line.quantity for line in places):
            ways = {tuple(line.quantity for line in places)}
        if len(ways) != 1:
            return "ambiguous", {}
        taken |= dict(zip((line.key for line in places), *ways, strict=True))
    return None, {key: number for key, number in taken.items() if number}


def components(fitting):
    """Items that share a line with each other, or with those that do."""
    groups = []
    for pair in fitting:
        touching = [g for g in groups if any(line in mine for _i, mine in g for line in pair[1])]
        joined = [member for group in touching for member in group]
        groups = [*(g for g in groups if g not in touching), [*joined, pair]]
    return groups


@skipUnless(given, "hypothesis is not installed")
class TestAgainstEveryWay(RandomCase, TestCase):
    """Small examples, and the rules tried out on each way there is."""

    def examples(self, skus):
        ids = st.sampled_from([None, None, "1", "2", "3"])
        a_line = st.tuples(ids, st.frozensets(st.sampled_from(SKUS), **skus), st.integers(0, 3))
        an_item = st.builds(
            ChangedItem, st.sampled_from(SKUS[:2]), st.integers(1, 3), ids | st.just("9")
        )
        return st.tuples(st.lists(an_item, max_size=3), st.lists(a_line, max_size=4))

    def check(self, example):
        wanted, rows = example
        order = [Line(key, *row) for key, row in zip("abcd", rows, strict=False)]
        found = match(wanted, order)
        self.assertEqual((found.problem, found.quantities), expected(wanted, order))
        self.assertEqual(found.item in wanted, found.problem is not None)
        self.assertEqual(bool(found.candidates), found.problem in ("too_much", "ambiguous"))
        if found.problem is None:
            self.assertEqual(sum(found.quantities.values()), sum(x.quantity for x in wanted))

    def test_one_sku_a_line(self):
        self.for_all(self.examples({"min_size": 1, "max_size": 1}), self.check, 300, 5000)

    def test_any_skus(self):
        self.for_all(self.examples({}), self.check, 300, 5000)
