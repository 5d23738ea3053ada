"""What is left to credit, as a table."""

from dataclasses import replace
from unittest import TestCase

from ...tools.billing import BilledLine, is_less, left_to_credit


def line(key, quantity, invoice="A", group="cup", price=10, currency="EUR"):
    return BilledLine(key, group, invoice, price, quantity, currency, round(quantity * price))


def credit(quantity, invoice=None, **values):
    return line(object(), quantity, invoice, **values)


#: what: (lines of invoices, lines of credit notes, what is left, groups that are unclear)
CASES = {
    "nothing": ([], [], {}, set()),
    "nothing credited": ([line(1, 3)], [], {1: 3}, set()),
    "all of it": ([line(1, 3)], [credit(3, "A")], {}, set()),
    "a part": ([line(1, 3)], [credit(1, "A")], {1: 2}, set()),
    "two parts": ([line(1, 3)], [credit(1, "A"), credit(1)], {1: 1}, set()),
    "a credit that names no invoice": ([line(1, 3)], [credit(1)], {1: 2}, set()),
    "the invoice that is named first": (
        [line(1, 3, "A"), line(2, 3, "B")],
        [credit(1), credit(3, "A")],
        {2: 2},
        set(),
    ),
    "more than the named invoice has": (
        [line(1, 3, "A"), line(2, 3, "B")],
        [credit(4, "A"), credit(2, "B")],
        {},
        set(),
    ),
    "another line": (
        [line(1, 3), line(2, 5, group="tea")],
        [credit(3, "A")],
        {2: 5},
        set(),
    ),
    "one order line at two prices": (
        [line(1, 2, "A", price=10), line(2, 1, "B", price=8)],
        [credit(1, price=8)],
        {1: 2},
        set(),
    ),
    "two lines of one order line": (
        [line(1, 2), line(2, 1)],
        [credit(3, "A")],
        {},
        set(),
    ),
    "a down payment": ([line(1, 1), line(2, -1, "B")], [], {1: 1, 2: -1}, set()),
    "only the final invoice": (
        [line(1, 1), line(2, -1, "B")],
        [credit(-1, "B")],
        {1: 1},
        set(),
    ),
    "only the down payment": (
        [line(1, 1), line(2, -1, "B")],
        [credit(1)],
        {2: -1},
        set(),
    ),
    "thirds": ([line(1, 1.0)], [credit(1 / 3), credit(2 / 3)], {}, set()),
    "a discount": ([line(1, 1, price=-5)], [credit(1, price=-5)], {}, set()),
    "another price": ([line(1, 3)], [credit(3, price=5)], {}, {"cup"}),
    "another price harms no other line": (
        [line(1, 3), line(2, 1, group="tea")],
        [credit(3, price=5)],
        {2: 1},
        {"cup"},
    ),
    "the whole sum in one piece": ([line(1, 3)], [credit(1, "A", price=30)], {}, set()),
    "the same figure in another currency": (
        [line(1, 3)],
        [credit(1, "A", price=30, currency="BRL")],
        {},
        {"cup"},
    ),
    "too much": ([line(1, 3)], [credit(4, "A")], {}, {"cup"}),
    "nothing was invoiced": ([], [credit(1)], {}, {"cup"}),
    "a credit that takes more": ([line(1, 3)], [credit(-1, "A")], {}, {"cup"}),
    "credited and taken back": (
        [line(1, 3)],
        [credit(3, "A"), credit(-1, "A", price=10), credit(1, "A")],
        {},
        set(),
    ),
}

#: as above, where invoice A is known to be credited wholly
SETTLED = {
    "by nobody knows what": ([line(1, 3, "A"), line(2, 2, "B")], [], {2: 2}, set()),
    "at another price": ([line(1, 3, "A")], [credit(3, "A", price=5)], {}, set()),
    "another one's credit is unclear": (
        [line(1, 3, "A"), line(2, 2, "B")],
        [credit(1, "B", price=5)],
        {},
        {"cup"},
    ),
}


class TestBilling(TestCase):
    def test_less_is_more_than_what_units_leave_over(self):
        self.assertTrue(is_less(1, 2))
        self.assertFalse(is_less(2 - 1e-9, 2) or is_less(2, 2) or is_less(2, 1))

    def check(self, cases, **values):
        for name, (invoiced, credited, left, unclear) in cases.items():
            with self.subTest(name):
                found = left_to_credit(invoiced, credited, **values)
                self.assertEqual((found.quantities, found.unclear), (left, unclear))
                prices = {line.key: line.terms for line in invoiced}
                amounts = {key: round(quantity * prices[key]) for key, quantity in left.items()}
                self.assertEqual(found.amounts, amounts)

    def test_table(self):
        self.check(CASES)

    def test_money_that_is_left_is_what_credit_notes_have_left(self):
        """Three for 10.00, and one of them was credited with 3.34, as somebody has rounded it."""
        invoiced = replace(line(1, 3), amount=1000)
        found = left_to_credit([invoiced], [replace(credit(1, "A"), amount=334)])
        self.assertEqual((found.quantities, found.amounts), ({1: 2}, {1: 666}))

    def test_money_that_was_credited_in_part(self):
        """Of freight, say, or of a discount: some of it, all of it, more of it, the wrong way."""
        for price in (30, -30):
            for share, in_part in ((0.2, True), (1, False), (1.5, False), (-0.2, False)):
                with self.subTest(price=price, share=share):
                    notes = [credit(1, "A", price=price * share)]
                    found = left_to_credit([line(1, 1, price=price)], notes)
                    self.assertEqual(found.in_part, {"cup"} if in_part else set())
        elsewhere = [credit(1, "A", price=6, currency="BRL")]
        self.assertFalse(left_to_credit([line(1, 1, price=30)], elsewhere).in_part)
        self.assertFalse(left_to_credit([], [credit(1)]).in_part)

    def test_settled_invoices(self):
        self.check(SETTLED, settled=frozenset("A"))
