"""Goods that come from another warehouse for an order: nothing lies in transit for ever."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase


class TransitCase(WarehouseCase):
    def setUp(self):
        super().setUp()
        self.barn = self.env["stock.warehouse"].create({"name": "Barn", "code": "BARN"})
        self.transit = self.company.internal_transit_location_id

    def supplied(self, marketplace_order_id="T-1", steps="ship_only"):
        """A confirmed order of 3 pieces, to come from the barn."""
        self.barn.delivery_steps = steps
        self.warehouse.resupply_wh_ids = [Command.link(self.barn.id)]
        routes = self.env["stock.route"].search([("supplier_wh_id", "=", self.barn.id)])
        routes |= self.env.ref("stock.route_warehouse0_mto")
        routes.active = True
        self.far = self.make_product("Far", route_ids=[Command.set(routes.ids)])
        self.put_in_stock(self.far, 10, self.barn)
        return self.make_order(marketplace_order_id, product=self.far, quantity=3, confirm=True)

    def leg(self, order, **usage):
        """The open move of ``order`` that goes ``to`` or comes ``of`` a location of this usage."""
        ends = {"to": "location_dest_id", "of": "location_id"}
        return self.moves(order).filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and all(move[ends[end]].usage == kind for end, kind in usage.items())
            )
        )

    def send(self, order, quantity=None):
        self.ship(self.leg(order, to="transit").picking_id, quantity)
        self.assertEqual(self.quantity_at(self.transit, self.far), quantity or 3)

    def assertArrives(self, incoming, quantity=3):
        self.assertEqual((incoming.state, incoming.product_qty), ("assigned", quantity))
        incoming.picking_id.move_ids.picked = True
        incoming.picking_id.button_validate()
        self.assertEqual(incoming.state, "done")
        self.assertEqual(self.quantity_at(self.transit, self.far), 0)
        self.assertEqual(self.quantity_at(self.stock_location, self.far), quantity)
        self.assertEqual(self.on_hand(self.far), (10, 0))


@tagged("post_install", "-at_install")
class TestTransit(TransitCase):
    def test_before_they_left(self):
        order = self.supplied()
        moves = self.moves(order)
        self.cancel_asking_nobody(order)
        self.assertEqual(set(moves.mapped("state")), {"cancel"})
        self.assertEqual(self.on_hand(self.far), (10, 0))

    def test_on_their_way(self):
        order = self.supplied()
        self.send(order)
        incoming = self.leg(order, of="transit")
        receipt = self.cancel_asking_nobody(order)
        self.assertEqual(order.state, "cancel")
        self.assertFalse(receipt.return_picking_ids)
        self.assertArrives(incoming)

    def test_of_which_a_part_is_on_its_way(self):
        order = self.supplied()
        self.send(order, 2)
        rest, incoming = self.leg(order, to="transit"), self.leg(order, of="transit")
        self.cancel_asking_nobody(order)
        self.assertEqual(rest.state, "cancel")
        self.assertArrives(incoming, 2)

    def test_after_a_person_was_asked(self):
        order = self.supplied()
        self.send(order)
        incoming = self.leg(order, of="transit")
        order.action_lock()
        self.account.on_locked = "ask"
        receipt = self.ask(order)
        self.assertEqual(incoming.state, "assigned")
        receipt.action_accept()
        self.assertEqual(order.state, "cancel")
        self.assertArrives(incoming)

    def test_arrived_while_a_person_was_asked(self):
        order = self.supplied()
        self.send(order)
        incoming = self.leg(order, of="transit")
        order.action_lock()
        self.account.on_locked = "ask"
        receipt = self.ask(order)
        self.ship(incoming.picking_id)
        receipt.action_accept()
        self.assertFalse(receipt.return_picking_ids)
        self.assertEqual(self.on_hand(self.far), (10, 0))
        self.assertEqual(self.quantity_at(self.stock_location, self.far), 3)

    def test_cancelled_by_the_seller(self):
        order = self.supplied()
        self.send(order)
        incoming = self.leg(order, of="transit")
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertArrives(incoming)

    def test_where_odoo_cancels_earlier_steps_as_well(self):
        self.env["ir.config_parameter"].set_param("stock.cancel_moves_origin", "1")
        order = self.supplied()
        self.send(order)
        incoming = self.leg(order, of="transit")
        self.cancel_asking_nobody(order)
        self.assertArrives(incoming)

    def test_transfer_that_was_cancelled_before(self):
        """Then nothing brings them to their destination: they go back to where they came from."""
        order = self.supplied()
        self.send(order)
        self.leg(order, of="transit").picking_id.action_cancel()
        receipt = self.cancel_asking_nobody(order)
        back = receipt.return_picking_ids
        self.assertEqual(back.location_id, self.transit)
        self.assertEqual(back.move_ids.product_qty, 3)
        self.validate(back)
        self.assertEqual(self.quantity_at(self.barn.lot_stock_id, self.far), 10)

    def test_picked_in_the_other_warehouse(self):
        order = self.supplied(steps="pick_ship")
        self.ship(self.moves(order).filtered(lambda move: move.state == "assigned").picking_id)
        moves = self.moves(order)
        receipt = self.cancel_asking_nobody(order)
        self.assertEqual(set(moves.mapped("state")), {"done", "cancel"})
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.quantity_at(self.barn.lot_stock_id, self.far), 10)

    def test_two_products_of_which_one_is_on_its_way(self):
        order = self.supplied()
        near = self.make_product("Near", route_ids=[Command.set(self.far.route_ids.ids)])
        self.put_in_stock(near, 10, self.barn)
        order.order_line = [Command.create({"product_id": near.id, "product_uom_qty": 2})]
        outgoing = self.leg(order, to="transit")
        far = outgoing.filtered(lambda move: move.product_id == self.far)
        incoming = self.leg(order, of="transit").filtered(lambda m: m.product_id == self.far)
        (outgoing - far).quantity = 0
        far.picked = True
        far.picking_id._action_done()
        self.cancel_asking_nobody(order)
        self.assertEqual(order.state, "cancel")
        self.assertArrives(incoming)
        self.assertEqual(self.on_hand(near), (10, 0))
