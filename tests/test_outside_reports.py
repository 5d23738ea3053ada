"""What went wrong elsewhere when an order was cancelled, as public reports tell it."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_hold_cancelled import CancelledCase


def open_quantities(pickings):
    """``{transfer: quantity}`` of those that are open."""
    moves = pickings.move_ids.filtered(lambda move: move._is_open())
    return {
        picking: sum(own.mapped("product_qty"))
        for picking, own in moves.grouped("picking_id").items()
    }


@tagged("post_install", "-at_install")
class TestDoneTransfers(CancelledCase):
    """odoo/odoo #102500, #135865: what is entered on a done transfer that is unlocked moves."""

    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("R-1")
        self.done = self.order.picking_ids
        self.ship(self.done, quantity=1)
        self.done.is_locked = False

    def ways_to_ship_more(self):
        move, line = self.done.move_ids, self.done.move_line_ids
        return {
            "move": lambda: move.write({"quantity": 3}),
            "line": lambda: line.write({"quantity": 3}),
            "another line": lambda: line.copy({"quantity": 2}),
            "another move": lambda: line.copy({"quantity": 2, "move_id": False}),
        }

    def assertNoMoreLeaves(self):
        for name, way in self.ways_to_ship_more().items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, f"^{self.done.name}: "),
                self.env.cr.savepoint(),
            ):
                way()
            self.env.invalidate_all()
            self.assertEqual(self.on_hand()[0], 99)

    def test_nothing_is_added_after_the_cancellation(self):
        self.cancel(self.order)
        self.assertNoMoreLeaves()

    def test_nothing_is_added_while_it_is_asked_for(self):
        self.ask(self.order)
        self.assertNoMoreLeaves()

    def test_correction_downwards(self):
        self.cancel(self.order)
        self.done.move_ids.quantity = 0
        self.assertEqual(self.on_hand(), (100, 0))

    def test_order_that_goes_on(self):
        for way in self.ways_to_ship_more().values():
            with self.env.cr.savepoint() as point:
                way()
                self.assertEqual(self.on_hand()[0], 97)
                point.rollback()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPhantomReturns(CancelledCase):
    """odoo/odoo #272343: Odoo returns what it cannot take off a delivery that was printed."""

    def reduced(self, shipped=0):
        """An order of 3 of which some have left, reduced to 1; and the return that Odoo made."""
        order = self.order_of_three("R-2")
        if shipped:
            self.ship(order.picking_ids, quantity=shipped)
        self.open_pickings(order).printed = True
        order.order_line.product_uom_qty = 1
        phantom = order.picking_ids.filtered(
            lambda picking: picking.location_id.usage == "customer"
        )
        self.assertEqual(open_quantities(phantom), {phantom: 2})
        return order, phantom

    def test_nothing_has_left(self):
        order, phantom = self.reduced()
        self.cancel_asking_nobody(order)
        self.assertEqual(phantom.state, "cancel")
        self.assertIn("the rest never left", "".join(self.chatter(phantom)))

    def test_less_has_left_than_is_expected(self):
        """odoo/odoo #97159"""
        order, phantom = self.reduced(shipped=1)
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {phantom: 1})
        self.assertEqual(phantom.state, "assigned")
        self.validate(phantom)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_somebody_has_begun_with_it(self):
        order, phantom = self.reduced()
        phantom.move_ids.picked = True
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {phantom: 2})

    def test_what_a_person_has_made_goes_before(self):
        order = self.order_of_three("R-3")
        self.ship(order.picking_ids, quantity=1)
        backorder = self.open_pickings(order)
        promised = self.start_return(order.picking_ids - backorder)
        backorder.printed = True
        order.order_line.product_uom_qty = 1
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {promised: 1})

    def test_exchange_for_another_orders_goods(self):
        """A line of negative quantity: what comes back had left for somebody's earlier order."""
        lines = [
            {"product_id": self.product.id, "product_uom_qty": quantity} for quantity in (2, -1)
        ]
        order = self.make_order(
            "R-4", confirm=True, order_line=[Command.create(line) for line in lines]
        )
        coming = order.picking_ids.filtered(lambda picking: picking.location_id.usage == "customer")
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {coming: 1})
