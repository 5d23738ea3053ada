"""Random orders, invoiced and credited in all sorts of ways, of which parts are taken out.

After each part no more of its lines is billed than remains of them, drafts included, and as much
where all was billed before; other orders are billed as they were; or a person was asked.
"""

from typing import NamedTuple
from unittest import skipUnless

from odoo.tests import tagged

from ..helpers.billing_stories import BillingStoryCase, stories
from ..helpers.change_money import PartMoneyCase
from ..helpers.random_examples import given, st

CURRENCIES = ("USD", "EUR", "JPY", "KWD")


class PartStory(NamedTuple):
    """A :class:`Story` between the deeds of which parts are taken out.

    :param story: the orders, and what is billed and credited of them
    :param parts: of each step ``(which order, {which of its lines: how much of it})``, or None
    :param currency: in which the orders are
    :param is_cash: whether invoices are rounded as for cash
    """

    story: tuple
    parts: list
    currency: str
    is_cash: bool


def part_stories():
    quantities = st.dictionaries(st.integers(0, 1), st.integers(1, 4), min_size=1)
    part = st.tuples(st.integers(0, 2), quantities)
    return st.builds(
        PartStory,
        story=stories(),
        parts=st.lists(st.none() | part, min_size=6, max_size=6),
        currency=st.sampled_from(CURRENCIES),
        is_cash=st.booleans(),
    )


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestAnyPart(BillingStoryCase, PartMoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pricelists = {}
        for number, name in enumerate(CURRENCIES, 1):
            currency = cls.env.ref(f"base.{name}")
            currency.active = True
            if currency != cls.company.currency_id:
                cls.env["res.currency.rate"].create(
                    {"currency_id": currency.id, "rate": 1.3 * number, "name": "2020-01-01"}
                )
            cls.pricelists[name] = cls.env["product.pricelist"].create(
                {"name": name, "currency_id": currency.id}
            )
        cls.cash = cls.env["account.cash.rounding"].create(
            {
                "name": "Cash",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": cls.company_data_account("income").id,
                "loss_account_id": cls.company_data_account("expense").id,
            }
        )

    @classmethod
    def company_data_account(cls, kind):
        return cls.env["account.account"].search([("account_type", "=", kind)], limit=1)

    def test_billed_at_most_what_remains(self):
        self.clear, self.asked = 0, 0
        self.for_all(part_stories(), self.check, 12, 300)
        self.assertGreater(self.clear, self.asked)  # or else this tests nothing

    def check(self, example):
        self.values = {"pricelist_id": self.pricelists[example.currency].id}
        self.rounding = self.cash if example.is_cash else self.cash.browse()
        self.parts = list(example.parts)
        self.seen = self.env["mail.activity"].browse()
        orders = self.play(example.story)
        self.take_parts(orders)
        notes = self.post_drafted(orders)
        self.assertFalse(notes.filtered(lambda move: move.amount_total < 0))

    def make_order(self, *args, **values):
        return super().make_order(*args, **self.values, **values)

    def final_invoice(self, order, post=True):
        invoice = super().final_invoice(order, post=False)
        invoice.invoice_cash_rounding_id = self.rounding
        if post:
            invoice.action_post()
        return invoice

    # -- Parts between the deeds ------------------------------------------------------------------

    def bill(self, orders, which, how_much, posted):
        """So much of each line, or all."""
        invoice = self.final_invoice(orders, post=False)
        if how_much:
            for line in invoice.invoice_line_ids.filtered("quantity"):
                line.quantity = max(-how_much, min(how_much, line.quantity))
        if posted:
            invoice.action_post()
        self.take_parts(orders)

    def credit_note(self, orders, which, how_much, posted):
        result = super().credit_note(orders, which, how_much, posted)
        self.take_parts(orders)
        return result

    def take_parts(self, orders):
        if self.parts and (part := self.parts.pop()):
            which, wanted = part
            order = orders[which % len(orders)]
            sold = order.order_line.filtered(
                lambda line: not (line.display_type or line.is_downpayment)
            )
            quantities = {}
            for number, quantity in wanted.items():
                line = sold[number % len(sold)]
                if line.product_uom_qty:
                    quantities[line] = min(quantity, line.product_uom_qty)
            if quantities:
                self.take_part(order, quantities)

    def take_part(self, order, quantities):
        others = self.env["sale.order"].search([("marketplace_order_id", "like", "B-")]) - order
        was_billed = self.lines_of(others)
        before = {line: (line.product_uom_qty, self.net(line)) for line in quantities}
        self.take_out(quantities)
        self.assertEqual(self.lines_of(others), was_billed)
        documents = order.order_line.invoice_lines.move_id
        if documents.activity_ids - self.seen:
            self.seen |= documents.activity_ids
            self.asked += 1
            return
        self.clear += 1
        for line, (ordered, billed) in before.items():
            self.assertEqual(line.product_uom_qty, ordered - quantities[line])
            # so as much as remains where all was billed, and never more
            self.assertAlmostEqual(self.net(line), min(billed, line.product_uom_qty))
        made = self.documents(order)
        order.sudo()._account_for_part(quantities, self.cause(order))
        self.assertEqual(self.documents(order), made)

    def lines_of(self, orders):
        """What bills ``orders``, line by line."""
        lines = orders.order_line.invoice_lines
        return self.billed(orders), sorted(
            (line.id, line.quantity, line.price_total, line.parent_state) for line in lines
        )

    def documents(self, order):
        moves = order.order_line.invoice_lines.move_id
        return sorted((move.id, move.state, move.amount_total) for move in moves)
