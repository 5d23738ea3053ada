"""The money of a part, as tables."""

from unittest import TestCase

from ...tools.change.money import difference, take_off


class TestTakeOff(TestCase):
    def test_table(self):
        #: what: (amount, pieces, what goes)
        cases = {
            "nothing": (0, [("a", 3)], {}),
            "less than nothing": (-1, [("a", 3)], {}),
            "a part of the first": (2, [("a", 3), ("b", 3)], {"a": 2}),
            "the first, and a part of the next": (4, [("a", 3), ("b", 3)], {"a": 3, "b": 1}),
            "all there is": (9, [("a", 3), ("b", 3)], {"a": 3, "b": 3}),
            "not what is deducted": (2, [("a", -1), ("b", 3)], {"b": 2}),
            "not what is left over from units": (1e-9, [("a", 3)], {}),
        }
        for what, (amount, pieces, expected) in cases.items():
            with self.subTest(what):
                self.assertEqual(take_off(amount, pieces), expected)


class TestDifference(TestCase):
    def test_table(self):
        #: what: (cents told, before, after, smallest coin, difference)
        cases = {
            "not told": (None, 30, 20, 0.01, 0),
            "the same": (1000, 30, 20, 0.01, 0),
            "the same, as a negative number": (-1000, 30, 20, 0.01, 0),
            "the same, where floats are not": (10, 0.3, 0.2, 0.01, 0),
            "one cent less is taken off here": (1001, 30, 20, 0.01, 0.01),
            "one cent more is taken off here": (999, 30, 20, 0.01, -0.01),
            "more is added here": (1000, 20, 31, 0.01, 1),
            "less is added here": (1000, 20, 29, 0.01, -1),
            "nothing changes here": (500, 20, 20, 0.01, 5),
            "nothing changes anywhere": (0, 20, 20, 0.01, 0),
            "no coins: half of one": (99950, 3000, 2000, 1, 0),
            "no coins: one": (99900, 3000, 2000, 1, -1),
            "thousandths: what hundredths cannot say": (123, 3, 1.765, 0.001, 0),
            "thousandths: more than that": (122, 3, 1.765, 0.001, -0.015),
            "five hundredths": (1002, 30, 20, 0.05, 0),
        }
        for what, (cents, before, after, coin, expected) in cases.items():
            with self.subTest(what):
                self.assertAlmostEqual(difference(cents, before, after, coin), expected)
