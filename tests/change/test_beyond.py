"""What was taken out stays, whatever is shipped, and however: no more leaves than is wanted."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.changes import ChangeCase
from ..helpers.taken_out import TakenOutCase

TOO_MUCH = "no more than {} of “.POT. Teapot” may leave"


@tagged("post_install", "-at_install")
class TestBeyond(ChangeCase):
    def less(self, order_id, pots=1, shipped=False, **values):
        """An order of three teapots of which the marketplace has had some taken out."""
        order = self.order_of_both(order_id, **values)
        if shipped:
            self.ship(order.picking_ids)
        self.ask_change(order_id, remove=self.items(POT=pots))
        if shipped:
            self.change_of(order_id).action_accept()
        self.confirm_change(order_id)
        self.assertEqual(self.change_of(order_id).state, "part_cancelled")
        return order

    def pots_of(self, order):
        return order.order_line[0].move_ids.filtered(lambda move: move.state != "cancel")

    def assertTooMuch(self, act, allowed=2):
        text = TOO_MUCH.format(allowed)
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            act()
        self.env.invalidate_all()

    def test_slip_of_before_says_more(self):
        order = self.less("BEYOND-1")
        pots = self.pots_of(order)
        pots.quantity = 3
        self.assertTooMuch(order.picking_ids.button_validate)
        clerk = new_test_user(self.env, "beyond-clerk", groups="stock.group_stock_user")
        self.assertTooMuch(order.picking_ids.with_user(clerk).button_validate)
        pots.quantity = 2
        self.ship(order.picking_ids)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])

    def test_what_is_not_picked_may_say_more(self):
        """It stays here: the rest leaves without it."""
        order = self.less("BEYOND-10")
        self.pots_of(order).quantity = 3
        order.order_line[1].move_ids.picked = True
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.order_line.mapped("qty_delivered"), [0, 2])

    def test_replacement_sends_no_more_either(self):
        order = self.order_of_both("BEYOND-11")
        again = self.order_of_both(False, replaced_order_id=order.id)
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.ask_change("BEYOND-11", remove=self.items(POT=1))
        self.change_of("BEYOND-11").action_accept()
        self.confirm_change("BEYOND-11")
        self.assertEqual(self.change_of("BEYOND-11").state, "part_cancelled")
        self.assertEqual(again.order_line[0].product_uom_qty, 2)
        self.pots_of(again).quantity = 3
        self.assertTooMuch(again.picking_ids.button_validate)

    def test_what_is_done_is_not_corrected_to_more(self):
        order = self.less("BEYOND-2")
        self.ship(order.picking_ids)
        line = self.pots_of(order).move_line_ids
        self.assertTooMuch(lambda: line.write({"quantity": 3}), allowed=0)
        line.quantity = 1
        line.quantity = 2
        self.assertEqual(order.order_line[0].qty_delivered, 2)

    def test_what_came_back_is_not_sent_again(self):
        order = self.less("BEYOND-3", shipped=True)
        back = order.picking_ids.filtered(lambda own: own._is_return())
        self.validate(back)
        again = self.start_return(back)
        again.action_assign()
        self.assertTooMuch(again.button_validate, allowed=0)

    def test_plain_transfer_that_names_the_order(self):
        order = self.less("BEYOND-4")
        self.ship(order.picking_ids)
        move = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "location_id": self.stock_location.id,
            "location_dest_id": self.customer_location.id,
        }
        transfer = self.env["stock.picking"].create(
            {
                "origin": order.name,
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
                "move_ids": [Command.create(move)],
            }
        )
        transfer.action_confirm()
        transfer.action_assign()
        self.assertTooMuch(transfer.button_validate, allowed=0)

    def test_rest_leaves_while_what_left_is_to_come_back(self):
        order = self.order_of_both("BEYOND-5", pots=5)
        self.pots_of(order).quantity = 4
        order.picking_ids.move_ids.picked = True
        order.order_line[1].move_ids.picked = False
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.ask_change("BEYOND-5", remove=self.items(POT=2))
        self.change_of("BEYOND-5").action_accept()
        self.confirm_change("BEYOND-5")
        self.ship(self.open_pickings(order, to=self.customer_location))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [4, 2])

    def test_customer_wants_it_after_all(self):
        order = self.less("BEYOND-6")
        order.order_line[0].product_uom_qty = 3
        self.ship(self.open_pickings(order))
        self.assertEqual(order.order_line[0].qty_delivered, 3)

    def test_order_of_which_nothing_was_taken_out_may_get_more(self):
        order = self.order_of_both("BEYOND-7")
        self.pots_of(order).quantity = 4
        self.ship(order.picking_ids)
        self.assertEqual(order.order_line[0].qty_delivered, 4)

    def test_part_that_the_seller_told_of(self):
        order = self.order_of_both("BEYOND-8")
        order.action_take_out({order.order_line[0].id: 1}, "Cracked.", True)
        self.pots_of(order).quantity = 3
        self.assertTooMuch(order.picking_ids.button_validate)

    def test_exchange_goes_on(self):
        """What is sent in exchange leaves before the first one is back."""
        order = self.less("BEYOND-9")
        self.ship(order.picking_ids)
        done = order.picking_ids.filtered(lambda own: own.state == "done")
        self.exchange(done, 1)
        self.ship(self.open_pickings(order, to=self.customer_location))
        self.ship(self.open_pickings(order, to=self.stock_location))
        self.assertEqual(self.quantity_at(self.customer_location), 2)

    def exchange(self, picking, quantity):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == self.product else 0
        wizard.action_create_exchanges()


@tagged("post_install", "-at_install")
class TestBeyondTheOrder(TakenOutCase):
    def test_exchange_of_which_a_part_is_left(self):
        """Of five, two are exchanged and one is cancelled: one more is sent."""
        order = self.lines_of((self.product, 5))
        self.ship(order.picking_ids)
        wizard = self.env["stock.return.picking"].create({"picking_id": order.picking_ids.id})
        wizard.product_return_moves.quantity = 2
        wizard.action_create_exchanges()
        order._take_out({order.order_line: 1}, self.cause(order))
        self.assertEqual(sum(self.outward(order).mapped("product_qty")), 1)
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 2})

    def test_exchange_of_what_is_cancelled(self):
        order = self.lines_of((self.product, 3))
        self.ship(order.picking_ids)
        wizard = self.env["stock.return.picking"].create({"picking_id": order.picking_ids.id})
        wizard.product_return_moves.quantity = 1
        wizard.action_create_exchanges()
        order._take_out({order.order_line: 1}, self.cause(order))
        self.assertFalse(self.outward(order))
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})

    def test_what_left_beyond_the_order_stays(self):
        order = self.order_of_three("T-1")
        order.picking_ids.move_ids.quantity = 4
        self.ship(order.picking_ids)
        order._take_out({order.order_line: 1}, self.cause(order))
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})
