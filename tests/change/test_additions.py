"""What a change adds to an order, or exchanges, once a person has agreed."""

from odoo.tests import tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestAdditions(ChangeCase):
    def agreed(self, order_id, **body):
        """A change to which a person has agreed, and that its marketplace wants confirmed."""
        self.ask_change(order_id, **body)
        receipt = self.change_of(order_id)
        self.assertEqual(receipt.state, "part_evaluating")
        receipt.action_accept()
        self.confirm_change(order_id)
        return receipt

    def test_item_is_added_with_its_price_and_ships(self):
        order = self.order_of_both("ADD-1")
        spoon = self.make_product("Spoon", default_code="SPOON")
        self.put_in_stock(spoon, 10, self.warehouse)
        items = {"items": [{"id": "SPOON", "quantity": 2, "price": 350}]}
        receipt = self.agreed("ADD-1", add=items)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        line = order.order_line.filtered(lambda own: own.product_id == spoon)
        self.assertEqual((line.product_uom_qty, line.price_unit), (2, 3.5))
        self.assertEqual(line.move_ids.product_uom_qty, 2)
        self.assertEqual(receipt.change_line_ids.sale_line_id, line)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2, "SPOON": 2})

    def test_exchange_takes_out_and_adds(self):
        order = self.order_of_both("ADD-2")
        self.make_product("Mug", default_code="MUG")
        exchange = [{"from": self.items(CUP=2), "to": self.items(MUG=1)}]
        receipt = self.agreed("ADD-2", replace=exchange)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 0, "MUG": 1})

    def test_exchange_of_everything_leaves_the_order_open(self):
        order = self.order_of_both("ADD-3")
        self.make_product("Mug", default_code="MUG")
        exchange = [{"from": self.items(POT=3, CUP=2), "to": self.items(MUG=1)}]
        receipt = self.agreed("ADD-3", replace=exchange)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.ordered(order), {"POT": 0, "CUP": 0, "MUG": 1})

    def test_branch_adds_what_its_parent_sells(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        mug = self.make_product("Mug", default_code="MUG", company_id=self.company.id)
        endpoint = self.account._as_endpoint()
        self.assertEqual(endpoint._products_of_sku("MUG", branch.with_env(endpoint.env)), mug)
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(endpoint._products_of_sku("MUG", other))

    def test_unknown_product_changes_nothing_and_says_what_to_do(self):
        order = self.order_of_both("ADD-4")
        exchange = [{"from": self.items(CUP=1), "to": self.items(MUG=1)}]
        with self.assertLogs("odoo.addons.marketplace_order_cancellation", "ERROR"):
            receipt = self.agreed("ADD-4", replace=exchange)
        self.assertEqual(receipt.state, "part_failed")
        self.assertIn("No product has the SKU MUG", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})
        self.make_product("Mug", default_code="MUG")
        receipt.action_process_again()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 1, "MUG": 1})

    def test_several_products_of_one_sku_are_not_guessed(self):
        order = self.order_of_both("ADD-5")
        for name in ("Mug", "Another Mug"):
            self.make_product(name, default_code="MUG")
        with self.assertLogs("odoo.addons.marketplace_order_cancellation", "ERROR"):
            receipt = self.agreed("ADD-5", add=self.items(MUG=1))
        self.assertIn("Several products", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})
