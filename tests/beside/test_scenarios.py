"""What a marketplace and people do, in a database with addons of others: nothing of it may differ.

Run by ``./dev test --beside``, which installs them before and after this one.
"""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.tours import TourCase

RECEIPT = "marketplace.cancellation.receipt"
SCREENS = (RECEIPT, "marketplace.account", "sale.order", "stock.picking", "account.move")


@tagged("post_install", "-at_install")
class TestBesideOthers(TourCase):
    def setUp(self):
        super().setUp()
        self.log_everything()

    def log_everything(self):
        """Have the addon `auditlog` log whatever is done, as a shop may want it."""
        if "auditlog.rule" in self.env:
            names = {"name": "All", "log_read": True, "log_unlink": True}
            for model in (RECEIPT, "sale.order", "stock.picking", "stock.move"):
                rule = self.env["auditlog.rule"].create(
                    {**names, "model_id": self.env["ir.model"]._get(model).id}
                )
                rule.set_to_confirmed()
                self.addCleanup(rule.set_to_draft)

    def test_cancelled_exactly_once(self):
        order = self.order_of_three("B-1", steps="two", done=1)
        first, again = self.call("B-1"), self.call("B-1")
        self.assertEqual((first.status_code, again.status_code), (200, 200), first.text)
        self.assertEqual(first.json(), again.json())
        self.assertEqual(first.json()["orderId"], order.name)
        self.assertWhollyCancelled(order)
        receipt = self.receipts("B-1")
        self.assertEqual(receipt.mapped("state"), ["cancelled"])
        self.assertReturns(receipt, {(self.output_location, self.stock_location): 3})
        cancelled = order.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "state" and value.new_value_char == "Cancelled"
        )
        self.assertEqual(len(cancelled), 1)

    def test_hold(self):
        order = self.order_of_three("B-2", steps="two", done=1)
        self.account.on_picking = "ask"
        self.assertAsked(self.call("B-2"))
        picking = self.open_pickings(order)
        for document in (order, picking):
            self.assertEqual(document.marketplace_notice_kind, "hold")
        acts = [picking.button_validate, picking._action_done, picking.action_put_in_pack]
        acts.append(picking.move_line_ids._put_in_pack)
        if "automatic_package_creation_mode" in picking.picking_type_id._fields:
            picking.picking_type_id.automatic_package_creation_mode = "single"
            acts.append(picking.button_auto_create_delivery_package)
        for act in acts:
            with self.assertRaises(UserError), self.cr.savepoint():
                act()
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(picking.move_line_ids.result_package_id)

    def test_refusal(self):
        order = self.order_of_three("B-3", steps="two", done=1)
        self.account.on_picking = "ask"
        self.assertAsked(self.call("B-3"))
        self.receipts("B-3")._decide("refuse", "It is packed.")
        self.assertEqual(self.call("B-3").status_code, 409)
        self.do_next_step(order)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})

    def test_cancelled_before_the_order_exists(self):
        self.assertEqual(self.call("B-4").status_code, 404)
        order = self.make_order("B-4", confirm=True)
        self.env.flush_all()
        answer = self.call("B-4")
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["orderId"], order.name)
        self.assertWhollyCancelled(order)

    def test_views_load(self):
        for model in SCREENS:
            views = [(None, kind) for kind in ("list", "form", "search")]
            self.assertTrue(self.env[model].get_views(views)["views"])
