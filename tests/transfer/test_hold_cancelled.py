"""Nothing leaves for a cancelled order, by whatever way it comes later."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..helpers.notices import CancelledCase
from ..helpers.supply import PurchaseCase

WHY = "Test Market has cancelled its order %s. It must not be shipped."


@tagged("post_install", "-at_install")
class TestCancelledByMarketplace(CancelledCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("C-1")
        self.line = self.order.order_line
        self.cancel_asking_nobody(self.order)

    def test_transfer_that_is_set_back_to_draft(self):
        self.assertStays(self.back_to_draft(self.order.picking_ids), WHY % "C-1")

    def test_transfer_says_so_itself(self):
        picking = self.back_to_draft(self.order.picking_ids)
        self.assertEqual(picking.marketplace_hold, WHY % "C-1")
        held = self.env["stock.picking"].search([("marketplace_hold", "!=", False)])
        self.assertIn(picking, held)
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            picking.action_put_in_pack()
        picking.move_ids.quantity = 3
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            picking.move_line_ids._put_in_pack()

    def test_transfer_made_for_its_lines(self):
        self.assertStays(self.to_customer(sale_line_id=self.line.id), WHY % "C-1")

    def test_transfer_that_only_names_it(self):
        picking = self.to_customer(origin=f"S0, {self.order.name}")
        self.assertFalse(picking.sale_id)
        self.assertStays(picking, WHY % "C-1")

    def test_transfer_that_was_procured_for_it(self):
        picking = self.back_to_draft(self.order.picking_ids)
        picking.move_ids.sale_line_id = False
        self.assertFalse(picking.sale_id)
        self.assertStays(picking, WHY % "C-1")

    def test_one_transfer_and_many_tell_by_the_same_rule(self):
        plain = self.order_of_three(False, marketplace_account_id=False)
        replacement = self.order_of_three(False, marketplace_account_id=False)
        replacement.replaced_order_id = self.order_of_three("C-2")
        at_shop = self.order_of_three("C-3").picking_ids
        self.set_order_alone(at_shop, None)  # its moves know the order
        mixed = self.order_of_three(False, marketplace_account_id=False).picking_ids
        theirs = mixed.sale_id
        self.order_of_three("C-4").picking_ids.move_ids.picking_id = mixed
        self.set_order_alone(mixed, theirs.id)
        back = plain.picking_ids.copy({"return_receipt_id": self.order.cancellation_receipt_ids.id})
        back_for_seller = plain.picking_ids.copy({"return_order_id": self.order.id})
        telling = (
            self.order.picking_ids
            | replacement.picking_ids
            | at_shop
            | mixed
            | back
            | back_for_seller
            | self.to_customer(origin="S-of-somebody-else")
            | self.to_customer(sale_line_id=self.line.id)
        )
        silent = plain.picking_ids | self.to_customer()
        every = telling | silent
        self.assertEqual(every._that_may_tell(), telling)
        self.assertEqual(every.browse().concat(*(one._that_may_tell() for one in every)), telling)

    def set_order_alone(self, picking, order_id):
        """Odoo would set the lines of its moves as well. No document names its order."""
        picking.env.flush_all()
        picking.env.cr.execute(
            "UPDATE stock_picking SET sale_id = %s, origin = NULL WHERE id = %s",
            [order_id, picking.id],
        )
        picking.env.invalidate_all()

    def test_move_without_a_transfer(self):
        move = self.to_customer(sale_line_id=self.line.id).move_ids
        move.picking_id = False
        move.write({"quantity": 3, "picked": True})
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            move._action_done()

    def test_backorder_of_what_had_left(self):
        order = self.order_of_three("C-2")
        self.ship(order.picking_ids, quantity=1)
        backorder = self.open_pickings(order)
        self.cancel(order)
        self.assertStays(self.back_to_draft(backorder), WHY % "C-2")

    def test_batch_does_not_ship_a_cancelled_order(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        picking = self.back_to_draft(self.order.picking_ids)
        other = self.order_of_three("C-2").picking_ids
        batch = self.env["stock.picking.batch"].create({"picking_ids": (picking | other).ids})
        batch.action_confirm()
        batch.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "must not be shipped"), self.env.cr.savepoint():
            batch.action_done()
        picking.batch_id = False
        batch.action_done()
        self.assertEqual((picking.state, other.state), ("assigned", "done"))

    def test_who_sees_neither_order_nor_receipt(self):
        picking = self.back_to_draft(self.order.picking_ids)
        for model in ("sale.order", "sale.order.line", "marketplace.cancellation.receipt"):
            self.env["ir.rule"].create(
                {
                    "name": f"Nobody sees {model}",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "domain_force": "[(0, '=', 1)]",
                }
            )
        self.assertStays(picking, WHY % "C-1")

    def test_earlier_step_does_not_leave(self):
        order = self.order_of_three("C-2", "three")
        pick = self.open_pickings(order)
        self.cancel_asking_nobody(order)
        self.assertStays(self.back_to_draft(pick), WHY % "C-2")

    def test_step_before_that_only_supplies_it(self):
        own = self.to_customer(sale_line_id=self.line.id)
        before = self.transfer(
            self.stock_location,
            self.output_location,
            self.warehouse.pick_type_id,
            move_dest_ids=[Command.link(own.move_ids.id)],
        )
        before.move_ids.reference_ids = False
        self.assertStays(before, WHY % "C-1")

    def test_step_that_supplies_others_as_well(self):
        own = self.to_customer(sale_line_id=self.line.id).move_ids
        other = self.order_of_three("C-2").picking_ids.move_ids
        before = self.transfer(
            self.stock_location,
            self.output_location,
            self.warehouse.pick_type_id,
            move_dest_ids=[Command.set((own | other).ids)],
        )
        self.ship(before)
        self.assertEqual(before.state, "done")

    def test_what_comes_back_comes_back(self):
        for order, steps in (
            (self.order_of_three("C-2", done=1), 1),
            (self.order_of_three("C-3", "two", done=1), 2),
        ):
            receipt = self.cancel(order)
            self.assertTrue(receipt.return_picking_ids, steps)
            self.validate(receipt.return_picking_ids)
        self.env["stock.quant"]._update_available_quantity(self.product, self.output_location, 3)
        put_back = self.transfer(
            self.output_location,
            self.stock_location,
            self.warehouse.int_type_id,
            sale_line_id=self.line.id,
        )
        self.ship(put_back)
        self.assertEqual(put_back.state, "done")

    def test_back_to_a_vendor(self):
        vendors = self.env.ref("stock.stock_location_suppliers")
        picking = self.transfer(
            self.stock_location, vendors, self.warehouse.in_type_id, origin=self.order.name
        )
        self.ship(picking)
        self.assertEqual(picking.state, "done")

    def test_scrap(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 1,
                "picking_id": self.back_to_draft(self.order.picking_ids).id,
                "location_id": self.stock_location.id,
            }
        )
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")

    def test_others_are_not_concerned(self):
        picking = self.to_customer(origin="S-of-somebody-else")
        self.ship(picking)
        self.assertEqual(picking.state, "done")

    def test_replacement_that_becomes_one_afterwards(self):
        new = self.make_order(quantity=2, confirm=True)
        self.rewrite(new, replaced_order_id=self.order.id)  # past what refuses it
        self.assertStays(new.picking_ids, WHY % "C-1")
        new.replaced_order_id = False  # so it is an order of its own
        self.ship(new.picking_ids)
        self.assertEqual(new.picking_ids.state, "done")

    def test_shipping_claims_the_order(self):
        """Who ships and who cancels at the same moment exclude each other."""
        order = self.order_of_three("C-2")
        new = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        for picking in (
            self.to_customer(sale_line_id=order.order_line.id),
            self.to_customer(origin=order.name),
            new.picking_ids,
        ):
            before = order.sudo().fulfilment_claims
            picking.move_ids.picked = True
            picking.move_ids._action_done()
            order.invalidate_recordset()
            self.assertGreater(order.sudo().fulfilment_claims, before)

    def test_queries_do_not_grow_with_moves(self):
        counts = []
        for number in (2, 20):
            move = self.to_customer().move_ids
            moves = move.concat(*(move.copy() for _copy in range(number)))
            self.env.flush_all()
            self.env.invalidate_all()
            statements, execute = [], Cursor.execute

            def count(cursor, *args, statements=statements, execute=execute, **kwargs):
                statements.append(args)
                return execute(cursor, *args, **kwargs)

            with patch.object(Cursor, "execute", count):
                moves.browse(moves.ids)._check_may_leave()
            counts.append(len(statements))
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 15)


@tagged("post_install", "-at_install")
class TestCancelledInOtherWays(CancelledCase):
    def test_by_the_seller(self):
        order = self.order_of_three("C-1")
        order.action_cancel()
        self.assertStays(
            self.back_to_draft(order.picking_ids),
            f"{order.name} is cancelled: nothing may leave for it.",
        )

    def test_order_of_no_marketplace_is_not_concerned(self):
        order = self.order_of_three(None)
        order.action_cancel()
        self.ship(self.back_to_draft(order.picking_ids))
        self.assertEqual(order.picking_ids.state, "done")

    def test_replacement_of_what_the_seller_has_cancelled(self):
        order = self.order_of_three("C-1")
        new = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        order.action_cancel()
        self.ship(new.picking_ids)
        self.assertEqual(new.picking_ids.state, "done")

    def test_kept_order_is_shipped(self):
        self.account.on_picking = "ask"
        order = self.order_of_three("C-1")
        order.picking_ids.move_ids.picked = True
        receipt = self.ask(order)
        self.assertStays(order.picking_ids, "wait for the decision")
        receipt.action_keep("We give it away.")
        self.ship(order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")

    def test_new_transfer_for_a_queued_order_stays(self):
        self.account.settlement = "background"
        order = self.order_of_three("C-1")
        self.request_cancellation("C-1")
        self.assertEqual(self.receipts("C-1").state, "queued")
        self.assertStays(self.to_customer(sale_line_id=order.order_line.id), WHY % "C-1")
        self.assertStays(self.to_customer(origin=order.name), WHY % "C-1")


@tagged("post_install", "-at_install")
class TestCancelledDropship(CancelledCase, PurchaseCase):
    def setUp(self):
        super().setUp()
        if not self.env.ref("stock_dropshipping.route_drop_shipping", False):
            self.skipTest("stock_dropshipping is not installed")
        self.order, self.purchase = self.bought("stock_dropshipping.route_drop_shipping")
        self.purchase.button_confirm()
        self.ask(self.order)

    def test_while_it_is_asked_for(self):
        self.assertStays(self.purchase.picking_ids, "wait for the decision")

    def test_purchased_once_more(self):
        self.receipts("B-1").action_accept()
        again = self.purchase.copy()
        again.order_line.sale_line_id = self.order.order_line
        again.button_confirm()
        self.assertStays(again.picking_ids, WHY % "B-1")

    def test_known_by_the_purchase_alone(self):
        picking = self.purchase.picking_ids
        picking.move_ids.sale_line_id = False
        picking.move_ids.reference_ids = False
        self.assertFalse(picking.sale_id)
        self.assertStays(picking, "wait for the decision")
        self.receipts("B-1").action_accept()
        self.assertStays(self.back_to_draft(picking), WHY % "B-1")
