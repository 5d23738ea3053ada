"""What an order's documents amount to: the facts on which its cancellation is decided."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.warehouse import WarehouseCase


class FactsCase(WarehouseCase):
    def assertShipped(self, order, shipped, quantities):
        self.assertIs(self.facts(order).shipped, shipped)
        self.assertEqual(order._shipped_quantities(), quantities)


@tagged("post_install", "-at_install")
class TestShipped(FactsCase):
    def test_nothing_until_it_has_left(self):
        for steps, done in (("one", 0), ("two", 1), ("three", 2)):
            with self.subTest(steps):
                order = self.order_of_three(f"F-{steps}", steps, done)
                self.assertShipped(order, Shipped.NOTHING, {})

    def test_partly_while_something_is_still_to_leave(self):
        order = self.order_of_three("F-1")
        self.do_next_step(order, quantity=2)
        self.assertShipped(order, Shipped.PARTLY, {self.product: 2})

    def test_fully_when_nothing_is_left_to_stop(self):
        order = self.order_of_three("F-1")
        self.do_next_step(order, quantity=2)
        self.open_pickings(order).action_cancel()
        self.assertShipped(order, Shipped.FULLY, {self.product: 2})

    def test_nothing_after_all_came_back(self):
        order = self.order_of_three("F-1", done=1)
        self.give_back(order.picking_ids)
        self.assertShipped(order, Shipped.NOTHING, {})

    def test_fully_when_a_part_came_back(self):
        order = self.order_of_three("F-1", done=1)
        self.give_back(order.picking_ids, {self.product: 2})
        self.assertShipped(order, Shipped.FULLY, {self.product: 1})

    def test_nothing_when_what_had_left_is_back_and_the_rest_is_still_here(self):
        order = self.order_of_three("F-1")
        delivery = self.do_next_step(order, quantity=2)
        self.give_back(delivery)
        self.assertShipped(order, Shipped.NOTHING, {})

    def test_announced_return_is_still_at_the_customer(self):
        order = self.order_of_three("F-1", done=1)
        back = self.start_return(order.picking_ids)
        self.assertEqual(back.state, "assigned")
        self.assertShipped(order, Shipped.FULLY, {self.product: 3})

    def test_sent_again_after_it_came_back(self):
        order = self.order_of_three("F-1", done=1)
        back = self.give_back(order.picking_ids)
        again = self.start_return(back)
        self.assertIs(self.facts(order).shipped, Shipped.NOTHING)
        self.ship(again)
        self.assertShipped(order, Shipped.FULLY, {self.product: 3})

    def test_products_do_not_make_up_for_each_other(self):
        other = self.make_product("Cup")
        self.put_in_stock(other, 10, self.warehouse)
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": 2})
            for product in (self.product, other)
        ]
        order = self.order_of_three("F-1", order_line=lines, done=1)
        self.give_back(order.picking_ids, {other: 2})
        self.assertShipped(order, Shipped.FULLY, {self.product: 2})

    def check_dozens(self, propagate, unit):
        """Of a dozen, half comes back, then the rest."""
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", propagate)
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "product_uom_id": dozen.id,
        }
        order = self.order_of_three("F-1", order_line=[Command.create(line)], done=1)
        moves = order.picking_ids.move_ids
        self.assertEqual(moves.product_uom, self.env.ref(unit))
        half = moves.quantity / 2
        self.assertShipped(order, Shipped.FULLY, {self.product: 12})
        self.give_back(moves.picking_id, {self.product: half})
        self.assertShipped(order, Shipped.FULLY, {self.product: 6})
        self.give_back(moves.picking_id, {self.product: half})
        self.assertShipped(order, Shipped.NOTHING, {})

    def test_dozen_moved_as_pieces(self):
        self.check_dozens("0", "uom.product_uom_unit")

    def test_dozen_moved_as_a_dozen(self):
        self.check_dozens("1", "uom.product_uom_dozen")


@tagged("post_install", "-at_install")
class TestPicking(FactsCase):
    def assertStranded(self, order, *quantities):
        """So much was brought on the way by each done move, oldest first, and not taken on."""
        stranded = self.stranded(order)
        moves = sorted(stranded, key=lambda move: move.id)
        self.assertEqual([stranded[move] for move in moves], list(quantities))
        self.assertEqual(self.facts(order).picking, bool(quantities))

    def stranded(self, order):
        quantities = order._goods_to_fetch().quantities.items()
        return {
            move: left for move, left in quantities if move.location_dest_id.usage == "internal"
        }

    def test_reserving_is_not_picking(self):
        order = self.order_of_three("F-1")
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(self.facts(order).picking)

    def test_picked_move_line(self):
        order = self.order_of_three("F-1")
        order.picking_ids.move_line_ids.picked = True
        self.assertTrue(self.facts(order).picking)

    def test_picked_goods_stand_in_the_output_location_until_they_leave(self):
        order = self.order_of_three("F-1", "two")
        self.assertStranded(order)
        self.do_next_step(order)
        self.assertStranded(order, 3)
        self.do_next_step(order)
        self.assertStranded(order)

    def test_each_step_has_taken_on_a_part(self):
        order = self.order_of_three("F-1", "three")
        pick = self.do_next_step(order)
        pack = self.open_pickings(order)
        self.ship(pack, 2)
        delivery = self.open_pickings(order, to=self.customer_location)
        self.assertStranded(order, 1, 2)
        self.ship(delivery, 1)
        self.assertStranded(order, 1, 1)
        self.assertEqual(self.quantity_at(self.pack_location), 1)
        self.assertEqual(self.quantity_at(self.output_location), 1)
        self.assertEqual(set(self.stranded(order)), set((pick | pack).move_ids))

    def test_one_pick_for_several_deliveries(self):
        order = self.order_of_three("F-1", "two", done=1)
        for left in (2, 1):
            self.do_next_step(order, quantity=1)
            self.assertStranded(order, left)
        self.do_next_step(order)
        self.assertStranded(order)

    def test_several_picks_for_one_delivery(self):
        order = self.order_of_three("F-1", "two")
        pick = order.picking_ids
        self.ship(pick, 2)
        self.ship(pick.backorder_ids)
        self.assertStranded(order, 2, 1)
        self.do_next_step(order, quantity=2)
        self.assertEqual(sum(self.stranded(order).values()), 1)
        self.do_next_step(order)
        self.assertStranded(order)

    def test_goods_put_back_to_stock_are_not_on_the_way(self):
        order = self.order_of_three("F-1", "two")
        pick = self.do_next_step(order)
        self.give_back(pick, {self.product: 2})
        self.assertStranded(order, 1)


@tagged("post_install", "-at_install")
class TestInvoiced(FactsCase):
    def test_invoice_in_each_state(self):
        for state, invoiced in (("draft", False), ("posted", True), ("paid", True)):
            with self.subTest(state):
                order = self.order_of_three(f"F-{state}")
                self.assertFalse(self.facts(order).invoiced)
                self.invoice(order, state)
                self.assertEqual(self.facts(order).invoiced, invoiced)

    def test_cancelled_invoice(self):
        order = self.order_of_three("F-1")
        self.invoice(order, "posted").button_cancel()
        self.assertFalse(self.facts(order).invoiced)

    def test_reversed_invoice(self):
        order = self.order_of_three("F-1")
        invoice = self.invoice(order, "posted")
        credit_note = invoice._reverse_moves(cancel=False)
        self.assertTrue(self.facts(order).invoiced)  # it is a draft yet
        credit_note.action_post()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(self.facts(order).invoiced)


@tagged("post_install", "-at_install")
class TestOtherFacts(FactsCase):
    def test_locked_order_is_locked(self):
        order = self.order_of_three("F-1")
        self.assertFalse(self.facts(order).locked)
        order.action_lock()
        self.assertTrue(self.facts(order).locked)

    def test_nothing_bought_made_or_served(self):
        self.assertFalse(self.facts(self.order_of_three("F-1", done=1)).committed)

    def test_window_counts_from_the_orders_confirmation(self):
        self.account.cancellation_window = 30
        order = self.order_of_three("F-1")
        for minutes, by, in_window in (
            (29, "shopper", True),
            (30, "shopper", True),
            (31, "shopper", False),
            (29, "marketplace", False),
            (29, False, False),
        ):
            with self.subTest(minutes=minutes, by=by):
                at = order.first_confirmed_at + timedelta(minutes=minutes)
                facts = self.facts(order, requested_by_user=by, received_at=at)
                self.assertIs(facts.in_window, in_window)

    def test_cancelled_order_is_asked_for_nothing_else(self):
        order = self.order_of_three("F-1", done=1)
        order.action_cancel()
        facts = self.facts(order)
        self.assertTrue(facts.order_cancelled)
        self.assertIs(facts.shipped, Shipped.NOTHING)
