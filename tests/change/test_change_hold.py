"""Lines that an open change concerns: nothing of them leaves, everything else may."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestChangeHold(ChangeCase):
    def changed(self, order_id, **values):
        order = self.order_of_both(order_id, **values)
        self.ask_change(order_id, remove=self.items(POT=1))
        return order

    def move_of(self, order, product):
        return order.order_line.move_ids.filtered(lambda move: move.product_id == product)

    def ship_only(self, order, product):
        """Do the transfer of ``order`` for ``product`` alone, the rest in another one."""
        for move in order.picking_ids.move_ids:
            move.picked = move.product_id == product
        order.picking_ids.with_context(skip_backorder=True).button_validate()

    def test_line_concerned_stays_and_the_rest_may_leave(self):
        order = self.changed("HOLD-1")
        with self.assertRaisesRegex(UserError, "Teapot"):
            order.picking_ids.button_validate()
        self.ship_only(order, self.cup)
        self.assertEqual(self.move_of(order, self.cup).state, "done")
        self.confirm_change("HOLD-1")
        self.assertEqual(self.change_of("HOLD-1").state, "part_cancelled")
        self.ship(self.open_pickings(order))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])

    def test_first_step_of_several_stays_as_well(self):
        order = self.changed("HOLD-2", steps="pick_pack_ship")
        with self.assertRaisesRegex(UserError, "Teapot"):
            order.picking_ids.button_validate()

    def test_held_line_is_not_packed(self):
        order = self.changed("HOLD-3")
        with self.assertRaisesRegex(UserError, "Teapot"):
            order.picking_ids.action_put_in_pack()

    def test_all_lines_wait_for_what_nobody_has_looked_at(self):
        self.ask_change("HOLD-4", remove=self.items(POT=1))
        order = self.order_of_both("HOLD-4")
        with self.assertRaisesRegex(UserError, "Cup"):
            self.ship_only(order, self.cup)

    def test_all_that_waits_is_named(self):
        order = self.order_of_both("HOLD-8")
        self.ask_change("HOLD-8", remove=self.items(POT=1, CUP=1))
        with self.assertRaisesRegex(UserError, "nothing of .*Teapot.*, .*Cup.* may leave"):
            order.picking_ids.button_validate()

    def test_all_that_is_on_hold_is_named_whether_in_part_or_as_a_whole(self):
        parts = [self.changed(f"HOLD-{number}") for number in (11, 12)]
        whole = self.order_of_both("HOLD-13")
        whole.picking_ids.move_ids.picked = True
        self.account.on_picking = "ask"
        self.ask(whole)
        pickings = whole.picking_ids.union(*(order.picking_ids for order in parts))
        pickings.move_ids.picked = True
        with self.assertRaises(UserError) as caught:
            pickings.button_validate()
        lines = str(caught.exception).splitlines()
        self.assertEqual(len(lines), 3)
        for picking, line in zip(pickings, lines, strict=True):
            self.assertTrue(line.startswith(picking.name), line)

    def test_other_orders_are_not_held(self):
        self.changed("HOLD-5")
        other = self.order_of_both("HOLD-6")
        self.ship(other.picking_ids)
        self.assertEqual(other.picking_ids.state, "done")

    def test_what_is_picked_of_an_order_of_no_marketplace_leaves_without_the_rest(self):
        order = self.changed("HOLD-11")
        plain = self.order_of_both(False, marketplace_account_id=False)
        picking = order.picking_ids
        plain.order_line.move_ids.write({"picking_id": picking.id})
        for move in picking.move_ids:
            move.picked = move.sale_line_id.order_id == plain
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(set(plain.order_line.move_ids.mapped("state")), {"done"})
        self.assertNotIn("done", order.order_line.move_ids.mapped("state"))

    def test_order_stays_the_marketplaces_as_long_as_a_change_is_open(self):
        order = self.changed("HOLD-12")
        with self.assertRaisesRegex(UserError, "stays order HOLD-12"), self.env.cr.savepoint():
            order.write({"marketplace_account_id": False, "marketplace_order_id": False})
        self.confirm_change("HOLD-12")
        order.marketplace_order_id = "HOLD-13"
        self.assertEqual(order.marketplace_order_id, "HOLD-13")

    def test_settled_change_holds_nothing(self):
        order = self.changed("HOLD-7")
        self.confirm_change("HOLD-7")
        self.ship(order.picking_ids)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])

    def by_hand(self, origin=False):
        """A transfer of one piece to the customer that is for no order line."""
        values = {
            "location_id": self.stock_location.id,
            "location_dest_id": self.customer_location.id,
        }
        move = {**values, "product_id": self.product.id, "product_uom_qty": 1}
        picking = self.env["stock.picking"].create(
            {
                **values,
                "origin": origin,
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [Command.create(move)],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(picking.state, "assigned")
        return picking

    def test_transfers_of_nobody_and_of_others_are_not_held(self):
        order = self.changed("HOLD-9")
        other = self.order_of_both("HOLD-10")
        mine, others, nobodys = map(self.by_hand, (order.name, other.name, False))
        together = order.picking_ids + mine + others + nobodys
        self.env.invalidate_all()
        kinds = together.mapped("marketplace_notice_kind")
        self.assertEqual(kinds, ["part_hold", "part_hold_all", False, False])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Teapot"):
            mine.button_validate()
        # the cups of the order may leave along with what the others get
        for move in order.picking_ids.move_ids:
            move.picked = move.product_id == self.cup
        leaving = order.picking_ids + others + nobodys
        leaving.with_context(skip_backorder=True).button_validate()
        self.assertEqual((others + nobodys).mapped("state"), ["done", "done"])
