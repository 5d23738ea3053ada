"""Orders for which goods are bought or made: what stays when the order goes."""

from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.supply import PurchaseCase, SupplyCase

COMMITTED = "Something was bought or made for it, or a service was delivered."


@tagged("post_install", "-at_install")
class TestDropshipping(PurchaseCase):
    def setUp(self):
        super().setUp()
        if not self.env.ref("stock_dropshipping.route_drop_shipping", False):
            self.skipTest("stock_dropshipping is not installed")

    def dropshipped(self):
        return self.bought("stock_dropshipping.route_drop_shipping")

    def test_nothing_is_committed_before_the_purchase_is_confirmed(self):
        order, purchase = self.dropshipped()
        self.cancel_asking_nobody(order)
        self.assertEqual((order.state, purchase.state), ("cancel", "cancel"))

    def test_confirmed_purchase(self):
        order, purchase = self.dropshipped()
        purchase.button_confirm()
        self.assertIs(self.facts(order).shipped, Shipped.NOTHING)
        receipt = self.ask(order)
        self.assertEqual(receipt.note, COMMITTED)
        self.assertUntouched(order)
        receipt.action_accept()
        self.assertCancelled(order)
        self.assertEqual(purchase.picking_ids.state, "cancel")
        self.assertPurchaseKept(purchase, order)
        self.assertReturns(receipt, {})

    def test_sent_by_the_supplier(self):
        order, purchase = self.dropshipped()
        purchase.button_confirm()
        self.ship(purchase.picking_ids)
        self.assertIs(self.facts(order).shipped, Shipped.FULLY)
        receipt = self.ask(order)
        self.assertEqual(
            receipt.note,
            "It has been shipped, something was bought or made for it, or a service was delivered.",
        )
        receipt.action_accept()
        self.assertWhollyCancelled(order)
        back = receipt.return_picking_ids.move_ids
        self.assertEqual(back.location_id, self.customer_location)
        self.assertEqual(back.product_qty, 3)
        self.validate(back.picking_id)
        self.assertEqual(self.facts(order.browse()).shipped, Shipped.NOTHING)
        self.assertEqual(order._shipped_quantities(), {})


@tagged("post_install", "-at_install")
class TestBoughtToOrder(PurchaseCase):
    def test_confirmed_purchase_still_brings_the_goods(self):
        order, purchase = self.bought(
            "stock.route_warehouse0_mto", "purchase_stock.route_warehouse0_buy"
        )
        purchase.button_confirm()
        incoming = purchase.picking_ids
        self.assertEqual(order.picking_ids.state, "waiting")
        receipt = self.ask(order)
        self.assertEqual(receipt.note, COMMITTED)
        receipt.action_accept()
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        self.assertPurchaseKept(purchase, order)
        self.assertEqual(incoming.state, "assigned")
        self.ship(incoming)
        self.assertEqual(self.on_hand(incoming.product_id), (3, 0))
        self.assertEqual(self.quantity_at(self.stock_location, incoming.product_id), 3)

    def test_goods_that_have_come_stay_in_stock(self):
        order, purchase = self.bought(
            "stock.route_warehouse0_mto", "purchase_stock.route_warehouse0_buy"
        )
        purchase.button_confirm()
        self.ship(purchase.picking_ids)
        product = purchase.order_line.product_id
        self.assertEqual(self.on_hand(product), (3, 3))
        self.assertFalse(self.facts(order).picking)
        receipt = self.cancel(order)
        self.assertReturns(receipt, {})
        self.assertEqual(self.on_hand(product), (3, 0))


@tagged("post_install", "-at_install")
class TestMadeToOrder(SupplyCase):
    def setUp(self):
        super().setUp()
        self.needs("mrp", "mrp.production")

    def made(self, steps="mrp_one_step"):
        """An order for 3 pieces, and the confirmed manufacturing order that it caused."""
        self.warehouse.manufacture_steps = steps
        product = self.routed("stock.route_warehouse0_mto", "mrp.route_warehouse0_manufacture")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        order = self.make_order("M-1", product=product, quantity=3, confirm=True)
        production = self.env["mrp.production"].search([("product_id", "=", product.id)])
        self.assertEqual((production.state, production.product_qty), ("confirmed", 3))
        return order, production

    def produce(self, production):
        production.qty_producing = 3
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        production.button_mark_done()
        self.assertEqual(production.state, "done")

    def test_production_that_has_not_begun(self):
        order, production = self.made()
        self.cancel_asking_nobody(order)
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        self.assertEqual(production.state, "cancel")
        self.assertFalse(production.activity_ids)

    def test_production_at_work(self):
        order, production = self.made()
        production.qty_producing = 1
        production._set_qty_producing()
        self.assertEqual(production.state, "progress")
        receipt = self.ask(order)
        self.assertEqual(receipt.note, f"{COMMITTED} Found: manufacturing has begun.")
        receipt.action_accept()
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        self.assertEqual(production.state, "progress")

    def test_finished_goods_stay_in_stock(self):
        for number, steps in enumerate(("mrp_one_step", "pbm_sam")):
            with self.subTest(steps):
                order, production = self.made(steps)
                order.marketplace_order_id = f"M-1-{number}"
                for picking in production.picking_ids.filtered(
                    lambda picking: picking.state == "assigned"
                ):
                    self.ship(picking)
                self.produce(production)
                for picking in production.picking_ids.filtered(
                    lambda picking: picking.state == "assigned"
                ):
                    self.ship(picking)
                product = production.product_id
                self.assertEqual(self.quantity_at(self.stock_location, product), 3)
                self.assertFalse(self.facts(order).picking)
                receipt = self.cancel(order)
                self.assertReturns(receipt, {})
                self.assertEqual(self.on_hand(product), (3, 0))
