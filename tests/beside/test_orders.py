"""Addons of others that archive orders, or let them go on under another record."""

from psycopg2.errors import UniqueViolation

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestArchivedOrders(WarehouseCase):
    """`sale_order_archive`, `sale_order_revision` and others give orders the field ``active``."""

    def setUp(self):
        super().setUp()
        if "active" not in self.env["sale.order"]._fields:
            self.skipTest("orders cannot be archived")

    def archive(self, orders):
        orders.action_lock()
        orders.action_archive()
        self.env.flush_all()

    def test_archived_order_is_found_and_cancelled(self):
        order = self.order_of_three("A-1")
        self.archive(order)
        self.cancel_asking_nobody(order)
        self.assertWhollyCancelled(order)

    def test_archived_order_is_still_the_only_one(self):
        self.archive(self.order_of_three("A-2"))
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.make_order("A-2")
            self.env.flush_all()

    def test_archived_order_is_held_and_refused(self):
        order = self.order_of_three("A-3", steps="two", done=1)
        self.account.on_picking = "ask"
        self.archive(order)
        receipt = self.ask(order)
        picking = self.open_pickings(order)
        self.assertEqual(picking.marketplace_notice_kind, "hold")
        self.assertEqual(receipt.sale_order_id, order)
        receipt.action_accept()
        self.assertWhollyCancelled(order)

    def test_archived_replacement_is_cancelled_as_well(self):
        order = self.order_of_three("A-4")
        replacement = self.make_order(None, quantity=3, replaced_order_id=order.id, confirm=True)
        self.archive(replacement)
        self.cancel(order)
        for own in (order, replacement):
            self.assertWhollyCancelled(own)

    def test_waiting_receipt_finds_an_archived_order(self):
        self.assertEqual(self.request_cancellation("A-5").status, 404)
        order = self.make_order("A-5", confirm=True)
        self.archive(order)
        self.run_cron()
        self.assertEqual(self.receipts("A-5").state, "cancelled")
        self.assertWhollyCancelled(order)

    def test_archived_order_is_shown(self):
        order = self.order_of_three("A-6")
        receipt = self.cancel_asking_nobody(order)
        self.archive(order)
        found = self.env["marketplace.cancellation.receipt"].search(
            [("sale_order_id", "=", order.id)]
        )
        self.assertEqual(found, receipt)
        self.assertEqual(receipt.action_view_order()["res_id"], order.id)


@tagged("post_install", "-at_install")
class TestOrdersThatGoOn(WarehouseCase):
    """The goods leave for another record than the one that the marketplace named."""

    def revise(self, order):
        """A confirmed revision of ``order``, as `sale_order_revision` makes it."""
        order._action_cancel()
        order.create_revision()
        revision = order.current_revision_id
        revision.action_confirm()
        return revision

    def test_revisions_replace_their_order(self):
        if not hasattr(self.env["sale.order"], "create_revision"):
            self.skipTest("sale_order_revision is not installed")
        order = self.order_of_three("R-1")
        first = self.revise(order)
        self.assertEqual(first.replaced_order_id, order)
        second = self.revise(first)
        self.assertEqual(second.replaced_order_id, order)
        self.assertFalse(order.is_untold)
        self.cancel_asking_nobody(order)
        self.assertWhollyCancelled(second)

    def test_split_order_replaces_the_one_that_it_is_from(self):
        if "split_strategy_id" not in self.env["sale.order"]._fields:
            self.skipTest("sale_order_split_strategy is not installed")
        order = self.make_order("R-2", quantity=3)
        other = self.make_product("Cup")
        order.order_line = [Command.create({"product_id": other.id})]
        strategy = {"name": "Cups", "line_filter_id": self.filter_of(other).id}
        order.split_strategy_id = order.split_strategy_id.create(strategy)
        new = order.action_split()
        self.assertEqual(
            (new.order_line.product_id, order.order_line.product_id), (other, self.product)
        )
        (order + new).action_confirm()
        self.cancel_asking_nobody(order)
        for own in (order, new):
            self.assertWhollyCancelled(own)

    def filter_of(self, product):
        return self.env["ir.filters"].create(
            {
                "name": "Cups",
                "model_id": "sale.order.line",
                "domain": f"[('product_id', '=', {product.id})]",
            }
        )
