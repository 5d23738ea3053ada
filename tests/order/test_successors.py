"""Orders whose goods leave for another record, as addons of others have it."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestLinesThatMove(WarehouseCase):
    """Addons that split or merge orders write the order of their lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cup = cls.make_product("Cup")
        cls.put_in_stock(cls.cup, 10, cls.warehouse)

    def order_of_both(self, name):
        order = self.make_order(name, quantity=3)
        order.order_line = [Command.create({"product_id": self.cup.id, "product_uom_qty": 1})]
        return order

    def split(self, order):
        """A new order with the cups of ``order``."""
        new = order.copy({"order_line": False})
        order.order_line.filtered(lambda line: line.product_id == self.cup).order_id = new
        return new

    def test_split_order_is_cancelled_with_the_one_that_it_is_from(self):
        order = self.order_of_both("S-1")
        new = self.split(order)
        self.assertEqual(new.replaced_order_id, order)
        (order + new).action_confirm()
        self.cancel_asking_nobody(order)
        for own in (order, new):
            self.assertWhollyCancelled(own)

    def test_split_of_a_split_replaces_the_marketplaces_own(self):
        order = self.order_of_both("S-2")
        new = self.split(order)
        third = self.split(new)
        self.assertEqual(third.replaced_order_id, order)

    def test_lines_come_back(self):
        order = self.order_of_both("S-3")
        new = self.split(order)
        new.order_line.order_id = order
        self.assertEqual(len(order.order_line), 2)

    def test_lines_do_not_become_part_of_what_others_get(self):
        order = self.order_of_both("S-4")
        others = (self.order_of_both("S-5"), self.order_of_both(None))
        for other in others:
            with self.assertRaisesRegex(UserError, "an order of their own"):
                order.order_line[0].order_id = other
        self.assertEqual(len(order.order_line), 2)

    def test_lines_of_no_marketplace_go_where_they_are_put(self):
        order, other = self.order_of_both(None), self.order_of_both("S-6")
        order.order_line[0].order_id = other
        self.assertEqual(len(other.order_line), 3)
        self.assertFalse(other.replaced_order_id)
