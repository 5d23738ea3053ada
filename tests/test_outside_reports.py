"""What went wrong elsewhere when an order was cancelled, as public reports tell it."""

from odoo.exceptions import UserError
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
