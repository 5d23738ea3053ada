"""Orders that nobody has begun to work on are told from others with one query."""

from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.decision import Facts
from ...tools.signs import COMMITMENTS, FOUND_BY_WORK, WORK
from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestUntouched(WarehouseCase):
    def assertTouched(self, order):
        self.assertEqual(order._untouched_with_moves(), {})

    def test_confirmed_and_reserved(self):
        order = self.order_of_three("U-1")
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(order._untouched_with_moves(), {order: order.order_line.move_ids})

    def test_nothing_else_is_to_be_known_of_it(self):
        order = self.order_of_three("U-1")
        receipt = self.env["marketplace.cancellation.receipt"].new({"account_id": self.account.id})
        looked_at = order._cancellation_facts(receipt, order.browse(), untouched={})
        self.assertEqual(looked_at, Facts(order_known=True))
        self.assertEqual(self.facts(order), looked_at)

    def test_fields_of_addons_that_are_not_installed_are_not_read(self):
        order = self.order_of_three("U-1")
        needed = {"sale.order": ["name", "a_field_of_another_addon"]}
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            order._fetch_fields(needed, order)
            self.assertTrue(order.name)

    def test_quotation(self):
        order = self.make_order("U-1")
        self.assertEqual(list(order._untouched_with_moves()), [order])

    def test_several_orders_with_one_query(self):
        orders = self.env["sale.order"].concat(
            *(self.order_of_three(f"U-{number}") for number in range(4))
        )
        orders[1].picking_ids.move_ids.picked = True
        self.env.flush_all()
        self.assertEqual(set(orders._untouched_with_moves()), set(orders - orders[1]))

    def test_work_of_another_addon_that_has_the_name_of_one_of_ours(self):
        """What ours ask for is asked for anyway, and left out; not what another addon asks for."""
        order, model = self.order_of_three("U-1"), self.env.registry["sale.order"]
        ours = model._signs_of_commitment
        for what in FOUND_BY_WORK:

            def theirs(orders, what=what):
                return ours(orders) | {what: SQL("TRUE")}

            with self.subTest(what), patch.object(model, "_signs_of_commitment", theirs):
                self.assertTouched(order)

    def test_what_is_asked_for_anyway_is_so_where_it_is_left_out(self):
        needed = [sign.needs for sign in WORK]
        for what in FOUND_BY_WORK:
            self.assertIn(COMMITMENTS[what].needs, needed)

    def test_no_order(self):
        self.assertEqual(self.env["sale.order"]._untouched_with_moves(), {})

    def test_cancelled(self):
        order = self.order_of_three("U-1")
        order.action_cancel()
        self.assertTouched(order)

    def test_locked(self):
        order = self.order_of_three("U-1")
        order.action_lock()
        self.assertTouched(order)

    def test_marked_as_picked(self):
        order = self.order_of_three("U-1")
        order.picking_ids.move_line_ids.picked = True
        self.assertTouched(order)

    def test_put_in_a_package(self):
        """Nothing is picked, but somebody has packed it."""
        order = self.order_of_three("U-1")
        order.picking_ids.action_put_in_pack()
        self.assertFalse(order.picking_ids.move_line_ids.picked)
        self.assertTouched(order)
        self.assertTrue(self.facts(order).picking)

    def test_package_is_sent_as_it_is(self):
        package = self.env["stock.package"].create({"name": "Box"})
        product = self.make_product("Boxed")
        stock, quants = self.warehouse.lot_stock_id, self.env["stock.quant"]
        quants._update_available_quantity(product, stock, 3, package_id=package)
        order = self.order_of_three("U-1", product=product)
        order.picking_ids.move_line_ids.result_package_id = package
        self.assertEqual(order.picking_ids.move_line_ids.package_id, package)
        self.assertEqual(list(order._untouched_with_moves()), [order])
        self.assertFalse(self.facts(order).picking)

    def test_goods_that_are_added_by_hand_exclude_a_cancellation(self):
        """Odoo makes a move of a line that somebody adds to a transfer, and never confirms it."""
        transfer = self.order_of_three("U-1").picking_ids
        places = {name: transfer[name].id for name in ("location_id", "location_dest_id")}
        values = {"product_id": self.make_product("Gift").id, "quantity": 1, **places}
        orders = self.env.registry["sale.order"]
        with patch.object(orders, "_claim_fulfilment", autospec=True) as claim:
            self.env["stock.move.line"].create({**values, "picking_id": transfer.id})
        self.assertIn(transfer.sale_id, [call.args[0] for call in claim.call_args_list])

    def test_shipped(self):
        self.assertTouched(self.order_of_three("U-1", done=1))

    def test_first_of_two_steps_done(self):
        order = self.order_of_three("U-1", "two", done=1)
        self.assertTouched(order)

    def test_part_shipped_and_backorder(self):
        order = self.order_of_three("U-1")
        self.do_next_step(order, quantity=1)
        self.assertTouched(order)

    def test_draft_invoice(self):
        order = self.order_of_three("U-1")
        self.invoice(order, "draft")
        self.assertTouched(order)

    def test_payment_begun(self):
        order = self.order_of_three("U-1")
        self.env.cr.execute(
            "SELECT id FROM payment_provider LIMIT 1"
        )  # whichever: only the link matters
        provider = self.env["payment.provider"].browse(self.env.cr.fetchone()[0])
        method = self.env["payment.method"].search([("active", "in", (True, False))], limit=1)
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "U-1",
                "amount": 1,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.link(order.id)],
            }
        )
        self.assertTouched(order)

    def test_service_served(self):
        service = self.make_product("Engraving", type="service", is_storable=False)
        order = self.make_order("U-1", confirm=True, product=service)
        self.assertEqual(list(order._untouched_with_moves()), [order])
        order.order_line.qty_delivered = 1
        self.assertTouched(order)

    def test_replaced(self):
        order = self.order_of_three("U-1")
        self.make_order(confirm=True, replaced_order_id=order.id)
        self.assertTouched(order)

    def test_transfer_that_serves_another_order_as_well(self):
        order, other = self.order_of_three("U-1"), self.order_of_three("U-2")
        other.picking_ids.move_ids.picking_id = order.picking_ids
        self.env.flush_all()
        self.assertTouched(order)
        self.assertTouched(other)

    def test_transfer_with_goods_that_no_order_asked_for(self):
        order = self.order_of_three("U-1")
        order.picking_ids.move_ids.copy({"sale_line_id": False, "state": "confirmed"})
        self.assertEqual(len(order.picking_ids.move_ids), 2)
        self.assertTouched(order)

    def test_goods_on_their_way_back_that_no_line_asks_for(self):
        order = self.order_of_three("U-1")
        to_customer = order.picking_ids
        customer, stock = to_customer.location_dest_id, self.warehouse.lot_stock_id
        places = {"location_id": customer.id, "location_dest_id": stock.id}
        cup = {"product_id": self.make_product("Cup").id, "product_uom_qty": 1, **places}
        back = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_ids": [Command.create(cup)],
                **places,
            }
        )
        back.sale_id = order
        back.action_confirm()
        self.assertEqual((order.picking_ids, back.state), (to_customer | back, "assigned"))
        self.assertTrue(order._untouched_with_moves())
        self.assertConfirmation(self.request_cancellation("U-1"), order)
        self.assertEqual((to_customer.state, back.state), ("cancel", "assigned"))

    def test_order_whose_purchases_only_another_module_knows(self):
        """It says so by overriding Odoo's own look-up; no column of Odoo's names the order."""
        if not hasattr(self.env["sale.order"], "_get_purchase_orders"):
            self.skipTest("sale_purchase is not installed")
        order = self.order_of_three("U-1")
        self.assertTrue(order._untouched_with_moves())
        bought = self.env["purchase.order"].create({"partner_id": self.partner.id})
        self.patch(self.env.registry["sale.order"], "_get_purchase_orders", lambda orders: bought)
        self.assertTouched(order)

    def test_exchange(self):
        """A line of negative quantity is a return without a delivery before it."""
        cup = self.make_product("Cup")
        lines = {self.product: 1, cup: -1}
        order = self.make_order(
            "U-1",
            confirm=True,
            order_line=[
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in lines.items()
            ],
        )
        self.assertIn(self.customer_location, order.order_line.move_ids.location_id)
        self.assertTouched(order)
        self.cancel(order)
        self.assertEqual(order.state, "cancel")

    def test_batch(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        order = self.order_of_three("U-1")
        self.env["stock.picking.batch"].create({"picking_ids": order.picking_ids.ids})
        self.assertTouched(order)


@tagged("post_install", "-at_install")
class TestFreedGoods(WarehouseCase):
    def reserved(self):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("location_id", "=", self.stock_location.id)]
        )
        return {quant: quant.reserved_quantity for quant in quants}

    def test_goods_of_several_rows_are_freed_from_the_row_that_they_were_reserved_in(self):
        """Odoo has several rows of the same goods when two transactions changed them at once."""
        (first,) = self.reserved()
        lifo = self.env.ref("stock.removal_lifo")
        self.stock_location.removal_strategy_id = lifo
        later = first.copy_data()[0] | {"quantity": 50, "in_date": fields.Datetime.now()}
        second = self.env["stock.quant"].sudo().create(later)
        order = self.order_of_three("F-1")
        self.assertEqual(self.reserved(), {first: 0, second: 3})
        self.cancel_asking_nobody(order)
        self.assertEqual(self.reserved(), {first: 0, second: 0})

    def test_lots_owners_and_many_lines(self):
        tea = self.make_product("Tea", tracking="lot")
        lots = self.env["stock.lot"].create([{"product_id": tea.id} for _lot in range(2)])
        update = self.env["stock.quant"]._update_available_quantity
        update(tea, self.stock_location, 2, lot_id=lots[0])
        update(tea, self.stock_location, 5, lot_id=lots[1])
        orders = [self.make_order(f"F-{n}", quantity=3, confirm=True, product=tea) for n in (1, 2)]
        quants = self.env["stock.quant"].search([("product_id", "=", tea.id)])
        self.assertEqual(sum(quants.mapped("reserved_quantity")), 6)
        for order in orders:
            self.cancel_asking_nobody(order)
        self.assertEqual(set(quants.mapped("reserved_quantity")), {0})

    def test_lots_packages_owners_shelves_and_several_rows_of_one_order(self):
        """What others have reserved of the same goods stays reserved in the rows where it was."""
        tea = self.make_product("Tea", tracking="lot")
        lots = self.env["stock.lot"].create([{"product_id": tea.id} for _lot in range(2)])
        package = self.env["stock.package"].create({})
        shelf = self.stock_location.copy({"location_id": self.stock_location.id})
        update = self.env["stock.quant"]._update_available_quantity
        update(tea, self.stock_location, 4, lot_id=lots[0])
        update(tea, self.stock_location, 3, lot_id=lots[1], package_id=package)
        update(tea, self.stock_location, 4, lot_id=lots[1], owner_id=self.partner)
        update(tea, shelf, 5, lot_id=lots[0])
        quants = self.env["stock.quant"].sudo()
        first = quants.search([("product_id", "=", tea.id), ("location_id", "!=", shelf.id)])[:1]
        quants.create(first.copy_data()[0] | {"quantity": 2, "in_date": fields.Datetime.now()})
        kept = self.make_order(quantity=3, confirm=True, product=tea)
        rows = quants.search([("product_id", "in", (tea | self.product).ids)])

        def reserved():
            self.env.cr.flush()
            self.env.invalidate_all()
            return {row: row.reserved_quantity for row in rows}

        before = reserved()
        order = self.make_order("F-1", quantity=13, product=tea)
        dozen = {"product_id": self.product.id, "product_uom_qty": 2}
        dozen["product_uom_id"] = self.env.ref("uom.product_uom_dozen").id
        order.order_line = [Command.create(dozen)]
        order.action_confirm()
        self.assertEqual(sum(reserved().values()) - sum(before.values()), 13 + 24)
        self.cancel_asking_nobody(order)
        self.assertEqual(reserved(), before)
        self.assertEqual(kept.picking_ids.state, "assigned")


