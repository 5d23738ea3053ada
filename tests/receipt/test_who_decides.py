"""Users who may not decide read who does, and until when; users who may have a button for it."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestWhoDecides(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dora = new_test_user(
            cls.env, "decides-dora", "sales_team.group_sale_salesman_all_leads", name="Dora"
        )
        cls.walter = new_test_user(cls.env, "decides-walter", "stock.group_stock_user")
        cls.account.user_id = cls.dora

    def undecided(self, order_id):
        order = self.order_of_three(order_id)
        self.ship(order.picking_ids, quantity=1)
        self.request_cancellation(order_id)
        self.env.invalidate_all()
        return order, self.receipts(order_id)

    def test_who_may_not_decide_reads_who_does(self):
        order, receipt = self.undecided("WHO-1")
        receipt.decide_before = "2026-03-01 10:00:00"
        self.env.invalidate_all()
        picking = order.picking_ids.filtered("marketplace_hold").with_user(self.walter)
        self.assertIn("Dora decides on it before 3/1/26", picking.marketplace_notice)
        with self.assertRaisesRegex(UserError, "Dora decides on it before 3/1/26"):
            picking.button_validate()
        self.assertEqual(picking.marketplace_notice_details.count("3/1/26"), 0, "not said twice")
        own = receipt.with_user(self.walter)
        self.assertIn("Dora decides on it before 3/1/26", own.decider_text)
        self.assertFalse(receipt.with_user(self.dora).decider_text)
        receipt.decide_before = False
        self.env.invalidate_all()
        self.assertIn("Dora decides on it.", picking.marketplace_notice)

    def test_who_may_decide_has_a_button_for_it(self):
        order, receipt = self.undecided("WHO-2")
        own = order.with_user(self.dora)
        self.assertTrue(own.is_cancellation_to_decide)
        self.assertNotIn("Dora", own.marketplace_notice)
        self.assertEqual(own.action_view_cancellation_receipts()["res_id"], receipt.id)
        seller = new_test_user(self.env, "decides-seller", "sales_team.group_sale_salesman")
        order.user_id = seller
        self.assertFalse(order.with_user(seller).is_cancellation_to_decide)
        receipt.with_user(self.dora).action_refuse("It is on its way.")
        self.env.invalidate_all()
        self.assertFalse(own.is_cancellation_to_decide)

    def test_what_somebody_else_has_decided(self):
        """A page that was opened before says who decided what, and when."""
        _order, receipt = self.undecided("WHO-3")
        receipt.with_user(self.dora).action_refuse("It is on its way.")
        said = r"decided already\. Refused by Dora on .*Because: “It is on its way”"
        with self.assertRaisesRegex(UserError, said):
            receipt.action_accept()
