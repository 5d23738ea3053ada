"""Orders that earned points, or sold a gift card: cancelled, and no card goes below zero."""

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..helpers.other_modules import OtherModulesCase


@tagged("post_install", "-at_install")
class TestLoyalty(OtherModulesCase):
    def test_points_that_nobody_has_used_go(self):
        order, card = self.points_earned()
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.assertEqual(card.points, 0)
        self.assertFalse(order.coupon_point_ids)

    def test_gift_card_that_nobody_has_used_goes(self):
        order, card = self.gift_card_sold()
        self.cancel_asking_nobody(order)
        self.assertEqual(order.state, "cancel")
        self.assertFalse(card.exists())

    def test_in_the_background(self):
        self.account.settlement = "background"
        order, card = self.points_earned()
        self.cancel_asking_nobody(order)
        self.run_cron("cron_settle_queued_1")
        self.assertCancelled(order)
        self.assertEqual(card.points, 0)

    def check_accepted(self, order, card, missing):
        """Nothing is taken back beyond what is on the card, and somebody is told."""
        self.ask(order).action_accept()
        self.assertEqual(self.receipts("W-1").state, "cancelled")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(card.points, 0)
        note = html2plaintext(order.activity_ids.note)
        self.assertIn(html2plaintext(card._format_points(missing)), note)
        self.assertNotIn(card.code, note)

    def test_accepted_although_points_were_used(self):
        order, card = self.points_earned()
        earned = card.points
        card.points = 1
        self.check_accepted(order, card, earned - 1)

    def test_accepted_although_the_gift_card_was_spent(self):
        order, card = self.gift_card_sold()
        value = card.points
        self.redeem(card)
        self.check_accepted(order, card, value)

    def test_used_between_confirmation_and_cancellation(self):
        self.account.settlement = "background"
        order, card = self.points_earned()
        self.cancel_asking_nobody(order)
        card.points = 1
        self.run_cron("cron_settle_queued_1")
        self.assertCancelled(order)
        self.assertEqual(card.points, 0)
        self.assertEqual(order.activity_ids.user_id, self.account._responsible_user())

    def test_several_orders_of_one_card_at_once(self):
        """Each would be covered alone, both are not."""
        self.account.settlement = "background"
        orders, card = zip(*(self.points_earned(f"L-{number}") for number in (1, 2)), strict=True)
        (card,) = set(card)
        card.points *= 0.75
        for order in orders:
            self.cancel_asking_nobody(order)
        self.run_cron("cron_settle_queued_1")
        for order in orders:
            self.assertCancelled(order)
        self.assertEqual(card.points, 0)

    def test_card_that_was_below_zero_stays_as_it_was(self):
        order, card = self.points_earned()
        card.points = -7
        self.ask(order).action_accept()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(card.points, -7)

    def test_points_that_the_order_itself_has_spent_come_back(self):
        order = self.quiet_discount()
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.assertFalse(order.order_line.filtered("is_reward_line"))

    def body(self, order):
        """The order's invoice as its marketplace gets it: its value, and its items."""
        body = self.invoice(order, "posted")._marketplace_invoice_body(order)
        items = [(item["id"], item["quantity"], item["price"]) for item in body["items"]]
        return body["invoiceValue"], items

    def test_discount_lowers_the_items_that_the_marketplace_is_told(self):
        order = self.quiet_discount()
        self.product.default_code = "TEAPOT"
        self.assertEqual(self.body(order), (27000, [("TEAPOT", 3, 9000)]))

    def test_gift_card_is_a_way_to_pay(self):
        """What was paid with it was sold: the order is worth as much as without it."""
        _sold, card = self.gift_card_sold()
        self.product.write({"lst_price": 200, "default_code": "TEAPOT"})
        order = self.make_order("W-2")
        order._try_apply_code(card.code)
        order._apply_program_reward(card.program_id.reward_ids, card)
        order.action_confirm()
        self.assertLess(order.amount_total, 200)
        self.assertEqual(self.body(order), (20000, [("TEAPOT", 1, 20000)]))

    def test_discount_is_credited_along(self):
        """Odoo deletes the lines of rewards with the cancellation, before the credit note."""
        order = self.quiet_discount()
        invoice = self.invoice(order, "posted")
        self.assertLess(invoice.amount_untaxed, 300)
        self.ask(order).action_accept()
        self.assertEqual(order.state, "cancel")
        credit = self.credit_notes(invoice)
        self.assertEqual(credit.amount_total, invoice.amount_total)
