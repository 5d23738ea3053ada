"""Sellers that keep their books in one currency and sell in another one.

What the marketplace gets is in the order's currency: what the shopper was asked for, and what its
items cost after all discounts.
"""

from collections import Counter
from itertools import product

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.outbound_invoices import InvoiceCase
from ..helpers.random_examples import LONG

#: How taxes are rounded, by which taxes (see `taxes`), the discount of the lines in per cent, and
#: what else lowers the order.
ROUNDING = ("round_per_line", "round_globally")
TAXES = ("none", "excluded", "included", "both")
DISCOUNTS = (0, 7.5)
REDUCTIONS = (None, "so_discount", "amount", "line")
#: Each pair of these meets; ``./dev test --long`` tries all.
PAIRS = [
    ("round_per_line", "none", 7.5, "line"),
    ("round_globally", "none", 0, "so_discount"),
    ("round_per_line", "excluded", 0, "amount"),
    ("round_globally", "excluded", 7.5, "so_discount"),
    ("round_per_line", "included", 7.5, "so_discount"),
    ("round_globally", "included", 0, "line"),
    ("round_per_line", "both", 0, None),
    ("round_globally", "both", 7.5, "amount"),
]


@tagged("post_install", "-at_install")
class TestSoldInReais(InvoiceCase):
    """A company of euros; the other classes have one of yen, and of dinars with 3 decimals."""

    own = "EUR"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move_to_company(cls.currency(cls.own))
        real = cls.currency("BRL")
        rates = [{"name": "2020-01-01", "rate": 6.1237}, {"name": "2026-01-15", "rate": 5.4321}]
        values = {"currency_id": real.id, "company_id": cls.company.id}
        cls.env["res.currency.rate"].create([rate | values for rate in rates])
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Brazil", "currency_id": real.id}
        )
        cls.coupon = cls.make_product("Coupon", type="service", is_storable=False)
        excluded, included = cls.env["account.tax"].create(
            [
                {"name": "17.5 %", "amount": 17.5},
                {"name": "12 %", "amount": 12, "price_include_override": "tax_included"},
            ]
        )
        none = excluded.browse()
        cls.taxes = dict(zip(TAXES, (none, excluded, included, excluded | included), strict=True))

    @classmethod
    def move_to_company(cls, currency):
        """Let all that follows be of a company that keeps its books in ``currency``."""
        cls.company = cls.env["res.company"].create({"name": "Abroad"})
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.company.currency_id = currency
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.account = cls.make_account("abroad")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def order_abroad(self, taxes, discount, reduction):
        """Three pots, seven cups, and freight."""
        taxes = {"tax_ids": [Command.set(self.taxes[taxes].ids)]}
        pots = {"price_unit": 19.99, "product_uom_qty": 3, "discount": discount, **taxes}
        cups = {**pots, "product_id": self.cup.id, "price_unit": 7.77, "product_uom_qty": 7}
        freight = {"product_id": self.freight.id, "price_unit": 15.5, **taxes}
        if "is_delivery" in self.env["sale.order.line"]._fields:
            freight["is_delivery"] = True
        lines = [pots, cups, freight]
        if reduction == "line":
            lines.append({"product_id": self.coupon.id, "price_unit": -4.44, **taxes})
        order = self.order_with(*lines, confirm=False, pricelist_id=self.pricelist.id)
        if reduction in ("so_discount", "amount"):
            self.env["sale.order.discount"].create(
                {
                    "sale_order_id": order.id,
                    "discount_type": reduction,
                    "discount_percentage": 0.1,
                    "discount_amount": 10.01,
                }
            ).action_apply_discount()
        order.action_confirm()
        return order

    def test_what_the_shopper_was_asked_for(self):
        self.assertEqual(self.env.company.currency_id.name, self.own)
        for case in product(ROUNDING, TAXES, DISCOUNTS, REDUCTIONS) if LONG else PAIRS:
            with self.subTest(case):
                rounding, *terms = case
                self.company.tax_calculation_rounding_method = rounding
                order = self.order_abroad(*terms)
                self.assertEqual(order.currency_id.name, "BRL")
                invoice = self.posted(order)
                self.check(order, invoice, order.amount_total, {"TEAPOT": 3, "CUP": 7})
                pots = invoice.invoice_line_ids.filtered(
                    lambda line: line.product_id == self.product
                )
                note = self.credit(invoice, {pots: 1})
                left = invoice.amount_total - note.amount_total
                self.check(order, invoice, left, {"TEAPOT": 2, "CUP": 7})

    def check(self, order, invoice, amount, pieces):
        """``invoice`` is told as ``amount`` for these ``pieces`` and the freight."""
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], round(amount * 100))
        counted, items = Counter(), 0
        for sku, quantity, price in self.items(body):
            counted[sku] += quantity
            items += quantity * price
        self.assertEqual(counted, pieces)
        lines = order.order_line
        freight = lines.filtered(lambda line: line.product_id == self.freight).price_total
        self.assertEqual(items + round(freight * 100), body["invoiceValue"])
        # a discount for all lowers each item in proportion
        sold = lines.filtered(lambda line: line.product_id in self.product | self.cup)
        worth = {line.product_id.default_code: line.price_total for line in sold}
        worth = {sku: worth[sku] * pieces[sku] / {"TEAPOT": 3, "CUP": 7}[sku] for sku in pieces}
        for sku, quantity, price in self.items(body):
            share = items * worth[sku] / sum(worth.values()) / pieces[sku]
            self.assertLess(abs(price - share), 1.5, (sku, quantity, price))


@tagged("post_install", "-at_install")
class TestSoldInReaisForYen(TestSoldInReais):
    own = "JPY"


@tagged("post_install", "-at_install")
class TestSoldInReaisForDinars(TestSoldInReais):
    own = "TND"
