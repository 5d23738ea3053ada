"""What an invoice is made of for a marketplace, as tables: nothing here touches the database."""

from decimal import Decimal
from unittest import TestCase

from ...tools.outbound.document import (
    Part,
    Unsendable,
    compose,
    digits_of,
    hundredths,
    is_plain,
    pieces_of_combo,
    plain_number,
    says_the_same,
)


def item(sku, quantity, amount):
    return Part(amount, sku, Decimal(str(quantity)), name=sku)


def entry(sku, quantity, price):
    return {"id": sku, "quantity": quantity, "price": price}


class TestAmounts(TestCase):
    def assertComposed(self, value, items, *parts, rounding=0):
        found = compose(parts, rounding)
        self.assertEqual(found, (value, items))
        self.assertTrue(
            all(type(number) is int for one in found[1] for number in list(one.values())[1:])
        )

    def assertUnsendable(self, reason, *parts):
        with self.assertRaises(Unsendable) as caught:
            compose(parts)
        self.assertEqual(caught.exception.reason, reason)
        return caught.exception

    def test_items(self):
        self.assertComposed(
            700, [entry("a", 2, 300), entry("b", 1, 100)], item("a", 2, 600), item("b", 1, 100)
        )

    def test_seven_for_ten(self):
        self.assertComposed(1000, [entry("a", 1, 142), entry("a", 6, 143)], item("a", 7, 1000))

    def test_freight_and_fees_are_no_items(self):
        self.assertComposed(760, [entry("a", 2, 300)], item("a", 2, 600), Part(100), Part(60))

    def test_discount_lowers_the_items(self):
        self.assertComposed(
            700,
            [entry("a", 1, 525), entry("b", 1, 175)],
            item("a", 1, 750),
            item("b", 1, 250),
            Part(-300),
        )

    def test_discount_of_a_cent(self):
        self.assertComposed(
            299,
            [entry("a", 1, 100), entry("b", 1, 100), entry("c", 1, 99)],
            *[item(sku, 1, 100) for sku in "abc"],
            Part(-1),
        )

    def test_discount_beside_freight(self):
        self.assertComposed(1000, [entry("a", 1, 800)], item("a", 1, 900), Part(200), Part(-100))

    def test_discount_of_more_than_the_items(self):
        self.assertComposed(150, [entry("a", 1, 0)], item("a", 1, 100), Part(200), Part(-150))

    def test_rounding_of_the_invoice(self):
        self.assertComposed(
            601, [entry("a", 1, 300), entry("a", 1, 301)], item("a", 2, 600), rounding=1
        )

    def test_one_sku_on_several_lines(self):
        self.assertComposed(
            500,
            [entry("a", 1, 166), entry("a", 2, 167)],
            item("a", 4, 800),
            item("a", -1, -300),
        )

    def test_what_is_netted_to_nothing_is_left_out(self):
        self.assertComposed(
            100, [entry("a", 1, 100)], item("a", 1, 100), item("b", 1, 50), item("b", -1, -50)
        )

    def test_of_a_return_each_sku_has_one_entry(self):
        """And they never come to more than the value."""
        parts = item("a", 7, 1000), item("b", 3, 200), Part(100)
        self.assertEqual(
            compose(parts, is_return=True), (1300, [entry("a", 7, 142), entry("b", 3, 66)])
        )

    def test_free_item(self):
        self.assertComposed(
            100, [entry("a", 1, 100), entry("b", 2, 0)], item("a", 1, 100), item("b", 2, 0)
        )

    def test_quantity_that_units_of_measure_left(self):
        self.assertComposed(300, [entry("a", 3, 100)], item("a", "2.9999999999", 300))

    def test_nothing_to_pay(self):
        self.assertUnsendable("value", item("a", 1, 100), Part(-100))
        self.assertUnsendable("value", item("a", 1, 0))
        self.assertUnsendable("negative", item("a", 1, 100), Part(-101))

    def test_no_item(self):
        self.assertUnsendable("items", Part(100))
        self.assertUnsendable("items", item("a", 1, 200), item("a", -1, -100))

    def test_quantity_that_is_no_number_of_pieces(self):
        for quantity in ("2.5", "0.5", "2.999", "-1"):
            with self.subTest(quantity):
                parts = item("a", quantity, 100), item("b", 1, 100)
                self.assertEqual(self.assertUnsendable("quantity", *parts).name, "a")

    def test_hundredths(self):
        for amount, expected in (
            (1.005, 101),
            (2.675, 268),
            (0.125, 13),
            (-0.125, -13),
            (19.99, 1999),
            (1000.0, 100000),
            (1.234, 123),
            (1234567.89, 123456789),
            (1e-9, 0),
        ):
            with self.subTest(amount):
                self.assertEqual(hundredths(amount), expected)

    def test_numbers(self):
        for number, plain, digits in (
            ("INV/2026/00001", "INV-2026-00001", "202600001"),
            ("#123456", "123456", "123456"),
            ("123456 ", "123456", "123456"),
            ("NFe 12.345/9", "NFe-12-345-9", "123459"),
            ("Nº 7", "N-7", "7"),
            ("F-1", "F-1", "1"),
            ("///", "", ""),
        ):
            with self.subTest(number):
                self.assertEqual((plain_number(number), digits_of(number)), (plain, digits))
                self.assertEqual(is_plain(number), number == plain and bool(plain))


class TestCombo(TestCase):
    def test_as_many_are_billed_as_by_each_component(self):
        self.assertEqual(pieces_of_combo([0.5, 0.5], 4, "Set"), 2)
        self.assertEqual(pieces_of_combo([1 / 3, 0.333333333], 3, "Set"), 1)

    def test_more_of_one_component_than_of_another_cannot_be_sent(self):
        for shares in ([0.5, 1], []):
            with self.assertRaises(Unsendable) as caught:
                pieces_of_combo(shares, 4, "Set")
            self.assertEqual((caught.exception.reason, caught.exception.name), ("quantity", "Set"))


class TestSame(TestCase):
    def test_number_value_and_items_count(self):
        sent = {"invoiceNumber": "1", "invoiceValue": 5, "items": [item("TEA", 1, 5)]}
        self.assertTrue(says_the_same(sent, {**sent, "courier": "Post"}))
        for name in sent:
            self.assertFalse(says_the_same(sent, {**sent, name: None}))
        self.assertFalse(says_the_same(sent, {}))
