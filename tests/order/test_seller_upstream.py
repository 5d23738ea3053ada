"""What was bought, made or planned for an order that the seller cancels stays; who is told."""

from odoo.tests import new_test_user, tagged

from ..helpers.seller import SellerCase
from ..helpers.supply import PurchaseCase
from ..helpers.upstream import UpstreamCase
from ..helpers.work_served import MAKE_TO_ORDER

BUY = "purchase_stock.route_warehouse0_buy"


class StaysCase(SellerCase, UpstreamCase):
    def assertStays(self, order, document, user, by_dialog=False):
        """``document`` is as it was, was announced, and one activity asks ``user`` about it."""
        state = document.state
        self.assertIn(document.display_name, order._preview_cancellations()[order].stays)
        if by_dialog:
            self.cancel_here(order, "Cracked.")
        else:
            order.action_cancel()
        self.env.invalidate_all()
        self.assertEqual((order.state, document.state), ("cancel", state))
        self.assertEqual(document.activity_ids.user_id, user)
        self.assertEqual(len(document.activity_ids), 1)


@tagged("post_install", "-at_install")
class TestWorkStays(StaysCase):
    def test_task_that_nobody_has_begun(self):
        order = self.tasked()
        task = order.order_line.task_id
        task.user_ids = self.ida
        self.assertStays(order, task, self.ida)
        self.assertIn("decide what to do with this document", task.activity_ids.note)

    def test_task_and_the_dialog(self):
        order = self.tasked()
        task = order.order_line.task_id
        task.user_ids = self.ida
        self.assertIn(task.display_name, self.wizard(order).consequences)
        self.assertStays(order, task, self.ida, by_dialog=True)

    def test_task_of_nobody(self):
        order = self.tasked()
        task = order.order_line.task_id
        task.user_ids = task.project_id.user_id = False
        self.assertStays(order, task, self.olga)

    def test_task_of_an_order_of_no_marketplace(self):
        order = self.tasked()
        order.write({"marketplace_order_id": False, "marketplace_account_id": False})
        task = order.order_line.task_id
        order.action_cancel()
        self.assertFalse(task.activity_ids)

    def test_repair_that_odoo_cancels(self):
        order = self.work_repair_begun()
        repair = order.repair_order_ids
        self.assertNotIn(repair.display_name, order._preview_cancellations()[order].stays)
        order.action_cancel()
        self.assertEqual(repair.state, "cancel")
        self.assertFalse(repair.activity_ids)

    def test_what_is_to_be_made(self):
        order, part = self.made()
        mia = new_test_user(self.env, "mia", "mrp.group_mrp_user", name="Mia")
        whole = part.move_finished_ids.move_dest_ids.raw_material_production_id
        (whole | part).user_id = mia
        self.assertStays(order, whole, mia)
        self.assertEqual(part.state, "confirmed")
        self.assertEqual(len(part.activity_ids), 1)


@tagged("post_install", "-at_install")
class TestPurchasesStay(PurchaseCase, StaysCase):
    def setUp(self):
        super().setUp()
        self.buyer = new_test_user(self.env, "bob", "purchase.group_purchase_user", name="Bob")
        self.supplier.buyer_id = self.buyer

    def test_request_for_quotation(self):
        order, purchase = self.bought(MAKE_TO_ORDER, BUY)
        self.assertStays(order, purchase, self.buyer)
        self.assertEqual(purchase.order_line.product_qty, 3)

    def test_several_orders_at_once(self):
        """Odoo tells of one of them alone."""
        order, purchase = self.bought(MAKE_TO_ORDER, BUY)
        self.supplier = self.supplier.copy()
        other = self.order_of_three("B-9")
        (order | other).action_cancel()
        self.assertEqual(len(purchase.activity_ids), 1)
