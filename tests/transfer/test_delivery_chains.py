"""What a cancellation does to a chain of transfers, and to what other orders have in it."""

from odoo.tests import tagged

from ..helpers.transfers import ChainCase


@tagged("post_install", "-at_install")
class TestChains(ChainCase):
    def test_all_steps_are_cancelled(self):
        order, pick, pack, ship = self.pulled_order("PULL-1")
        self.assertEqual((pick.state, pack.state, ship.state), ("assigned", "waiting", "waiting"))
        self.cancel(order)
        self.assertEqual((pick.state, pack.state, ship.state), ("cancel", "cancel", "cancel"))
        self.assertEqual(self.states((pick | pack | ship).picking_id), ["cancel"] * 3)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_every_step_says_why(self):
        order, pick, pack, ship = self.pulled_order("PULL-2")
        self.cancel(order)
        for picking in (pick | pack | ship).picking_id:
            self.assertEqual(
                self.chatter(picking).count("Test Market cancelled this order."), 1, picking.name
            )

    def test_steps_that_are_done_stay_done(self):
        order, pick, pack, ship = self.pulled_order("PULL-3")
        self.ship(pick.picking_id)
        self.assertEqual((pack.state, ship.state), ("assigned", "waiting"))
        self.cancel(order)
        self.assertEqual((pick.state, pack.state, ship.state), ("done", "cancel", "cancel"))
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertEqual(self.quantity_at(self.warehouse.wh_pack_stock_loc_id), 3)

    def test_step_that_is_done_in_part_is_cancelled_for_the_rest(self):
        order, pick, _pack, _ship = self.pulled_order("PULL-4")
        self.ship(pick.picking_id, quantity=1)
        moves = self.moves(order)
        self.cancel(order)
        self.assertEqual(set(moves.mapped("state")), {"done", "cancel"})
        self.assertEqual(moves.filtered(lambda move: move.state == "done"), pick)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_step_without_an_order_line_is_cancelled(self):
        order, pick, _pack, _ship = self.pulled_order("PULL-5")
        pick.sale_line_id = False
        self.assertNotIn(pick.picking_id, order.picking_ids)
        self.cancel(order)
        self.assertEqual(pick.state, "cancel")
        self.assertEqual(pick.picking_id.state, "cancel")
        self.assertEqual(self.on_hand(), (100, 0))

    def test_goods_of_a_done_step_without_an_order_line_come_back(self):
        order, pick, _pack, _ship = self.pulled_order("PULL-11")
        pick.sale_line_id = False
        self.ship(pick.picking_id)
        self.cancel(order)
        (back,) = self.receipts("PULL-11").return_picking_ids
        self.assertEqual(back.location_dest_id, self.warehouse.lot_stock_id)
        self.assertEqual(back.move_ids.product_qty, 3)

    def test_goods_from_a_supplier_still_come(self):
        order, pick, _pack, _ship = self.pulled_order("PULL-10")
        receipt = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 3,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_dest_ids": pick.ids,
            }
        )
        receipt._action_confirm()
        self.cancel(order)
        self.assertEqual(pick.state, "cancel")
        self.assertEqual(receipt.state, "assigned")


@tagged("post_install", "-at_install")
class TestSharedChains(ChainCase):
    def test_step_shared_with_another_order_goes_on(self):
        order, pick, pack, ship = self.pulled_order("PULL-6")
        other, other_pick, other_pack, other_ship = self.pulled_order("PULL-7")
        (pick | other_pick).sale_line_id = False
        other_pack.move_orig_ids |= pick  # one pick feeds both packs
        self.cancel(order)
        self.assertEqual((pack.state, ship.state), ("cancel", "cancel"))
        self.assertEqual(pick.state, "assigned")
        self.assertEqual(other.state, "sale")
        self.assertEqual((other_pack.state, other_ship.state), ("waiting", "waiting"))
        self.assertEqual(other_pack.move_orig_ids, pick | other_pick)

    def test_steps_before_a_shared_step_go_on(self):
        order, pick, pack, ship = self.pulled_order("PULL-11")
        other, _other_pick, other_pack, other_ship = self.pulled_order("PULL-12")
        (pick | pack | other_pack).sale_line_id = False
        other_ship.move_orig_ids = pack  # one pick and one pack feed both shipments
        self.cancel(order)
        self.assertEqual(ship.state, "cancel")
        self.assertEqual((pick.state, pack.state, other_ship.state), ("assigned", *["waiting"] * 2))
        self.assertEqual(other.state, "sale")

    def check_shared_transfer(self, with_order_lines):
        """One round through the warehouse picks for two orders, one of which is cancelled."""
        order, pick, _pack, _ship = self.pulled_order("PULL-8")
        other, other_pick, other_pack, other_ship = self.pulled_order("PULL-9")
        if not with_order_lines:
            (pick | other_pick).sale_line_id = False
        other_pick.picking_id = pick.picking_id
        self.cancel(order)
        self.assertEqual(pick.state, "cancel")
        self.assertEqual(other_pick.state, "assigned")
        self.assertNotEqual(other_pick.picking_id.state, "cancel")
        self.assertEqual((other_pack.state, other_ship.state), ("waiting", "waiting"))
        self.assertEqual(other.state, "sale")
        self.assertEqual(self.on_hand(), (100, 3))

    def test_transfer_shared_with_another_order_keeps_that_orders_move(self):
        self.check_shared_transfer(with_order_lines=True)

    def test_shared_transfer_without_order_lines_keeps_the_other_orders_move(self):
        self.check_shared_transfer(with_order_lines=False)
