"""Counting what happens often, and writing it down seldom."""

import unittest
from unittest.mock import patch

from ...tools import tally as module
from ...tools.tally import Tally


class TestTally(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(patch.object(module.time, "monotonic"))
        self.clock.return_value = 1000.0
        self.tally = Tally(most=2, burst=3, interval=10)

    def count(self, key):
        self.tally.add("db", key, "rest")
        return {key: number for key, (number, _last) in self.tally.take_due("db").items()}

    def test_first_ones_are_due_at_once_and_others_together(self):
        self.assertEqual([self.count("a") for _call in range(5)], [{"a": 1}] * 3 + [{}] * 2)
        self.clock.return_value += 10
        self.assertEqual(self.count("b"), {"a": 2, "b": 1})
        self.assertEqual(self.count("b"), {})

    def test_a_long_rest_is_not_saved_up(self):
        for _call in range(4):
            self.count("a")
        self.clock.return_value += 1000
        self.assertEqual([bool(self.count("a")) for _call in range(4)], [True] * 3 + [False])

    def test_nothing_counted_is_not_due(self):
        self.assertEqual(self.tally.take_due("db"), {})
        self.assertEqual([bool(self.count("a")) for _call in range(4)], [True] * 3 + [False])

    def test_so_many_keys_and_the_rest_together(self):
        for _call in range(3):
            self.count("spent")
        for key in "abcda":
            self.count(key)
        self.clock.return_value += 10
        self.assertEqual(self.count("a"), {"a": 3, "b": 1, "rest": 2})

    def test_what_could_not_be_written_is_given_back(self):
        self.tally.add("db", "a", "rest")
        ((key, (number, moment)),) = self.tally.take_due("db").items()
        self.clock.return_value += 5
        self.tally.add("db", key, "rest", number, moment)
        self.tally.add("db", key, "rest")
        self.assertEqual(self.tally.take_due("db"), {"a": (2, 1005.0)})

    def test_each_database_by_itself(self):
        self.tally.add("other", "a", "rest")
        self.assertEqual(self.count("b"), {"b": 1})
        self.assertEqual(self.tally.take_due("other"), {"a": (1, 1000.0)})
        self.tally.add("db", "a", "rest")
        self.tally.forget()
        self.assertEqual(self.tally.take_due("db"), {})
