"""What a cancellation does to stock: deliveries of one to three steps, in every stage."""

from odoo.tests import tagged

from ..helpers.transfers import DeliveryCase


@tagged("post_install", "-at_install")
class TestSteps(DeliveryCase):
    """Deliveries whose next step is made when the one before is done."""

    def test_one_step_reserved(self):
        order = self.make_order("ONE-1", quantity=4, confirm=True)
        self.assertEqual(self.on_hand(), (100, 4))
        self.cancel(order)
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertFalse(order.picking_ids.move_line_ids)

    def test_one_step_picked_but_not_validated(self):
        order = self.make_order("ONE-2", quantity=4, confirm=True)
        order.picking_ids.move_ids.picked = True
        self.cancel(order)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_one_step_shipped_stays_shipped(self):
        order = self.make_order("ONE-3", quantity=4, confirm=True)
        self.ship(order.picking_ids)
        self.cancel(order)
        self.assertEqual(self.states(order.picking_ids), ["done"])
        self.assertEqual(self.on_hand(), (96, 0))

    def test_backorder_is_cancelled_and_what_was_shipped_stays(self):
        order = self.make_order("ONE-4", quantity=5, confirm=True)
        delivery = order.picking_ids
        self.ship(delivery, quantity=2)
        backorder = order.picking_ids - delivery
        self.assertEqual(backorder.state, "assigned")
        self.assertEqual(self.on_hand(), (98, 3))
        self.cancel(order)
        self.assertEqual(delivery.state, "done")
        self.assertEqual(backorder.state, "cancel")
        self.assertEqual(self.on_hand(), (98, 0))
        self.assertEqual(order.order_line.qty_delivered, 2)

    def check_steps(self, delivery_steps, steps_done):
        """Cancel an order of 3 pieces of which ``steps_done`` steps are done."""
        self.warehouse.delivery_steps = delivery_steps
        order = self.make_order("STEPS", quantity=3, confirm=True)
        for _ in range(steps_done):
            open_picking = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
            self.assertEqual(len(open_picking), 1)
            self.ship(open_picking)
        self.assertEqual(self.on_hand(), (100, 3))
        self.cancel(order)
        self.assertEqual(self.states(order.picking_ids), ["cancel"] + ["done"] * steps_done)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_two_steps_before_picking(self):
        self.check_steps("pick_ship", 0)
        self.assertEqual(self.quantity_at(self.warehouse.lot_stock_id), 100)

    def test_two_steps_after_picking(self):
        self.check_steps("pick_ship", 1)
        self.assertEqual(self.quantity_at(self.warehouse.wh_output_stock_loc_id), 3)

    def test_three_steps_before_picking(self):
        self.check_steps("pick_pack_ship", 0)
        self.assertEqual(self.quantity_at(self.warehouse.lot_stock_id), 100)

    def test_three_steps_after_picking(self):
        self.check_steps("pick_pack_ship", 1)
        self.assertEqual(self.quantity_at(self.warehouse.wh_pack_stock_loc_id), 3)

    def test_three_steps_after_packing(self):
        self.check_steps("pick_pack_ship", 2)
        self.assertEqual(self.quantity_at(self.warehouse.wh_output_stock_loc_id), 3)

    def test_two_steps_picked_in_part(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order("STEPS", quantity=5, confirm=True)
        self.ship(order.picking_ids, quantity=2)
        self.assertEqual(self.states(order.picking_ids), ["assigned", "assigned", "done"])
        self.cancel(order)
        self.assertEqual(self.states(order.picking_ids), ["cancel", "cancel", "done"])
        self.assertEqual(self.on_hand(), (100, 0))
