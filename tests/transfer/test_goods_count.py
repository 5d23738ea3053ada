"""What a cancellation brings back: what lies there for the order, and nothing of another's."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.goods import GoodsCase


@tagged("post_install", "-at_install")
class TestOutput(GoodsCase):
    def test_what_odoo_has_put_back_after_an_order_was_reduced(self):
        order, other = self.picked("C-1", 5), self.picked("C-2", 4)
        order.order_line.product_uom_qty = 2
        self.validate(self.open_pickings(order, to=self.stock_location))
        receipt = self.cancel_asking_nobody(order)
        self.assertFetched(receipt, 2)
        self.assertAsked(order, False)
        self.do_next_step(other)
        self.assertEqual(other.order_line.qty_delivered, 4)

    def test_what_odoo_is_about_to_put_back(self):
        order = self.picked("C-1", 5)
        order.order_line.product_uom_qty = 2
        put_back = self.open_pickings(order, to=self.stock_location)
        receipt = self.cancel_asking_nobody(order)
        self.assertEqual(put_back.state, "assigned")
        self.assertFetched(receipt, 2)
        self.validate(put_back)
        self.assertEqual(self.quantity_at(self.stock_location), 100)

    def test_scrapped_goods_do_not_come_back(self):
        for number, linked in enumerate((True, False)):
            with self.subTest(linked=linked):
                order = self.picked(f"C-{number}", 5)
                picking = self.open_pickings(order)
                self.env["stock.scrap"].create(
                    {
                        "product_id": self.product.id,
                        "scrap_qty": 2,
                        "location_id": self.output_location.id,
                        "picking_id": picking.id if linked else False,
                    }
                ).do_scrap()
                self.assertFetched(self.cancel(order), 3)
                self.assertEqual(self.quantity_at(self.output_location), 0)
                self.assertAsked(order, False)

    def test_scrapped_beside_another_orders_goods(self):
        order, other = self.picked("C-1", 5), self.picked("C-2", 4)
        self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 2,
                "location_id": self.output_location.id,
                "picking_id": self.open_pickings(order).id,
            }
        ).do_scrap()
        self.assertFetched(self.cancel(order), 3)
        self.assertAsked(order, False)
        self.do_next_step(other)

    def test_scrapped_without_naming_the_package(self):
        """Odoo then counts below zero beside a package that is as full as before."""
        order = self.make_order("C-1", quantity=5, confirm=True)
        pick = self.open_pickings(order)
        pick.move_ids.picked = True
        pick.action_put_in_pack()
        pick._action_done()
        self.open_pickings(order).do_unreserve()
        self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 2,
                "location_id": self.output_location.id,
            }
        ).do_scrap()
        self.assertFetched(self.cancel(order), 3)
        self.assertAsked(order, True)

    def test_carried_back_by_hand(self):
        order = self.picked("C-1", 5)
        self.open_pickings(order).do_unreserve()
        self.carry(self.output_location, self.stock_location, 5)
        receipt = self.cancel_asking_nobody(order)
        self.assertReturns(receipt, {})
        self.assertAsked(order, False)

    def test_carried_back_by_hand_and_nobody_knows_whose(self):
        order, other = self.picked("C-1", 5), self.picked("C-2", 4)
        self.open_pickings(order).do_unreserve()
        self.carry(self.output_location, self.stock_location, 3)
        self.open_pickings(other).do_unreserve()
        receipt = self.cancel_asking_nobody(order)
        self.assertFetched(receipt, 2)
        self.assertAsked(order)
        self.assertIn("3 × Teapot", str(order.activity_ids.mapped("note")))
        self.open_pickings(other).action_assign()
        self.do_next_step(other)
        self.assertEqual(other.order_line.qty_delivered, 4)

    def test_about_to_be_carried_by_hand(self):
        order = self.picked("C-1", 5)
        self.open_pickings(order).do_unreserve()
        self.carry(self.output_location, self.stock_location, 3, validate=False)
        receipt = self.cancel_asking_nobody(order)
        self.assertFetched(receipt, 2)
        self.assertAsked(order)

    def test_another_order_in_the_same_place(self):
        order, other = self.picked("C-1", 5), self.picked("C-2", 4)
        self.assertFetched(self.cancel_asking_nobody(order), 5)
        self.do_next_step(other)
        self.assertAsked(order, False)

    def test_picked_with_another_orders_goods(self):
        """Nobody can say how much one move has brought for whom."""
        order, other = (
            self.make_order(f"C-{number}", quantity=4, confirm=True) for number in range(2)
        )
        pick = self.open_pickings(order).move_ids
        pick.sale_line_id = False
        pick.product_uom_qty = 8
        self.open_pickings(other).action_cancel()
        self.ship(pick.picking_id)
        ship = pick.move_dest_ids
        ship.product_uom_qty = 4
        ship.sale_line_id = order.order_line
        values = {"sale_line_id": other.order_line.id, "move_orig_ids": pick.ids}
        ship.copy({**values, "picking_id": False})._action_confirm()
        self.assertEqual(pick.move_dest_ids.sale_line_id.order_id, order | other)
        self.assertTrue(self.facts(order).picking)
        self.assertFetched(self.cancel(order), 0)
        self.assertAsked(order)

    def test_two_orders_cancelled_one_after_the_other(self):
        order, other = self.picked("C-1", 5), self.picked("C-2", 4)
        first, second = self.cancel_asking_nobody(order), self.cancel_asking_nobody(other)
        self.assertFetched(first, 5)
        self.assertFetched(second, 4)

    def test_partial_quantities_in_three_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.make_order("C-1", quantity=9, confirm=True)
        self.ship(self.open_pickings(order), 7)
        pack = self.open_pickings(order, to=self.output_location)
        self.ship(pack.filtered(lambda picking: picking.state == "assigned"), 5)
        self.ship(self.open_pickings(order, to=self.customer_location), 3)
        receipt = self.cancel(order)
        self.assertReturns(
            receipt,
            {
                (self.pack_location, self.stock_location): 2,
                (self.output_location, self.stock_location): 2,
                (self.customer_location, self.stock_location): 3,
            },
        )
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.quantity_at(self.stock_location), 100)

    def test_several_products_in_one_place(self):
        cup = self.make_product("Cup")
        self.put_in_stock(cup, 10, self.warehouse)
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": 3})
            for product in (cup, self.product)
        ]
        self.account.return_state = "ready"
        order = self.make_order("C-1", order_line=lines, confirm=True)
        self.do_next_step(order)
        receipt = self.cancel(order)
        back = receipt.return_picking_ids.move_ids
        self.assertEqual(
            {move.product_id: move.quantity for move in back}, {cup: 3, self.product: 3}
        )

    def test_quantity_that_is_no_round_number_in_the_moves_unit(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {"product_id": self.product.id, "product_uom_qty": 1, "product_uom_id": dozen.id}
        order = self.make_order("C-1", confirm=True, order_line=[Command.create(line)])
        self.do_next_step(order)
        self.open_pickings(order).do_unreserve()
        self.carry(self.output_location, self.stock_location, 5)
        self.assertFetched(self.cancel_asking_nobody(order), 7)
        self.assertEqual(self.quantity_at(self.output_location), 0)


@tagged("post_install", "-at_install")
class TestKinds(GoodsCase):
    def stocked(self, product, **kind):
        self.env["stock.quant"]._update_available_quantity(product, self.stock_location, 9, **kind)

    def test_lot_of_another_order_stays(self):
        tea = self.make_product("Tea", tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": tea.id} for name in ("green", "black")]
        )
        self.stocked(tea, lot_id=lots[0])
        order = self.picked("C-1", 5, product=tea)
        self.stocked(tea, lot_id=lots[1])
        other = self.picked("C-2", 6, product=tea)  # 4 green, 2 black
        self.assertEqual(len(self.open_pickings(other).move_line_ids), 2)
        order.order_line.product_uom_qty = 2
        self.validate(self.open_pickings(order, to=self.stock_location))
        receipt = self.cancel_asking_nobody(order)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(receipt.return_picking_ids.move_line_ids.lot_id, lots[0])
        self.assertEqual(self.quantity_at(self.output_location, tea, lots[0]), 4)
        self.assertEqual(self.quantity_at(self.output_location, tea, lots[1]), 2)

    def test_owner_of_the_goods_is_kept(self):
        cup = self.make_product("Cup")
        owner = self.env["res.partner"].create({"name": "An Owner"})
        self.stocked(cup, owner_id=owner)
        order = self.picked("C-1", 5, product=cup)
        self.assertEqual(self.open_pickings(order).move_line_ids.owner_id, owner)
        self.stocked(cup)
        receipt = self.cancel_asking_nobody(order)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(receipt.return_picking_ids.move_line_ids.owner_id, owner)
        quants = self.env["stock.quant"]._gather(
            cup, self.stock_location, owner_id=owner, strict=True
        )
        self.assertEqual(sum(quants.mapped("quantity")), 9)

    def test_package_of_another_order_stays(self):
        orders = [
            self.make_order(f"C-{quantity}", quantity=quantity, confirm=True) for quantity in (5, 4)
        ]
        for order in orders:
            pick = self.open_pickings(order)
            pick.move_ids.picked = True
            pick.action_put_in_pack()
            pick._action_done()
        receipt = self.cancel_asking_nobody(orders[1])
        self.validate(receipt.return_picking_ids)
        kept = self.open_pickings(orders[0]).move_line_ids.package_id
        self.assertEqual(kept.location_id, self.output_location)
        self.assertEqual(sum(kept.quant_ids.mapped("quantity")), 5)

    def test_what_odoo_does_not_count(self):
        flyer = self.make_product("Flyer", is_storable=False)
        order = self.picked("C-1", 5, product=flyer)
        order.order_line.product_uom_qty = 2
        self.validate(self.open_pickings(order, to=self.stock_location))
        receipt = self.cancel_asking_nobody(order)
        self.assertReturns(receipt, {(self.output_location, self.stock_location): 2})

    def test_draft_return_takes_what_is_left_when_it_is_made_ready(self):
        order, other = self.picked("C-1", 5), self.picked("C-2", 4)
        receipt = self.cancel_asking_nobody(order)
        self.carry(self.output_location, self.stock_location, 3)
        back = receipt.return_picking_ids
        back.action_confirm()
        back.action_assign()
        self.assertEqual(sum(back.move_ids.mapped("quantity")), 2)
        self.do_next_step(other)