@tagged("post_install", "-at_install")
class TestSameOutcome(WarehouseCase):
    def outcome(self, order):
        """All that people see of a cancelled order, without its name."""
        documents = [order, *order.picking_ids]
        return [
            *[
                (
                    document.state,
                    [text.replace(order.name, "NAME") for text in self.chatter(document)],
                    document.message_ids.sudo().tracking_value_ids.mapped("new_value_char"),
                    document.message_ids.author_id.ids,
                    document.message_ids.mapped("message_type"),
                )
                for document in documents
            ],
            [(move.state, move.quantity, len(move.move_line_ids)) for move in self.moves(order)],
            order.cancellation_receipt_ids.mapped("state"),
            order.invoice_status,
            order.delivery_status,
        ]

    def test_as_if_everything_had_been_looked_at(self):
        for steps in ("one", "two", "three"):
            with self.subTest(steps=steps):
                quick = self.order_of_three(f"QUICK-{steps}", steps)
                self.cancel_asking_nobody(quick)
                slow = self.order_of_three(f"SLOW-{steps}", steps)
                model = self.env.registry["sale.order"]
                with patch.object(model, "_untouched_with_moves", lambda orders, asked_by=(): {}):
                    self.cancel_asking_nobody(slow)
                self.assertEqual(self.outcome(quick), self.outcome(slow))
                self.assertEqual(self.on_hand(), (100, 0))

    def test_message_and_change_of_state_are_one(self):
        order = self.order_of_three("U-1")
        self.env.cr.execute("UPDATE sale_order SET create_date = create_date - interval '1 day'")
        self.env.cr.execute("UPDATE stock_picking SET create_date = create_date - interval '1 day'")
        self.env.invalidate_all()
        before = order.message_ids | order.picking_ids.message_ids
        self.cancel_asking_nobody(order)
        for document in (order, order.picking_ids):
            (message,) = document.message_ids - before
            self.assertIn("Test Market cancelled this order.", message.body)
            self.assertIn("Cancelled", message.sudo().tracking_value_ids.mapped("new_value_char"))
