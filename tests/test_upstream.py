"""What was bought, made or begun for a cancelled order is stopped, or somebody is asked."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .other_modules import MAKE_TO_ORDER, OtherModulesCase
from .test_special_supply import PurchaseCase

BUY = "purchase_stock.route_warehouse0_buy"
BEGUN = ("progress", "to_close")
DROPSHIP = "stock_dropshipping.route_drop_shipping"


class UpstreamCase(OtherModulesCase):
    def setUp(self):
        super().setUp()
        self.ida = new_test_user(self.env, "ida", "base.group_user", name="Ida")
        manager = "marketplace_order_cancellation.group_marketplace_manager"
        self.olga = new_test_user(self.env, "olga", manager, name="Olga")
        self.account.user_id = self.olga

    def assertToldWhy(self, document):
        self.assertIn("Test Market cancelled this order", " ".join(self.chatter(document)))

    def assertStopped(self, document, state):
        self.assertEqual(document.state, state)
        self.assertFalse(document.activity_ids)
        self.assertToldWhy(document)

    def assertAsked(self, document, user):
        """One activity, and no more, asks ``user`` about ``document``."""
        self.assertEqual(document.activity_ids.user_id, user)
        self.assertEqual(len(document.activity_ids), 1)
        self.assertToldWhy(document)


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
                self.assertIn("Samovar: 3 Units", " ".join(self.chatter(purchase)))
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


@tagged("post_install", "-at_install")
class TestWhatIsMade(UpstreamCase):
    def setUp(self):
        super().setUp()
        self.order, self.part = self.made()
        self.whole = self.part.move_finished_ids.move_dest_ids.raw_material_production_id
        self.assertEqual(len(self.whole), 1)

    def test_nothing_has_begun(self):
        self.cancel_asking_nobody(self.order)
        self.assertStopped(self.whole, "cancel")
        self.assertStopped(self.part, "cancel")
        self.assertEqual(self.on_hand(), (100, 0))

    def test_begun(self):
        self.whole.user_id = new_test_user(self.env, "mia", "mrp.group_mrp_user", name="Mia")
        self.whole.qty_producing = 1
        self.assertIn(self.whole.state, BEGUN)
        self.cancel(self.order)
        self.assertIn(self.whole.state, BEGUN)
        self.assertAsked(self.whole, self.whole.user_id)
        self.assertEqual(self.part.state, "confirmed")  # what has begun may need it
        self.assertTrue(self.part.activity_ids)

    def test_part_has_begun(self):
        self.part.qty_producing = 1
        self.cancel(self.order)
        self.assertStopped(self.whole, "cancel")
        self.assertIn(self.part.state, BEGUN)
        self.assertTrue(self.part.activity_ids)

    def test_more_is_made_than_the_order_needs(self):
        self.env["change.production.qty"].create(
            {"mo_id": self.whole.id, "product_qty": 5}
        ).change_prod_qty()
        self.cancel_asking_nobody(self.order)
        self.assertEqual(self.whole.state, "confirmed")
        self.assertTrue(self.whole.activity_ids)


@tagged("post_install", "-at_install")
class TestOtherWork(UpstreamCase):
    def test_task_that_nobody_has_begun(self):
        order = self.tasked()
        self.cancel_asking_nobody(order)
        self.assertStopped(order.order_line.task_id, "1_canceled")

    def test_task_that_was_begun(self):
        order = self.work_task_begun()
        task = order.order_line.task_id
        task.user_ids = self.ida
        state = task.state
        self.cancel(order)
        self.assertEqual(task.state, state)
        self.assertAsked(task, self.ida)

    def test_task_on_which_time_was_logged(self):
        order = self.work_time()
        task = order.order_line.task_id
        task.user_ids = task.project_id.user_id = False
        self.cancel(order)
        self.assertNotEqual(task.state, "1_canceled")
        self.assertAsked(task, self.olga)

    def test_task_that_is_done(self):
        order = self.work_task_done()
        self.cancel(order)
        self.assertEqual(order.order_line.task_id.state, "1_done")

    def test_repair(self):
        order = self.repaired()
        self.cancel_asking_nobody(order)
        self.assertStopped(order.repair_order_ids, "cancel")

    def test_repair_that_was_begun(self):
        order = self.work_repair_begun()
        order.repair_order_ids.user_id = self.ida
        self.cancel(order)
        self.assertAsked(order.repair_order_ids, self.ida)

    def test_seat(self):
        order = self.seat()
        self.cancel_asking_nobody(order)
        self.assertEqual(order.order_line.registration_ids.state, "cancel")

    def test_seat_that_was_attended(self):
        order = self.work_attended()
        self.cancel(order)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.order_line.registration_ids.state, "done")

    def test_booth(self):
        order = self.work_booth()
        booth = order.order_line.event_booth_ids
        booth.event_id.user_id = self.ida
        self.cancel(order)
        self.assertAsked(booth, self.ida)
