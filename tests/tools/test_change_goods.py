import unittest

from ...tools.change.goods import LineGoods, is_in_part, spread, units_left


class TestLineGoods(unittest.TestCase):
    def test_to_leave(self):
        for per_unit, there, remaining, to_leave, too_much in (
            (1, 0, 3, 3, 0),
            (1, 2, 3, 1, 0),
            (1, 3, 3, 0, 0),
            (1, 3, 1, 0, 2),
            (12, 5, 1, 7, 0),
            (12, 15, 1, 0, 3),
        ):
            with self.subTest(per_unit=per_unit, there=there, remaining=remaining):
                goods = LineGoods(per_unit, there)
                self.assertEqual(goods.to_leave(remaining), to_leave)
                self.assertEqual(goods.too_much_there(remaining), too_much)

    def test_units_left(self):
        one, two = LineGoods(1, 2), LineGoods(2, 5)
        self.assertEqual(units_left([], False), 0)
        self.assertEqual(units_left([LineGoods(12, 6)], False), 0.5)
        self.assertEqual(units_left([one, LineGoods(2, 2)], True), 2)
        self.assertEqual(units_left([one, two], True), 3)
        self.assertEqual(units_left([LineGoods(0, 1)], True), 0)

    def test_kit_in_part(self):
        self.assertFalse(is_in_part([]))
        self.assertFalse(is_in_part([LineGoods(1, 2), LineGoods(2, 4)]))
        self.assertTrue(is_in_part([LineGoods(1, 2), LineGoods(2, 3)]))

    def test_spread(self):
        pieces = [(1, 2.0), (2, 0.0), (3, 5.0)]
        self.assertEqual(spread(0, pieces), {})
        self.assertEqual(spread(1, pieces), {1: 1})
        self.assertEqual(spread(4, pieces), {1: 2, 3: 2})
        self.assertEqual(spread(9, pieces), {1: 2, 3: 5})
        self.assertEqual(spread(3, [(1, 2.0), (1, 2.0)]), {1: 3})
