"""What can be an ID, and what cannot."""

from unittest import TestCase

from ...tools.inbound.cancellation_request import MAX_ID_LENGTH, check_id, flaw_of_id, trim_id
from ...tools.inbound.problem import Problem
from ..helpers.ids import AROUND, INSIDE, STEPS

FIT = ("0", "a b", "Ação/1#?%", "訂單-1", "...", ".a", "<b>1</b>", "x" * MAX_ID_LENGTH)


class TestFlaws(TestCase):
    def refused(self, value):
        try:
            check_id(value, "orderId")
        except Problem:
            return True
        return False

    def test_fit(self):
        for value in FIT:
            with self.subTest(value):
                self.assertIsNone(flaw_of_id(value))
                self.assertEqual(trim_id(value), value)

    def test_around(self):
        for blank in AROUND:
            with self.subTest(ascii(blank)):
                for value in (blank + "1 2", "1 2" + blank, blank + "1 2" + blank):
                    self.assertEqual(flaw_of_id(value), "unfit")
                    self.assertTrue(self.refused(value))
                    self.assertEqual(trim_id(value), "1 2")
                self.assertEqual(flaw_of_id(blank), "empty")
                self.assertEqual(trim_id(blank * 3), "")

    def test_inside(self):
        for hidden in INSIDE:
            with self.subTest(ascii(hidden)):
                self.assertEqual(flaw_of_id(f"1{hidden}2"), "unfit")
                self.assertTrue(self.refused(f"1{hidden}2"))

    def test_steps(self):
        for value in STEPS:
            with self.subTest(value):
                self.assertEqual(flaw_of_id(value), "step")
                self.assertTrue(self.refused(value))
