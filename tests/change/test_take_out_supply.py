"""Parts of orders whose goods Odoo counts wrongly when a line goes down: bought, made or sold at a
point of sale.
"""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.supply import SupplyCase
from ..helpers.taken_out import TakenOutCase
from ..helpers.work_sold import SoldWorkCase

MTO = "stock.route_warehouse0_mto"
BUY = "purchase_stock.route_warehouse0_buy"
DROPSHIP = "stock_dropshipping.route_drop_shipping"


@tagged("post_install", "-at_install")
class TestTakeOutRequested(TakenOutCase, SupplyCase):
    """Requests for quotation."""

    def setUp(self):
        super().setUp()
        self.needs("sale_purchase_stock", "purchase.order")

    def bought(self, *routes, min_qty=0):
        supplier = self.env["res.partner"].create({"name": "A Supplier"})
        seller = {"partner_id": supplier.id, "price": 7, "min_qty": min_qty}
        return self.routed(*routes, seller_ids=[Command.create(seller)])

    def requested(self, order):
        """``{product: quantity}`` of the purchases for ``order``."""
        self.env.flush_all()
        lines = order._get_purchase_orders().order_line
        return {line.product_id: line.product_qty for line in lines if line.product_id}

    def test_less_than_the_vendor_sells_at_least(self):
        product = self.bought(MTO, BUY, min_qty=3)
        order = self.lines_of((product, 4))
        self.take_out(order, 2)
        self.assertEqual(self.requested(order), {product: 2})

    def test_more_than_is_requested(self):
        """What is not in stock is bought; or a buyer has lowered the request."""
        product = self.bought(MTO, BUY)
        order = self.lines_of((product, 4))
        purchase = order._get_purchase_orders()
        purchase.order_line.product_qty = 1
        self.take_out(order, 2)
        self.assertEqual(purchase.state, "cancel")

    def test_kit_of_which_a_component_is_dropshipped(self):
        self.needs("sale_mrp", "mrp.production")
        if not self.env.ref(DROPSHIP, False):
            self.skipTest("stock_dropshipping is not installed")
        product, kit = self.bought(DROPSHIP), self.make_product("Set")
        parts = [(product, 2), (self.product, 1)]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": own.id, "product_qty": quantity})
                    for own, quantity in parts
                ],
            }
        )
        order = self.lines_of((kit, 5))
        self.assertEqual(self.requested(order), {product: 10})
        self.take_out(order, 2)
        self.assertEqual(self.requested(order), {product: 6})
        self.assertFalse(order._get_purchase_orders().activity_ids)
        self.assertLeaves(order, 3)

    def test_what_was_given_up_is_not_bought_again(self):
        product = self.bought(MTO, BUY)
        order = self.lines_of((product, 5))
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        self.ship(purchase.picking_ids)
        order.picking_ids.move_ids.product_uom_qty = 2
        self.take_out(order, 1)
        self.assertEqual(order._get_purchase_orders(), purchase)
        self.assertLeaves(order, 2, product)


@tagged("post_install", "-at_install")
class TestTakeOutSoldAtATill(TakenOutCase, SoldWorkCase):
    def test_what_was_handed_over_there_does_not_leave_again(self):
        for steps in ("ship_only", "pick_ship"):
            with self.subTest(steps=steps):
                self.warehouse.delivery_steps = steps
                order = self.lines_of((self.product, 3), marketplace_order_id=steps)
                self.settle(order, 1)
                self.assertEqual(sum(self.outward(order).mapped("product_qty")), 2)
                order._take_out({order.order_line: 1}, self.cause(order))
                self.assertEqual(sum(self.outward(order).mapped("product_qty")), 1)
                order._take_out({order.order_line: 1}, self.cause(order))
                self.assertFalse(self.outward(order))

    def test_what_was_handed_over_there_counts_whatever_a_transfer_says(self):
        """Somebody may raise what a transfer brings, by hand."""
        order = self.lines_of((self.product, 3))
        self.settle(order, 1)
        order._take_out({order.order_line: 1}, self.cause(order))
        self.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": order.marketplace_account_id.id,
                "marketplace_order_id": order.marketplace_order_id,
                "kind": "part",
                "state": "part_cancelled",
                "sale_order_id": order.id,
            }
        )
        move = self.outward(order)
        move.write({"quantity": 2, "picked": True})
        with self.assertRaisesRegex(UserError, "no more than 1 "), self.env.cr.savepoint():
            move.picking_id.button_validate()
        self.env.invalidate_all()
        move.quantity = 1
        move.picking_id.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 2)
