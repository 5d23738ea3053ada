import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..helpers.taken_out import REASON, TakenOutCase
from ..helpers.transfers import ChainCase


@tagged("post_install", "-at_install")
class TestTakeOut(TakenOutCase):
    def test_quotation_goes_down(self):
        order = self.make_order("T-1", quantity=3)
        self.take_out(order, 1)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertEqual(order.state, "draft")

    def test_delivery_follows(self):
        for steps in ("one", "two", "three"):
            with self.subTest(steps=steps):
                order = self.order_of_three(f"T-{steps}", steps)
                self.take_out(order, 1)
                self.assertEqual(order.order_line.product_uom_qty, 2)
                self.assertEqual(sum(self.outward(order).mapped("product_qty")), 2)
                self.assertFalse(self.returns(order))

    def test_many_lines_go_down_at_once(self):
        order = self.lines_of(*[(self.product, 2)] * 5)
        rule = self.registry["stock.rule"]
        with patch.object(rule, "run", autospec=True, side_effect=rule.run) as run:
            self.take_out(order, *[1] * 5)
        self.assertLess(run.call_count, 5)
        self.assertEqual(self.outward(order).mapped("product_qty"), [1] * 5)

    def test_everything_of_a_line(self):
        order = self.order_of_three("T-1")
        self.take_out(order, 3)
        self.assertEqual(order.order_line.product_uom_qty, 0)
        self.assertFalse(self.outward(order))
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.on_hand()[1], 0)

    def test_price_stays(self):
        order = self.order_of_three("T-1")
        order.order_line.write({"price_unit": 7.5, "discount": 20})
        self.take_out(order, 1)
        self.assertEqual(order.order_line.price_unit, 7.5)
        self.assertEqual(order.order_line.discount, 20)
        self.assertEqual(order.amount_untaxed, 12)

    def test_other_line_of_the_product_stays(self):
        order = self.lines_of((self.product, 3), (self.product, 2))
        self.take_out(order, 2)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 2])
        self.assertLeaves(order, 3)

    def test_what_is_picked_does_not_leave(self):
        order = self.order_of_three("T-1")
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        self.take_out(order, 1)
        self.assertEqual(self.on_hand()[1], 2)
        self.assertLeaves(order, 2)

    def test_all_that_is_picked_leaves_nothing_open(self):
        order = self.order_of_three("T-1")
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        self.take_out(order, 3)
        self.assertEqual(order.picking_ids.state, "cancel")

    def test_more_picked_than_ordered_does_not_leave(self):
        order = self.order_of_three("T-1")
        order.picking_ids.move_ids.quantity = 5
        order.picking_ids.move_ids.picked = True
        self.take_out(order, 1)
        self.assertLeaves(order, 2)

    def test_printed_transfer_is_reduced(self):
        for steps in ("one", "two"):
            with self.subTest(steps=steps):
                order = self.order_of_three(f"T-{steps}", steps)
                picking = order.picking_ids
                picking.printed = True
                self.take_out(order, 1)
                self.assertEqual(order.picking_ids, picking)
                self.assertFalse(picking.printed)
                self.assertEqual(picking.move_ids.product_uom_qty, 2)
                self.assertIn("print it again", self.chatter(picking)[0])

    def test_printed_slip_of_another_line_stays_printed(self):
        cup = self.make_product("Cup")
        order = self.lines_of((self.product, 3), (cup, 3))
        other = order.picking_ids._create_backorder(
            backorder_moves=order.picking_ids.move_ids.filtered(lambda move: move.product_id == cup)
        )
        order.picking_ids.printed = True
        self.take_out(order, 1)
        self.assertTrue(other.printed)
        self.assertFalse((order.picking_ids - other).printed)

    def test_transfer_with_another_deadline_is_reduced(self):
        order = self.order_of_three("T-1")
        order.picking_ids.move_ids.date_deadline = "2020-01-01 00:00:00"
        self.take_out(order, 1)
        self.assertEqual(len(order.picking_ids), 1)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)

    def test_both_of_two_transfers_are_reduced(self):
        order = self.order_of_three("T-1")
        move = order.picking_ids.move_ids
        split = self.env["stock.move"].create(move._split(1))
        split._action_confirm(merge=False)
        order.picking_ids._create_backorder(backorder_moves=split)
        self.assertEqual(len(order.picking_ids), 2)
        self.take_out(order, 2)
        self.assertLeaves(order, 1)

    def test_picked_goods_come_back(self):
        order = self.order_of_three("T-1", "two", done=1)
        self.take_out(order, 1)
        self.assertEqual(self.returns(order), {(self.output_location, self.stock_location): 1})
        self.assertLeaves(order, 2)
        back = self.open_pickings(order)
        self.ship(back)
        self.assertEqual(self.quantity_at(self.output_location), 0)
        self.assertEqual(self.quantity_at(self.stock_location), 98)

    def test_picked_goods_come_back_from_a_picked_delivery(self):
        order = self.order_of_three("T-1", "two", done=1)
        ship = self.open_pickings(order)
        ship.action_assign()
        ship.move_ids.picked = True
        ship.printed = True
        self.take_out(order, 2)
        self.assertEqual(self.returns(order), {(self.output_location, self.stock_location): 2})
        self.assertEqual(ship.move_ids.quantity, 1)
        self.assertLeaves(order, 1)

    def test_packed_goods_come_back(self):
        order = self.order_of_three("T-1", "three", done=2)
        self.take_out(order, 1)
        self.assertEqual(self.returns(order), {(self.output_location, self.stock_location): 1})
        self.assertLeaves(order, 2)

    def test_packed_goods_of_one_line_come_back(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.lines_of((self.product, 1), (self.product, 1))
        self.do_steps(order, 2)
        self.take_out(order, 1)
        back = self.open_pickings(order, to=self.stock_location)
        self.assertEqual(back.move_ids.sale_line_id, order.order_line[0])
        self.assertLeaves(order, 1)
        self.validate(back)

    def test_what_one_line_brought_comes_back_for_another(self):
        """What the other one brought is back already."""
        self.warehouse.delivery_steps = "pick_ship"
        order = self.lines_of((self.product, 3), (self.product, 3))
        done = self.do_next_step(order)
        wizard = self.env["stock.return.picking"].create({"picking_id": done.id})
        for line in wizard.product_return_moves:
            line.quantity = 3 if line.move_id.sale_line_id == order.order_line[0] else 0
        self.ship(wizard._create_return())
        self.take_out(order, 0, 2)
        self.assertFalse(self.returns(order))
        self.take_out(order, 2)
        self.assertEqual(self.returns(order), {(self.output_location, self.stock_location): 1})
        self.validate(self.open_pickings(order, to=self.stock_location))

    def test_what_is_not_picked_goes_first(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order_of_three("T-1", "two")
        self.do_next_step(order, 2)
        self.take_out(order, 1)
        self.assertFalse(self.returns(order))
        self.assertLeaves(order, 2)

    def test_part_of_what_is_picked_comes_back(self):
        order = self.order_of_three("T-1", "three")
        self.do_next_step(order, 2)
        self.take_out(order, 2)
        self.assertEqual(self.returns(order), {(self.pack_location, self.stock_location): 1})
        self.assertLeaves(order, 1)

    def test_line_stays_at_what_has_left(self):
        order = self.order_of_three("T-1")
        self.do_next_step(order, 2)
        self.take_out(order, 2)
        line = order.order_line
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (2, 1))
        self.assertFalse(self.outward(order))
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})

    def test_what_has_left_is_returned_only_once(self):
        order = self.order_of_three("T-1", done=1)
        self.take_out(order, 1)
        self.take_out(order, 1)
        line = order.order_line
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (3, 2))
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 2})
        self.validate(self.open_pickings(order))
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (1, 0))
        self.take_out(order, 1)
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (1, 1))
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})

    def test_line_goes_down_when_it_is_back(self):
        order = self.order_of_three("T-1", done=1)
        self.take_out(order, 2)
        order.action_lock()
        line, back = order.order_line, self.open_pickings(order)
        self.validate(back.filtered(lambda own: own.state == "draft") or back)
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (1, 0))
        self.assertEqual(line.sudo().marketplace_untold, 0)
        self.assertTrue(order.locked)
        self.assertFalse(self.outward(order))

    def test_what_came_back_is_not_sent_again(self):
        order = self.order_of_three("T-1")
        self.give_back(self.do_next_step(order))
        self.take_out(order, 1)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertFalse(self.outward(order))

    def test_what_was_given_up_is_not_sent_again(self):
        order = self.order_of_three("T-1")
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.with_context(cancel_backorder=True)._action_done()
        self.assertFalse(self.outward(order))
        self.take_out(order, 1)
        self.assertFalse(self.outward(order))
        self.assertEqual(order.order_line.product_uom_qty, 2)

    def test_locked_order_stays_locked(self):
        order = self.order_of_three("T-1")
        order.action_lock()
        self.take_out(order, 1)
        self.assertTrue(order.locked)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)

    def test_context_of_a_caller_does_not_count(self):
        order = self.order_of_three("T-1")
        odd = order.with_context(skip_procurement=True, do_not_unreserve=True, default_state="done")
        odd._take_out({odd.order_line: 1}, self.cause(order))
        self.assertNoMoreLeaves(order)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)

    def test_in_another_name(self):
        seller = new_test_user(self.env, "mkt_seller", "sales_team.group_sale_salesman_all_leads")
        order = self.order_of_three("T-1", "two", done=1)
        own = order.with_user(seller)
        own._take_out({own.order_line: 1}, self.cause(order))
        self.assertNoMoreLeaves(order)

    def test_all_say_what_was_taken_out_and_why(self):
        order = self.order_of_three("T-1")
        self.take_out(order, 2)
        for document in (order, order.picking_ids):
            self.assertEqual(self.chatter(document)[0], f"2 × Teapot taken out (3 → 1). {REASON}")

    def test_transfer_of_two_orders(self):
        orders = [self.make_order(f"T-{number}", 3, confirm=True) for number in range(2)]
        moves = orders[1].picking_ids.move_ids
        moves.picking_id = orders[0].picking_ids
        self.take_out(orders[0], 1)
        self.assertEqual(moves.product_uom_qty, 3)
        self.assertEqual(orders[0].order_line.move_ids.product_uom_qty, 2)

    def test_replacement_delivers_no_more_than_is_wanted(self):
        order = self.order_of_three("T-1", done=1)
        other = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        self.take_out(order, 1)
        self.assertEqual(other.order_line.product_uom_qty, 2)
        self.take_out(order, 1)
        self.assertEqual(other.order_line.product_uom_qty, 1)
        self.assertNoMoreLeaves(other)
        self.assertIn("1 × Teapot taken out (2 → 1).", self.chatter(other)[0])

    def test_what_replaces_a_cancelled_order_goes_down(self):
        order = self.order_of_three("T-1")
        other = self.make_order(quantity=3, replaced_order_id=order.id, confirm=True)
        order._action_cancel()
        self.take_out(order, 2)
        self.assertEqual(other.picking_ids.move_ids.product_uom_qty, 1)

    def test_what_is_not_there_cannot_be_taken_out(self):
        order = self.order_of_three("T-1")
        other = self.order_of_three("T-2")
        for line, taken in ((order.order_line, 4), (order.order_line, 0), (other.order_line, 1)):
            with self.assertRaises(UserError):
                order._take_out({line: taken}, self.cause(order))
        order._action_cancel()
        with self.assertRaises(UserError):
            order._take_out({order.order_line: 1}, self.cause(order))

    def test_success_that_is_none_is_refused(self):
        order = self.order_of_three("T-1")
        with self.assertRaisesRegex(UserError, order.picking_ids.name):
            order.sudo()._check_taken_out({order.order_line: 2})
        order.picking_ids.move_ids.product_uom_qty = 2
        order.picking_ids.move_ids.quantity = 3
        with self.assertRaisesRegex(UserError, order.picking_ids.name):
            order.sudo()._check_taken_out({order.order_line: 2})

    def test_draft_of_an_invoice_is_no_success(self):
        order = self.order_of_three("T-1")
        draft = self.invoice(order, "draft")
        order.sudo()._check_taken_out({order.order_line: 3})
        order.order_line.product_uom_qty = 2
        with self.assertRaisesRegex(UserError, re.escape(draft.display_name)):
            order.sudo()._check_taken_out({order.order_line: 2})


