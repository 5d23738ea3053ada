from odoo.tests import tagged

from ...tools.inbound.changed_items import ChangedItem
from ..helpers.taken_out import TakenOutCase


@tagged("post_install", "-at_install")
class TestLinesOfChange(TakenOutCase):
    def found(self, order, *items):
        return order._lines_of_change([ChangedItem(*item) for item in items])

    def test_by_sku_of_the_mapping(self):
        self.product.default_code = "TEA-1"
        order = self.order_of_three("T-1")
        self.assertEqual(self.found(order, ("TEA-1", 2)).quantities, {order.order_line: 2})
        self.assertEqual(self.found(order, ("TEA-2", 2)).problem, "unknown")
        self.assertEqual(self.found(order, ("TEA-1", 4)).problem, "too_much")

    def test_by_barcode_where_the_mapping_knows_none(self):
        self.product.write({"default_code": "TEA-1", "barcode": "4006381"})
        order = self.order_of_three("T-1")
        order.order_line.marketplace_sku = "77"
        for sku in ("77", "TEA-1", "4006381"):
            self.assertEqual(self.found(order, (sku, 2)).quantities, {order.order_line: 2})

    def test_mapping_comes_first(self):
        cup = self.make_product("Cup", default_code="77")
        order = self.lines_of((self.product, 3, {"marketplace_sku": "77"}), (cup, 3))
        order.order_line[1].marketplace_sku = "88"
        self.assertEqual(self.found(order, ("77", 2)).quantities, {order.order_line[0]: 2})

    def test_by_id_of_the_line(self):
        self.product.default_code = "TEA-1"
        line = {"marketplace_line_id": "U-1"}, {"marketplace_line_id": "U-2"}
        order = self.lines_of((self.product, 3, line[0]), (self.product, 3, line[1]))
        self.assertEqual(self.found(order, ("TEA-1", 2)).problem, "ambiguous")
        found = self.found(order, ("TEA-1", 2, "U-2"))
        self.assertEqual(found.quantities, {order.order_line[1]: 2})

    def test_pieces_of_dozens(self):
        self.product.default_code = "TEA-1"
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.lines_of((self.product, 2, {"product_uom_id": dozen.id}))
        self.assertEqual(self.found(order, ("TEA-1", 12)).quantities, {order.order_line: 1})
        self.assertEqual(self.found(order, ("TEA-1", 25)).problem, "too_much")
        order.order_line.marketplace_line_id = "U-1"  # then the unit is the marketplace's
        self.assertEqual(self.found(order, ("TEA-1", 2)).quantities, {order.order_line: 2})

    def test_what_is_wanted_no_more_is_not_there(self):
        self.product.default_code = "TEA-1"
        order = self.order_of_three("T-1", done=1)
        self.take_out(order, 2)
        self.assertEqual(self.found(order, ("TEA-1", 2)).problem, "too_much")
        self.assertEqual(self.found(order, ("TEA-1", 1)).quantities, {order.order_line: 1})
        self.assertTrue(order._is_all_of_order({order.order_line: 1}))

    def test_all_of_an_order(self):
        freight = self.make_product("Freight", type="service", is_storable=False)
        order = self.lines_of(
            (self.product, 3), (freight, 1), (self.make_product("Gift", lst_price=0), 1)
        )
        teapot, fee, _gift = order.order_line
        self.assertFalse(order._is_all_of_order({teapot: 3}))
        self.assertTrue(order._is_all_of_order({teapot: 3, fee: 1}))
        teapot.marketplace_line_id = "U-1"
        self.assertTrue(order._is_all_of_order({teapot: 3}))
        self.assertFalse(order._is_all_of_order({teapot: 2}))
