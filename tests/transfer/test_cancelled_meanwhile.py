"""Users who still see a transfer as it was before it was cancelled: they are told why it is."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.notices import NoticeCase
from ..helpers.seller_parts import SellerPartCase

WHY = "Test Market has cancelled its order %s. It must not be shipped."


@tagged("post_install", "-at_install")
class TestCancelledMeanwhile(NoticeCase):
    def assertSays(self, act, *texts):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            act()
        for text in texts:
            self.assertIn(text, str(caught.exception))

    def test_every_button_says_who_cancelled_it(self):
        picking = self.cancelled("MW-1").picking_ids.with_user(self.walter)
        for act in (picking.button_validate, picking.action_assign, picking.action_put_in_pack):
            self.assertSays(act, f"{picking.name}: ", WHY % "MW-1")

    def test_among_others_it_is_named(self):
        picking = self.cancelled("MW-2").picking_ids
        other = self.order_of_three("MW-3").picking_ids
        both = (other | picking).with_user(self.walter)
        self.assertSays(both.button_validate, f"{picking.name}: ", WHY % "MW-2")
        self.assertEqual(other.state, "assigned")
        other.do_unreserve()
        both.action_assign()
        self.assertEqual(other.state, "assigned")

    def test_first_step_of_several(self):
        order = self.order_of_three("MW-4", "three")
        pick = self.open_pickings(order)
        self.cancel(order)
        self.assertSays(pick.with_user(self.walter).button_validate, WHY % "MW-4")

    def test_order_that_the_seller_cancelled(self):
        order = self.order_of_three("MW-5")
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertSays(order.picking_ids.button_validate, f"{order.name} is cancelled")

    def test_return_that_is_cancelled_is_odoos_matter(self):
        order = self.order_of_three("MW-6", done=1)
        back = self.cancel(order).return_picking_ids
        back.action_cancel()
        self.assertSays(back.button_validate, "zero quantity")

    def test_transfer_of_no_marketplace_is_odoos_matter(self):
        order = self.make_order(confirm=True)
        order.picking_ids.action_cancel()
        self.assertSays(order.picking_ids.button_validate, "zero quantity")
        self.assertFalse(order.picking_ids.action_put_in_pack())


@tagged("post_install", "-at_install")
class TestTakenOutMeanwhile(SellerPartCase):
    def backorder(self, order_id):
        """The transfer of the teapots, which stay when the cups leave."""
        order = self.order_of_both(order_id)
        for move in order.picking_ids.move_ids:
            move.picked = move.product_id == self.cup
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        return order, self.open_pickings(order)

    def test_marketplace_has_taken_out_all_of_it(self):
        _order, picking = self.backorder("MW-10")
        self.ask_change("MW-10", remove=self.items(POT=3))
        self.confirm_change("MW-10")
        self.assertEqual(picking.state, "cancel")
        with self.assertRaisesRegex(UserError, f"{picking.name}: Taken out by Test Market on .*T"):
            picking.button_validate()

    def test_seller_has_taken_out_all_of_it(self):
        order, picking = self.backorder("MW-11")
        self.take_out(order, POT=3)
        self.assertEqual(picking.state, "cancel")
        with self.assertRaisesRegex(UserError, f"{picking.name}: Taken out by .*POT"):
            picking.button_validate()
