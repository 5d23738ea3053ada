"""What was bought for a cancelled order is taken off, or the buyer is asked."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.supply import PurchaseCase
from ..helpers.upstream import UpstreamCase
from ..helpers.work_served import MAKE_TO_ORDER

BUY = "purchase_stock.route_warehouse0_buy"
DROPSHIP = "stock_dropshipping.route_drop_shipping"


class BuyingCase(PurchaseCase, UpstreamCase):
    def setUp(self):
        super().setUp()
        self.buyer = new_test_user(self.env, "bob", "purchase.group_purchase_user", name="Bob")
        self.supplier.buyer_id = self.buyer

    def dropshipped(self):
        if not self.env.ref(DROPSHIP, False):
            self.skipTest("stock_dropshipping is not installed")
        return self.bought(DROPSHIP)

    def ordered_in(self):
        return self.bought(MAKE_TO_ORDER, BUY)

    def another_order_of(self, purchase, marketplace_order_id="B-2"):
        """Another order of the same goods, on the same request for quotation."""
        product = purchase.order_line.product_id
        order = self.make_order(marketplace_order_id, product=product, quantity=2, confirm=True)
        own = self.env["purchase.order"].search([("partner_id", "=", self.supplier.id)])
        if len(own) > 1:
            own.sorted("id").action_merge()
        self.assertEqual(sum(purchase.order_line.mapped("product_qty")), 5)
        return order


@tagged("post_install", "-at_install")
class TestRequestsForQuotation(BuyingCase):
    def test_of_this_order_alone(self):
        for kind in (self.dropshipped, self.ordered_in):
            with self.subTest(kind.__name__):
                order, purchase = kind()
                order.marketplace_order_id = f"B-{kind.__name__}"
                self.cancel_asking_nobody(order)
                self.assertStopped(purchase, "cancel")
                self.assertFalse(purchase.order_line)
                self.assertIn("3 × Samovar", " ".join(self.chatter(purchase)))
                self.assertFalse(order.activity_ids)
                self.supplier = self.supplier.copy()

    def test_quantity_that_others_share(self):
        self.supplier.group_rfq = "all"
        order, purchase = self.ordered_in()
        other = self.another_order_of(purchase)
        self.assertEqual(len(purchase.order_line), 1)
        self.cancel_asking_nobody(order)
        self.assertStopped(purchase, "draft")
        self.assertEqual(purchase.order_line.product_qty, 2)
        self.assertEqual(other.picking_ids.state, "waiting")
        purchase.button_confirm()
        self.ship(purchase.picking_ids)
        self.ship(other.picking_ids)
        self.assertEqual(other.order_line.qty_delivered, 2)

    def test_lines_that_others_have_beside_it(self):
        self.supplier.group_rfq = "all"
        order, purchase = self.ordered_in()
        other = self.another_order_of(purchase)
        cup = self.env["purchase.order.line"].create(
            {"order_id": purchase.id, "product_id": self.product.id, "product_qty": 4}
        )
        self.cancel_asking_nobody(order)
        self.cancel_asking_nobody(other)
        self.assertStopped(purchase, "draft")
        self.assertEqual(purchase.order_line, cup)

    def test_dropshipped_with_others(self):
        order, purchase = self.dropshipped()
        other = self.another_order_of(purchase)
        self.assertEqual(len(purchase.order_line), 1)
        self.cancel_asking_nobody(order)
        self.assertStopped(purchase, "draft")
        self.assertEqual(purchase.order_line.product_qty, 2)
        self.assertEqual(other.state, "sale")

    def test_what_a_buyer_has_added_for_stock(self):
        order, purchase = self.ordered_in()
        purchase.order_line.product_qty = 10
        self.cancel_asking_nobody(order)
        self.assertStopped(purchase, "draft")
        self.assertEqual(purchase.order_line.product_qty, 7)

    def test_several_orders_at_once(self):
        self.account.settlement = "background"
        self.supplier.group_rfq = "all"
        order, purchase = self.ordered_in()
        other = self.another_order_of(purchase)
        for own in (order, other):
            self.request_cancellation(own.marketplace_order_id)
        self.run_cron("cron_settle_queued_1")
        self.assertEqual((order | other).mapped("state"), ["cancel", "cancel"])
        self.assertStopped(purchase, "cancel")

    def test_sent(self):
        for kind in (self.dropshipped, self.ordered_in):
            with self.subTest(kind.__name__):
                order, purchase = kind()
                order.marketplace_order_id = f"B-{kind.__name__}"
                purchase.state = "sent"
                self.cancel_asking_nobody(order)
                self.assertEqual(purchase.state, "sent")
                self.assertEqual(purchase.order_line.product_qty, 3)
                self.assertAsked(purchase, self.buyer)
                self.supplier = self.supplier.copy()

    def test_confirmed(self):
        for kind in (self.dropshipped, self.ordered_in):
            with self.subTest(kind.__name__):
                order, purchase = kind()
                order.marketplace_order_id = f"B-{kind.__name__}"
                purchase.button_confirm()
                self.cancel(order)
                self.assertEqual(purchase.state, "purchase")
                self.assertAsked(purchase, self.buyer)
                self.supplier = self.supplier.copy()

    def test_without_a_buyer(self):
        order, purchase = self.ordered_in()
        purchase.user_id = False
        purchase.button_confirm()
        self.cancel(order)
        self.assertAsked(purchase, self.olga)

    def test_what_cannot_be_taken_off(self):
        """Somebody is asked; the order is cancelled all the same."""
        order, purchase = self.ordered_in()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_line_ids": [
                    Command.create({"name": "In advance", "purchase_line_id": line.id})
                    for line in purchase.order_line
                ],
            }
        )
        self.assertEqual(purchase.invoice_ids, bill)
        self.cancel_asking_nobody(order)
        self.assertEqual(purchase.state, "draft")
        self.assertAsked(purchase, self.buyer)

    def test_service_that_is_bought(self):
        self.needs("sale_purchase", "purchase.order")
        seller = Command.create({"partner_id": self.supplier.id, "price": 7})
        course = self.service(service_to_purchase=True, seller_ids=[seller])
        order = self.order_of(course)
        purchase = order.order_line.purchase_line_ids.order_id
        self.assertEqual(purchase.state, "draft")
        self.cancel_asking_nobody(order)
        self.assertStopped(purchase, "cancel")

    def test_components(self):
        self.needs("mrp", "mrp.production")
        seller = Command.create({"partner_id": self.supplier.id, "price": 7})
        part = self.routed(MAKE_TO_ORDER, BUY, seller_ids=[seller])
        made = self.routed(MAKE_TO_ORDER, "mrp.route_warehouse0_manufacture")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": made.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": part.id})],
            }
        )
        order = self.make_order("B-1", product=made, quantity=3, confirm=True)
        purchase = self.env["purchase.order"].search([("partner_id", "=", self.supplier.id)])
        self.assertEqual((purchase.state, purchase.order_line.product_qty), ("draft", 3))
        self.cancel_asking_nobody(order)
        production = self.env["mrp.production"].search([("product_id", "=", made.id)])
        self.assertStopped(production, "cancel")
        self.assertStopped(purchase, "cancel")
