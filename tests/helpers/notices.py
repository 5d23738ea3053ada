"""Notices on documents, and transfers that stay for a cancelled order."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .warehouse import WarehouseCase


class NoticeCase(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.on_picking = "ask"
        cls.walter = new_test_user(cls.env, "walter", "stock.group_stock_user", name="Walter")
        cls.dora = new_test_user(
            cls.env, "dora", "sales_team.group_sale_salesman_all_leads", name="Dora"
        )

    def asked(self, marketplace_order_id, **body):
        """An order about which the marketplace has asked, so that it is on hold; its receipt."""
        order = self.order_of_three(marketplace_order_id)
        order.picking_ids.move_ids.picked = True
        body = {"reason": "Wrong size", "requestedByUser": True, **body}
        return order, self.ask(order, **body)

    def cancelled(self, marketplace_order_id, **body):
        order = self.order_of_three(marketplace_order_id)
        self.request_cancellation(marketplace_order_id, **body)
        self.assertCancelled(order)
        return order

    def in_state(self, marketplace_order_id, state):
        """An order whose receipt is in a state that nothing but trouble or haste leads to."""
        order = self.order_of_three(marketplace_order_id)
        receipt = self.register(marketplace_order_id)
        receipt.write({"state": state, "sale_order_id": order.id, "error": "Out of luck."})
        return order

    def forget(self, order):
        """Delete the receipts of ``order`` as its account's retention does."""
        order._remember_cancellation()
        self.receipts(order.marketplace_order_id)._unlink_expired()
        self.env.invalidate_all()

    def assertTells(self, document, kind, *texts):
        self.assertEqual(document.marketplace_notice_kind, kind)
        told = f"{document.marketplace_notice} {document.marketplace_notice_details}"
        for text in texts:
            self.assertIn(text, told)


class CancelledCase(NoticeCase):
    def back_to_draft(self, pickings):
        """Have cancelled transfers open again, as addons do (stock_picking_back2draft)."""
        pickings.move_ids.write({"state": "draft"})
        pickings.action_confirm()
        pickings.action_assign()
        self.assertNotIn("cancel", pickings.mapped("state"))
        return pickings

    def assertStays(self, picking, why, user=None):
        """``picking`` cannot be done by anybody in any way, and says why."""
        picking.move_ids.write({"quantity": picking.move_ids[:1].product_uom_qty, "picked": True})
        theirs = picking.with_user(user or self.walter)
        for attempt in (
            theirs.button_validate,
            theirs._action_done,
            picking.sudo()._action_done,
            theirs.move_ids._action_done,
            picking.sudo().move_ids._action_done,
        ):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                attempt()
            self.assertIn(why, str(caught.exception))
            self.assertIn(picking.name, str(caught.exception))
        self.assertNotEqual(picking.state, "done")

    def transfer(self, source, destination, kind=None, **move):
        """A transfer made by hand of 3 pieces."""
        values = {
            "product_id": self.product.id,
            "product_uom_qty": 3,
            "location_id": source.id,
            "location_dest_id": destination.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": (kind or self.warehouse.out_type_id).id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "origin": move.pop("origin", False),
                "move_ids": [Command.create(values | move)],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def to_customer(self, **move):
        return self.transfer(self.stock_location, self.customer_location, **move)
