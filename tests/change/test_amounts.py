"""What an order costs before and after a change, and what its marketplace says of that."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase


@tagged("post_install", "-at_install")
class TestAmounts(PartMoneyCase):
    def assertAmounts(self, order, quantities, before, after):
        """What is told in advance is what it costs then."""
        amounts = order._amounts_of_change(quantities)
        self.assertEqual([order.currency_id.round(amount) for amount in amounts], [before, after])
        self.lower(quantities)
        self.assertEqual(order.currency_id.round(order.amount_total), after)

    def tax(self, **values):
        return self.env["account.tax"].create({"name": str(values), "amount": 19, **values})

    def test_nothing_is_changed(self):
        order = self.order_of_three("A-1")
        order._amounts_of_change({order.order_line: 1})
        self.assertEqual((order.order_line.product_uom_qty, order.amount_total), (3, 30))

    def test_without_taxes(self):
        order = self.order_of_three("A-1")
        self.assertAmounts(order, {order.order_line: 1}, 30, 20)

    def test_all_of_a_line(self):
        order = self.order_of("A-1", (self.product.id, 3, 10), (self.cup.id, 2, 5))
        self.assertAmounts(order, {order.order_line[1]: 2}, 40, 30)

    def test_taxes(self):
        for how, before, after in (("tax_excluded", 35.7, 23.8), ("tax_included", 30, 20)):
            with self.subTest(how):
                tax = self.tax(price_include_override=how).ids
                values = {"product_id": self.product.id, "product_uom_qty": 3, "price_unit": 10}
                order = self.order_of(f"A-{how}", values | {"tax_ids": [Command.set(tax)]})
                self.assertAmounts(order, {order.order_line: 1}, before, after)

    def test_discount(self):
        values = {"product_id": self.product.id, "product_uom_qty": 3, "price_unit": 10}
        order = self.order_of("A-1", values | {"discount": 15})
        self.assertAmounts(order, {order.order_line: 1}, 25.5, 17)

    def test_tax_rounded_for_the_whole_order(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        tax = [Command.set(self.tax().ids)]
        values = {"product_id": self.cup.id, "price_unit": 0.13, "tax_ids": tax}
        order = self.order_of("A-1", values | {"product_uom_qty": 3}, values)
        self.assertAmounts(order, {order.order_line[0]: 2}, 0.62, 0.31)

    def test_price_of_the_quantity(self):
        """A price that Odoo has of its own for fewer pieces is not foreseen: it was agreed."""
        order = self.order_of_three("A-1")
        self.product.list_price = 99
        self.assertEqual(order._amounts_of_change({order.order_line: 1}), (30, 20))

    def test_other_currencies(self):
        for name, before, after, cents in (
            ("JPY", 3000, 2000, 100000),
            ("KWD", 3.705, 2.47, 123),
            ("EUR", 3.71, 2.47, 124),
        ):
            with self.subTest(name):
                currency = self.env.ref(f"base.{name}")
                currency.active = True
                pricelist = self.env["product.pricelist"].create(
                    {"name": name, "currency_id": currency.id}
                )
                self.env["decimal.precision"].search([("name", "=", "Product Price")]).digits = 3
                price = 1000 if name == "JPY" else 1.235
                line = (self.product.id, 3, price)
                order = self.order_of(f"A-{name}", line, pricelist_id=pricelist.id)
                self.assertEqual(order.currency_id, currency)
                self.assertAmounts(order, {order.order_line: 1}, before, after)
                told = order._difference_to_marketplace(cents, before, after)
                self.assertEqual(told, 0)
                more = order._difference_to_marketplace(cents + 200, before, after)
                self.assertAlmostEqual(more, 2, delta=0.01)
