"""Whether two changes ask for the same, in plain Python."""

from dataclasses import replace
from unittest import TestCase

from ...tools.change.items import has_same_content
from ...tools.inbound.changed_items import ChangedItem, Replacement
from ...tools.inbound.order_change import OrderChange


def change(*removed, added=(), replaced=()):
    return OrderChange("1", "c", removed=removed, added=added, replaced=replaced)


class TestSameContent(TestCase):
    def test_same(self):
        item = ChangedItem("1", 2, "U1", 300, "Pot")
        for other in (
            (item,),
            (ChangedItem("1", 2),),
            (ChangedItem("1", 2, "U1"),),
            (ChangedItem("1", 1, "U1"), ChangedItem("1", 1, "U1")),
            (ChangedItem("1", 1, "U1"), ChangedItem("1", 1)),
        ):
            with self.subTest(other):
                self.assertTrue(has_same_content(change(item), change(*other)))
                self.assertTrue(has_same_content(change(*other), change(item)))

    def test_order_of_items_does_not_count(self):
        one, two = ChangedItem("1", 2), ChangedItem("2", 1)
        self.assertTrue(has_same_content(change(one, two), change(two, one)))
        exchanges = Replacement((one,), (two,)), Replacement((two,), (one,))
        self.assertTrue(
            has_same_content(change(replaced=exchanges), change(replaced=exchanges[::-1]))
        )

    def test_order_shows_no_exchanges(self):
        one, two, three = ChangedItem("1", 2), ChangedItem("2", 1), ChangedItem("3", 1)
        exchange = change(three, replaced=(Replacement((one,), (two,)),))
        self.assertTrue(has_same_content(exchange, change(one, three, added=(two,))))

    def test_not_the_same(self):
        item = ChangedItem("1", 2, "U1")
        for other in (
            change(),
            change(replace(item, quantity=1)),
            change(replace(item, sku="2")),
            change(replace(item, unique_id="U2")),
            change(item, item),
            change(added=(item,)),
            change(item, added=(item,)),
            change(replaced=(Replacement((item,), (item,)),)),
        ):
            with self.subTest(other):
                self.assertFalse(has_same_content(change(item), other))

    def test_price_counts_if_wanted_where_both_tell_it(self):
        one, other = ChangedItem("9", 1, price=700), ChangedItem("9", 1, price=800)
        for pair, is_same in (
            ((change(added=(one,)), change(added=(other,))), False),
            ((change(replaced=(Replacement((), (one,)),)), change(added=(other,))), False),
            ((change(added=(one,)), change(added=(ChangedItem("9", 1),))), True),
            ((change(one), change(other)), True),
        ):
            with self.subTest(pair):
                self.assertTrue(has_same_content(*pair))
                self.assertEqual(has_same_content(*pair, by_price=True), is_same)
