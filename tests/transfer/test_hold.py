"""Whichever way goods on hold could be completed, packed or sent: it is refused, and says why."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.notices import NoticeCase

WHY = "Test Market asks to cancel this order: wait for the decision."


@tagged("post_install", "-at_install")
class TestHoldEveryWay(NoticeCase):
    def setUp(self):
        super().setUp()
        self.order, self.receipt = self.asked("H-1")
        self.picking = self.order.picking_ids.with_user(self.walter)

    def assertRefused(self, attempt, *names):
        for _time in range(2):  # it stays so
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                attempt()
            for text in (*names, WHY):
                self.assertIn(text, str(caught.exception))
        self.assertEqual(self.order.picking_ids.state, "assigned")
        self.assertEqual(self.order.order_line.qty_delivered, 0)

    def test_button_does_not_ship_what_is_on_hold(self):
        self.assertRefused(self.picking.button_validate, self.picking.name)

    def test_action_of_the_list_with_others(self):
        other = self.order_of_three("H-2").picking_ids
        action = self.env.ref("stock.action_validate_picking").with_user(self.walter)
        action = action.with_context(
            active_model="stock.picking", active_ids=(other | self.picking).ids
        )
        self.assertRefused(action.run, self.picking.name)
        self.assertEqual(other.state, "assigned")

    def test_wizard_of_backorders(self):
        self.picking.move_ids.quantity = 1
        wizard = self.env["stock.backorder.confirmation"].create(
            {
                "pick_ids": self.picking.ids,
                "backorder_confirmation_line_ids": [
                    (0, 0, {"to_backorder": True, "picking_id": self.picking.id})
                ],
            }
        )
        wizard = wizard.with_context(button_validate_picking_ids=self.picking.ids)
        self.assertRefused(wizard.process)
        self.assertRefused(wizard.process_cancel_backorder)

    def test_lists_of_moves_say_what_is_on_hold(self):
        """As the form of a batch has it, which begins with the moves of all its transfers."""
        other = self.order_of_three("H-4").picking_ids
        view = self.env.ref("stock.view_picking_move_tree").id
        arch = self.env["stock.move"].with_user(self.walter).get_view(view, "list")["arch"]
        self.assertIn('name="change_text"', arch)
        moves = (self.picking | other).with_user(self.walter).move_ids
        said = {move.picking_id: move.change_text for move in moves}
        self.assertEqual(said, {self.picking: "On Hold", other.with_user(self.walter): False})

    def test_batch_does_not_ship_what_is_on_hold(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        other = self.order_of_three("H-3").picking_ids
        other.move_ids.picked = True
        batch = self.env["stock.picking.batch"].create({"picking_ids": (self.picking | other).ids})
        batch.action_confirm()
        self.assertRefused(batch.with_user(self.walter).action_done, self.picking.name)
        self.assertRefused(batch.action_done, f"Take it out of {batch.name}: the others may go.")
        self.picking.batch_id = False
        batch.action_done()
        self.assertEqual(other.state, "done")

    def test_batch_names_all_that_is_on_hold(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        held, other = self.asked("H-5")[0].picking_ids, self.order_of_three("H-6").picking_ids
        other.move_ids.picked = True
        values = {"picking_ids": (self.picking | held | other).ids}
        batch = self.env["stock.picking.batch"].create(values)
        batch.action_confirm()
        lines = (f"{picking.name}: {WHY}" for picking in (self.picking, held))
        out = f"Take them out of {batch.name}: the others may go."
        self.assertRefused(batch.with_user(self.walter).action_done, *lines, out)
        other.batch_id = False
        with self.assertRaises(UserError) as caught:
            batch.action_done()
        self.assertNotIn("the others", str(caught.exception))

    def test_refusal_of_many_names_the_first_ones(self):
        held = self.picking.union(
            *(self.asked(f"H-7-{number}")[0].picking_ids for number in range(6))
        )
        with self.assertRaises(UserError) as caught:
            held.button_validate()
        lines = str(caught.exception).splitlines()
        self.assertEqual(len(lines), 6)
        for picking, line in zip(held[:5], lines, strict=False):
            self.assertTrue(line.startswith(f"{picking.name}: {WHY}"), line)
        self.assertEqual(lines[-1], "And 2 more.")

    def test_moves_by_themselves(self):
        self.assertRefused(self.picking.move_ids._action_done, self.picking.name)

    def test_put_in_pack(self):
        self.assertRefused(self.picking.action_put_in_pack, self.picking.name)
        self.assertRefused(self.picking.move_line_ids.action_put_in_pack, self.picking.name)
        self.assertFalse(self.picking.move_line_ids.result_package_id)

    def test_exchange_of_what_was_shipped_is_on_hold_as_well(self):
        order = self.order_of_three("H-4", done=1)
        self.ask(order)
        wizard = self.env["stock.return.picking"].create({"picking_id": order.picking_ids.id})
        wizard.product_return_moves.quantity = 3
        wizard.action_create_exchanges()
        new = order.picking_ids.filtered(lambda own: own._is_open() and not own._is_return())
        self.assertEqual(len(new), 1)
        new.action_assign()
        with self.assertRaisesRegex(UserError, "wait for the decision"):
            new.button_validate()

    def test_what_breaks_may_be_scrapped(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 1,
                "picking_id": self.picking.id,
                "location_id": self.stock_location.id,
            }
        )
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")

    def test_once_decided_it_can_be_packed_and_leaves(self):
        self.receipt.action_refuse("It leaves today.")
        self.picking.action_put_in_pack()
        self.picking.button_validate()
        self.assertEqual(self.picking.state, "done")