@tagged("post_install", "-at_install")
class TestTakeOutOfChain(TakenOutCase, ChainCase):
    """Steps that are all there at once, each waiting for the one before."""

    def test_all_steps_follow(self):
        order, pick, pack, ship = self.pulled_order("T-1")
        self.take_out(order, 1)
        self.assertEqual((pick | pack | ship).mapped("product_qty"), [2, 2, 2])

    def test_all_steps_end(self):
        order, pick, pack, ship = self.pulled_order("T-1")
        self.take_out(order, 3)
        self.assertEqual(set((pick | pack | ship).mapped("state")), {"cancel"})

    def test_all_printed_steps_follow(self):
        order, pick, pack, ship = self.pulled_order("T-1")
        steps = pick | pack | ship
        steps.picking_id.printed = True
        steps.date_deadline = "2020-01-01 00:00:00"
        self.take_out(order, 1)
        self.assertEqual(steps.mapped("product_qty"), [2, 2, 2])
        self.assertEqual(self.moves(order), steps)

    def test_what_is_picked_comes_back(self):
        order, pick, pack, ship = self.pulled_order("T-1")
        self.ship(pick.picking_id)
        self.take_out(order, 1)
        self.assertEqual((pack | ship).mapped("product_qty"), [2, 2])
        moves = self.env["stock.move"].search([("location_id", "=", self.pack_location.id)])
        back = moves.filtered(lambda move: move._is_return())
        self.assertEqual(back.product_qty, 1)
        self.assertEqual(back.state, "assigned")

    def test_what_is_picked_comes_back_in_turn(self):
        order, pick, _pack, _ship = self.pulled_order("T-1")
        self.ship(pick.picking_id)
        self.take_out(order, 1)
        self.take_out(order, 2)
        self.assertFalse(self.outward(order))
        moves = self.env["stock.move"].search([("location_id", "=", self.pack_location.id)])
        back = moves.filtered(lambda move: move._is_return())
        self.assertEqual(sum(back.mapped("product_qty")), 3)

    def test_what_is_packed_comes_back(self):
        order, pick, pack, ship = self.pulled_order("T-1")
        self.ship(pick.picking_id)
        self.ship(pack.picking_id)
        ship.picking_id.printed = True
        self.take_out(order, 2)
        self.assertEqual(ship.product_qty, 1)
        moves = self.env["stock.move"].search([("location_id", "=", self.output_location.id)])
        back = moves - ship
        self.assertEqual((back.location_dest_id, back.product_qty), (self.stock_location, 2))

    def test_shared_step_of_two_lines(self):
        line = {"route_ids": self.route.ids}
        order = self.lines_of((self.product, 3, line), (self.product, 2, line))
        picks = self.moves(order).filtered(lambda move: move.location_id == self.stock_location)
        self.assertEqual(sum(picks.mapped("product_qty")), 5)
        self.take_out(order, 1)
        self.assertEqual(sum(picks.mapped("product_qty")), 4)

    def test_what_is_picked_comes_back_though_another_line_waits_for_more(self):
        """What another line still waits for comes from stock, and is not what stands there."""
        line = {"route_ids": self.route.ids}
        order = self.lines_of((self.product, 2, line), (self.product, 2, line))
        self.do_next_step(order, 1)
        self.take_out(order, 2)
        self.assertEqual(self.returns(order), {(self.pack_location, self.stock_location): 1})
        self.assertLeaves(order, 2)


@tagged("post_install", "-at_install")
class TestTakeOutAlone(TakenOutCase):
    def test_no_module_of_purchases_is_needed(self):
        """The tests' databases have one."""
        order = self.lines_of((self.product, 2))
        models = self.env.registry.models
        alone = {name: model for name, model in models.items() if not name.startswith("purchase.")}
        self.patch(self.env.registry, "models", alone)
        self.assertNotIn("purchase.order", self.env)
        self.assertEqual(order._supply_of_part(order.order_line), {})
