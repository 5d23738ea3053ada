"""Which lines of an order the items of a change mean."""

import time
from unittest import TestCase

from ...tools.change.matching import Line, Matched, match
from ...tools.inbound.changed_items import ChangedItem


def lines(*rows):
    """Lines ``a``, ``b``, … of (SKUs, quantity) or (SKUs, quantity, line's ID)."""
    return [
        Line(key, row[2] if len(row) > 2 else None, frozenset(row[0].split()), row[1])
        for key, row in zip("abcdefgh", rows, strict=False)
    ]


def items(*rows):
    """Items of (SKU, quantity) or (SKU, quantity, unique ID)."""
    return [ChangedItem(*row) for row in rows]


class TestMatching(TestCase):
    def check(self, rows):
        for name, (order, wanted, expected) in rows.items():
            with self.subTest(name):
                self.assertEqual(match(items(*wanted), lines(*order)), Matched(expected))

    def check_problems(self, problem, rows):
        """Each row: the order's lines, the items, the number of the item, its candidates."""
        for name, (order, wanted, number, candidates) in rows.items():
            with self.subTest(name):
                self.assertEqual(
                    match(items(*wanted), lines(*order)),
                    Matched({}, problem, items(*wanted)[number], tuple(candidates)),
                )

    def test_one_line_is_meant(self):
        self.check(
            {
                "nothing": ([("X", 1)], [], {}),
                "the SKU": ([("X", 2), ("Y", 2)], [("Y", 1)], {"b": 1}),
                "all of it": ([("X", 2), ("Y", 2)], [("Y", 2)], {"b": 2}),
                "one of several SKUs": ([("X", 2), ("Y 123", 2)], [("123", 1)], {"b": 1}),
                "twice": ([("X", 2)], [("X", 1), ("X", 1)], {"a": 2}),
                "several": ([("X", 2), ("Y", 2)], [("Y", 1), ("X", 2)], {"a": 2, "b": 1}),
                "a part of a piece is left": ([("X", 2.5)], [("X", 2)], {"a": 2}),
                "a piece too few by rounding": ([("X", 1.9999999)], [("X", 2)], {"a": 2}),
                "one is gone": ([("X", 0), ("X", 2)], [("X", 1)], {"b": 1}),
                "less than one": ([("X", 0.4), ("X", 2)], [("X", 1)], {"b": 1}),
            }
        )

    def test_lines_are_meant_by_their_id(self):
        twins = ("X", 2, "1"), ("X", 2, "2")
        self.check(
            {
                "the second": (twins, [("X", 1, "2")], {"b": 1}),
                "both": (twins, [("X", 1, "2"), ("X", 2, "1")], {"a": 2, "b": 1}),
                "each twice": (twins, [("X", 1, "2"), ("X", 1, "2")], {"b": 2}),
                "no line has one": ([("X", 2), ("Y", 2)], [("X", 1, "9")], {"a": 1}),
                "the product has no SKU": ([("", 2, "1"), ("X", 2)], [("X", 1, "1")], {"a": 1}),
                "leaves the other": (twins, [("X", 2, "2"), ("X", 1)], {"a": 1, "b": 2}),
                "of two by SKU": ([("X", 2, "1"), ("Y", 2, "1")], [("Y", 1, "1")], {"b": 1}),
            }
        )

    def test_several_lines_and_one_way(self):
        self.check(
            {
                "only one has so many": ([("X", 1), ("X", 3)], [("X", 2)], {"b": 2}),
                "each one": ([("X", 1), ("X", 3)], [("X", 3), ("X", 1)], {"a": 1, "b": 3}),
                "two ways, one result": (
                    [("X", 1), ("X", 1)],
                    [("X", 1), ("X", 1)],
                    {"a": 1, "b": 1},
                ),
                "everything, divided": ([("X", 1), ("X", 3)], [("X", 4)], {"a": 1, "b": 3}),
                "everything, twenty times": (
                    [("X", 1)] * 8,
                    [("X", 1)] * 8,
                    dict.fromkeys("abcdefgh", 1),
                ),
                "everything of one SKU": (
                    [("X", 1), ("X", 3), ("Y", 5)],
                    [("X", 4)],
                    {"a": 1, "b": 3},
                ),
                "everything but what has an ID": (
                    [("X", 2, "1"), ("X", 2), ("X", 1)],
                    [("X", 2, "1"), ("X", 3)],
                    {"a": 2, "b": 2, "c": 1},
                ),
                "SKUs overlap": ([("X Z", 1), ("X", 1)], [("X", 1), ("Z", 1)], {"a": 1, "b": 1}),
            }
        )

    def test_unknown(self):
        self.check_problems(
            "unknown",
            {
                "no lines": ([], [("X", 1)], 0, ""),
                "another SKU": ([("X", 1)], [("Y", 1)], 0, ""),
                "the letter": ([("x", 1)], [("X", 1)], 0, ""),
                "the second": ([("X", 1)], [("X", 1), ("Y", 1), ("Z", 1)], 1, ""),
                "an ID is no SKU": ([("X", 1, "1")], [("1", 1)], 0, ""),
                "a SKU is no ID": ([("X", 1, "1")], [("Y", 1, "X")], 0, ""),
                "after too much": ([("X", 1)], [("X", 2), ("Y", 1)], 1, ""),
                "after what is unclear": ([("X", 2), ("X", 2)], [("X", 1), ("Y", 1)], 1, ""),
            },
        )

    def test_too_much(self):
        twins = ("X", 2, "1"), ("X", 2, "2")
        self.check_problems(
            "too_much",
            {
                "of a line": ([("X", 1)], [("X", 2)], 0, "a"),
                "together": ([("X", 2)], [("X", 1), ("X", 2)], 1, "a"),
                "of all lines": (twins, [("X", 5)], 0, "ab"),
                "of the line with the ID": (twins, [("X", 3, "2")], 0, "b"),
                "with the ID and without": (twins, [("X", 3), ("X", 2, "1")], 1, "a"),
                "nothing is left": ([("X", 0)], [("X", 1)], 0, "a"),
                "nothing is left anywhere": ([("X", 0), ("X", 0)], [("X", 1)], 0, "ab"),
                "less than nothing": ([("X", -1)], [("X", 1)], 0, "a"),
                "a part of a piece": ([("X", 1.9)], [("X", 2)], 0, "a"),
                "SKUs overlap": (
                    [("X", 1), ("X Y", 1), ("Y Z", 1), ("Z", 9)],
                    [("X", 2), ("Y", 2)], 1, "bc",
                ),
                "after what is unclear": (
                    [("X", 2), ("X", 2), ("Y", 1)], [("X", 1), ("Y", 2)], 1, "c",
                ),
                "beside another product's ID": (
                    [("X", 2, "1"), ("Y", 1)], [("Y", 1, "1"), ("Y", 2)], 1, "b",
                ),
            },
        )  # fmt: skip

    def test_ambiguous(self):
        twins = ("X", 2, "1"), ("X", 2, "2")
        self.check_problems(
            "ambiguous",
            {
                "either": (twins, [("X", 1)], 0, "ab"),
                "either, all of it": (twins, [("X", 2)], 0, "ab"),
                "divided": (twins, [("X", 3)], 0, "ab"),
                "two of three": ((*twins, ("X", 2)), [("X", 2), ("X", 2)], 0, "abc"),
                "not of what is gone": ((*twins, ("X", 0)), [("X", 1)], 0, "ab"),
                "the second item": ([*twins, ("Y", 1)], [("Y", 1), ("X", 1)], 1, "ab"),
                "another product's ID": ([("X", 2, "1"), ("Y", 2)], [("Y", 1, "1")], 0, "a"),
                "ID of two lines": ([("X", 2, "1"), ("X", 2, "1")], [("X", 1, "1")], 0, "ab"),
                "ID of two other products": (
                    [("X", 2, "1"), ("X", 2, "1"), ("Y", 1)], [("Y", 1, "1")], 0, "ab",
                ),
                "ID of no line": ([("X", 2, "1")], [("X", 1, "9")], 0, "a"),
                "ID of no line, and one without": (
                    [("X", 2, "1"), ("X", 2)], [("X", 1, "9")], 0, "ab",
                ),
                "all but a part of a piece": ([("X", 1.5), ("X", 2)], [("X", 3)], 0, "ab"),
                "each but a part of a piece": ([("X", 1.5), ("X", 1.5)], [("X", 2)], 0, "ab"),
            },
        )  # fmt: skip

    def test_hostile_input_is_answered_at_once(self):
        """The most items of a change, all of one SKU, on as many lines: a person is asked."""
        for wanted, ordered in (([("X", 1)], 2), ([("X", 2), ("X", 3)], 4), ([("X", 7)], 9)):
            with self.subTest(wanted=wanted):
                order = [
                    Line(number, None, frozenset("X"), ordered + number % 3)
                    for number in range(500)
                ]
                started = time.monotonic()
                found = match(items(*wanted * (500 // len(wanted))), order)
                self.assertLess(time.monotonic() - started, 5)
                self.assertEqual(found.problem, "ambiguous")
                self.assertEqual(found.candidates, tuple(range(500)))

    def test_a_search_that_takes_too_long_is_given_up(self):
        """There is one way, which the search does not find among the many to begin."""
        order = [Line(number, None, frozenset("X"), 3) for number in range(24)]
        self.assertEqual(match(items(*[("X", 2)] * 24), order).problem, "ambiguous")
        self.assertEqual(
            match(items(*[("X", 2)] * 4), order[:4]), Matched(dict.fromkeys(range(4), 2))
        )
