"""Parts that are taken out here alone: the order says so, and a person what becomes of it."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.seller_parts import SellerPartCase


@tagged("post_install", "-at_install")
class TestByHand(SellerPartCase):
    def lower(self, order, sku, quantity):
        order.with_user(self.salesman).write(
            {
                "order_line": [
                    Command.update(self.line_of(order, sku).id, {"product_uom_qty": quantity})
                ]
            }
        )

    def test_quantity_lowered_by_hand_is_shown_and_not_told(self):
        order = self.order_of_both("SH-1")
        self.lower(order, "POT", 1)
        self.assertEqual(order.untold_parts, f"2 × {self.product.display_name}")
        self.assertFalse(order._outbound_calls("change"))
        self.lower(order, "POT", 2)
        self.assertEqual(order.untold_parts, f"1 × {self.product.display_name}")
        self.lower(order, "POT", 5)
        self.assertFalse(order.untold_parts)

    def test_marketplace_is_told_of_it(self):
        order = self.order_of_both("SH-2")
        self.lower(order, "POT", 1)
        order.with_user(self.salesman).action_tell_of_parts()
        items = order._outbound_calls("change").body["remove"]["items"]
        self.assertEqual(items, [{"id": "POT", "quantity": 2}])

    def test_what_the_marketplace_knows_is_told_no_more(self):
        order = self.order_of_both("SH-3")
        self.lower(order, "POT", 1)
        order.with_user(self.salesman).action_parts_are_known()
        self.assertFalse(order.untold_parts)
        self.assertIn("already knows", "\n".join(self.chatter(order)))
        order.with_user(self.salesman).action_tell_of_parts()
        self.assertFalse(order._outbound_calls("change"))

    def test_quotation_and_other_orders_are_not_looked_at(self):
        quotation = self.make_order("SH-4", quantity=3)
        plain = self.order_of_both(None)
        self.lower(plain, "POT", 1)
        quotation.order_line.product_uom_qty = 1
        self.assertFalse((quotation | plain).order_line.filtered("marketplace_untold"))
        self.assertFalse(quotation.untold_parts or plain.untold_parts)

    def test_change_of_the_marketplaces_is_not_by_hand(self):
        order = self.order_of_both("SH-5")
        self.ask_change("SH-5", "Confirmation", remove=self.items(POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order)["POT"], 2)
        self.assertFalse(order.untold_parts)

    def test_obstacle_is_said(self):
        order = self.order_of_both("SH-6")
        self.lower(order, "POT", 1)
        invoice = self.invoice(order, "posted")
        order._add_outbound_call("invoice", None, invoice)
        with self.assertRaisesRegex(UserError, "invoiced"):
            order.with_user(self.salesman).action_tell_of_parts()
        self.assertTrue(order.untold_parts)


@tagged("post_install", "-at_install")
class TestDoneByHand(SellerPartCase):
    """The seller takes it out here, and then at the marketplace by hand, which tells of it."""

    def asked(self, order_id, taken=1, asked=1):
        order = self.order_of_both(order_id)
        self.take_out(order, tell=False, POT=taken)
        self.ask_change(order_id, "Confirmation", remove=self.items(POT=asked))
        self.run_cron("cron_settle_changes")
        receipt = self.change_of(order_id)
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("may mean the same items", receipt.note)
        return order, receipt

    def test_person_says_that_it_is_the_same(self):
        order, receipt = self.asked("SD-1")
        self.assertTrue(receipt.may_be_done_by_hand)
        receipt.action_taken_out_before()
        self.assertEqual(receipt.state, "part_cancelled")
        self.assertEqual(self.ordered(order)["POT"], 2)
        self.assertFalse(order.untold_parts)
        self.assertEqual(receipt.outbound_call_ids.sorted("id").mapped("kind")[-1], "confirm")
        self.assertFalse(receipt.activity_ids)

    def test_person_says_that_it_is_another_one(self):
        order, receipt = self.asked("SD-2")
        receipt.action_accept()
        self.assertEqual((receipt.state, self.ordered(order)["POT"]), ("part_cancelled", 1))
        self.assertTrue(order.untold_parts)

    def test_more_than_is_left_is_asked_about_as_well(self):
        order, receipt = self.asked("SD-3", taken=2, asked=2)
        receipt.action_taken_out_before()
        self.assertEqual((receipt.state, self.ordered(order)["POT"]), ("part_cancelled", 1))
        self.assertFalse(order.untold_parts)

    def test_a_part_of_it_is_told(self):
        order, receipt = self.asked("SD-4", taken=2)
        receipt.action_taken_out_before()
        self.assertEqual(order.untold_parts, f"1 × {self.product.display_name}")

    def test_other_items_are_not_asked_about(self):
        order = self.order_of_both("SD-5")
        self.take_out(order, tell=False, POT=1)
        self.ask_change("SD-5", "Confirmation", remove=self.items(CUP=1))
        self.run_cron("cron_settle_changes")
        receipt = self.change_of("SD-5")
        self.assertEqual(receipt.state, "part_cancelled", receipt.note)
        with self.assertRaises(UserError):
            receipt.action_taken_out_before()

    def test_only_who_may_decide(self):
        order, receipt = self.asked("SD-6")
        other = new_test_user(self.env, "sd-other", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            receipt.with_user(other).action_taken_out_before()
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertTrue(order.untold_parts)
