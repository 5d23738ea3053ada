from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.supply import SupplyCase
from ..helpers.taken_out import TakenOutCase


@tagged("post_install", "-at_install")
class TestTakeOutSpecial(TakenOutCase):
    def dozen_line(self, product=None):
        dozen = self.env.ref("uom.product_uom_dozen")
        return (product or self.product, 2, {"product_uom_id": dozen.id})

    def test_dozens(self):
        order = self.lines_of(self.dozen_line())
        self.assertEqual(order.picking_ids.move_ids.product_qty, 24)
        self.take_out(order, 1)
        self.assertEqual(order.picking_ids.move_ids.product_qty, 12)
        self.assertLeaves(order, 12)

    def test_dozens_of_which_pieces_have_left(self):
        order = self.lines_of(self.dozen_line())
        self.ship(order.picking_ids, 15)
        self.take_out(order, 1)
        line = order.order_line
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (1.25, 0.25))
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 3})

    def test_pieces_of_a_dozen(self):
        order = self.lines_of(self.dozen_line())
        order.picking_ids.printed = True
        order._take_out({order.order_line: 7 / 12}, self.cause(order))
        self.assertNoMoreLeaves(order)
        self.assertAlmostEqual(sum(self.outward(order).mapped("product_qty")), 17, delta=0.1)

    def test_pieces_of_what_is_kept_in_dozens(self):
        """A piece is no whole number of hundredths of a dozen, in which Odoo moves it."""
        eggs = self.make_product("Eggs", uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.put_in_stock(eggs, 50, self.warehouse)
        piece = {"product_uom_id": self.env.ref("uom.product_uom_unit").id}
        order = self.lines_of((eggs, 30, piece))
        self.take_out(order, 7)
        self.assertEqual(order.order_line.product_uom_qty, 23)
        self.assertAlmostEqual(order.picking_ids.move_ids.product_qty, 23 / 12, delta=0.01)

    def lots(self, product, *quantities):
        lots = self.env["stock.lot"].create([{"product_id": product.id} for _lot in quantities])
        for lot, quantity in zip(lots, quantities, strict=True):
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock_location, quantity, lot_id=lot
            )
        return lots

    def test_lots_that_are_picked(self):
        tea = self.make_product("Tea", tracking="lot")
        self.lots(tea, 2, 2)
        order = self.lines_of((tea, 4))
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        self.take_out(order, 3)
        self.assertEqual(order.picking_ids.move_line_ids.quantity, 1)
        self.assertLeaves(order, 1, tea)

    def test_serial_numbers_that_are_picked(self):
        clock = self.make_product("Clock", tracking="serial")
        self.lots(clock, 1, 1, 1)
        order = self.lines_of((clock, 3))
        order.picking_ids.action_assign()
        order.picking_ids.move_line_ids[1].picked = True
        picked = order.picking_ids.move_line_ids[1]
        self.take_out(order, 2)
        self.assertEqual(order.picking_ids.move_line_ids, picked)
        self.assertLeaves(order, 1, clock)

    def test_lots_that_stand_in_the_output_come_back(self):
        self.warehouse.delivery_steps = "pick_ship"
        tea = self.make_product("Tea", tracking="lot")
        lots = self.lots(tea, 2, 2)
        order = self.lines_of((tea, 4))
        self.do_next_step(order)
        ship = self.open_pickings(order)
        ship.action_assign()
        ship.move_ids.picked = True
        ship.printed = True
        self.take_out(order, 3)
        stays = ship.move_line_ids.lot_id
        back = self.open_pickings(order) - ship
        self.ship(back)
        self.assertEqual(sum(self.quantity_at(self.output_location, tea, lot) for lot in lots), 1)
        self.assertEqual(self.quantity_at(self.output_location, tea, stays), 1)
        self.assertLeaves(order, 1, tea)

    def test_lots_that_come_back_are_known_after_another_part(self):
        """Odoo itself confirms the proposed return then."""
        tea = self.make_product("Tea", tracking="lot")
        lots = self.lots(tea, 2, 2)
        order = self.lines_of((tea, 4), (self.product, 3))
        order.picking_ids.action_assign()
        order.order_line[0].move_ids.picked = True
        order.picking_ids._action_done()
        self.take_out(order, 3)
        self.take_out(order, 0, 1)
        self.validate(self.open_pickings(order, to=self.stock_location))
        self.assertEqual(sum(self.quantity_at(self.stock_location, tea, lot) for lot in lots), 3)

    def test_packages_of_which_a_part_stays(self):
        """Whichever of the two transfers is done first."""
        self.warehouse.delivery_steps = "pick_ship"
        for delivered_first in (True, False):
            with self.subTest(delivered_first=delivered_first):
                order = self.lines_of(
                    (self.product, 1), (self.product, 2), marketplace_order_id=str(delivered_first)
                )
                order.picking_ids.action_assign()
                order.picking_ids.action_put_in_pack()
                self.do_next_step(order)
                self.take_out(order, 0, 1)
                back = self.open_pickings(order, to=self.stock_location)
                pickings = self.open_pickings(order).sorted(
                    lambda own, back=back, last=delivered_first: (own == back) is last
                )
                for picking in pickings:
                    self.ship(picking)
                self.assertEqual(sum(back.move_ids.mapped("quantity")), 1)
                self.assertEqual(self.quantity_at(self.output_location), 0)

    def test_packed_goods(self):
        order = self.order_of_three("T-1")
        order.picking_ids.action_assign()
        order.picking_ids.action_put_in_pack()
        self.take_out(order, 1)
        self.assertLeaves(order, 2)

    def test_service(self):
        course = self.make_product("Course", type="service", is_storable=False)
        order = self.lines_of((self.product, 1), (course, 5))
        order.order_line[1].qty_delivered = 2
        order._take_out({order.order_line[1]: 4}, self.cause(order))
        line = order.order_line[1]
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (2, 1))

    def test_combo(self):
        cup = self.make_product("Cup")
        self.put_in_stock(cup, 10, self.warehouse)
        choices = self.env["product.combo"].create(
            [
                {"name": own.name, "combo_item_ids": [Command.create({"product_id": own.id})]}
                for own in (self.product, cup)
            ]
        )
        breakfast = self.env["product.product"].create(
            {"name": "Breakfast", "type": "combo", "combo_ids": choices.ids, "taxes_id": False}
        )
        order = self.lines_of((breakfast, 3), confirm=False)
        combo = order.order_line
        self.env["sale.order.line"].create(
            [
                {
                    "order_id": order.id,
                    "product_id": item.product_id.id,
                    "product_uom_qty": 3,
                    "combo_item_id": item.id,
                    "linked_line_id": combo.id,
                }
                for item in choices.combo_item_ids
            ]
        )
        order.action_confirm()
        self.take_out(order, 1)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2, 2, 2])
        self.assertEqual(self.outward(order).mapped("product_qty"), [2, 2])
        self.assertIn("1 × Breakfast taken out (3 → 2).", self.chatter(order)[0])
        self.assertNotIn("Cup", self.chatter(order)[0])
        self.ship(order.picking_ids, 1)
        self.take_out(order, 2)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 1, 1])
        self.assertEqual(order.order_line.mapped("marketplace_taken_out"), [1, 1, 1])

    def test_batch(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        order = self.order_of_three("T-1")
        batch = self.env["stock.picking.batch"].create({"picking_ids": order.picking_ids.ids})
        batch.action_confirm()
        self.take_out(order, 1)
        self.assertEqual(order.picking_ids.batch_id, batch)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)
        self.assertIn("taken out", self.chatter(batch)[0])

    def test_wave(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        order = self.order_of_three("T-1")
        order.picking_ids.action_assign()
        order.picking_ids.move_line_ids._add_to_wave()
        self.assertTrue(order.picking_ids.batch_id.is_wave)
        self.take_out(order, 1)
        self.assertLeaves(order, 2)


@tagged("post_install", "-at_install")
class TestTakeOutKits(TakenOutCase):
    def setUp(self):
        super().setUp()
        self.needs("sale_mrp", "mrp.production")
        self.cup = self.make_product("Cup")
        self.put_in_stock(self.cup, 20, self.warehouse)
        self.kit = self.make_product("Set")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.product.id, "product_qty": 1}),
                    Command.create({"product_id": self.cup.id, "product_qty": 2}),
                ],
            }
        )

    def test_components_follow(self):
        for printed in (False, True):
            with self.subTest(printed=printed):
                order = self.lines_of((self.kit, 3), marketplace_order_id=f"T-{printed}")
                order.picking_ids.printed = printed
                self.take_out(order, 1)
                moves = self.outward(order)
                found = {move.product_id: move.product_qty for move in moves}
                self.assertEqual(found, {self.product: 2, self.cup: 4})

    def test_components_that_have_left_without_others(self):
        order = self.lines_of((self.kit, 3))
        order.picking_ids.action_assign()
        move = order.picking_ids.move_ids.filtered(lambda move: move.product_id == self.product)
        move.picked = True
        order.picking_ids._action_done()
        self.take_out(order, 2)
        line = order.order_line
        self.assertEqual((line.product_uom_qty, line.marketplace_taken_out), (3, 2))
        self.assertLeaves(order, 2, self.cup)
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 2})

    def change_bill_of_materials(self):
        """Later, a set has four cups and a box."""
        bom = self.env["mrp.bom"].search([("product_tmpl_id", "=", self.kit.product_tmpl_id.id)])
        bom.bom_line_ids[1].product_qty = 4
        bom.bom_line_ids = [Command.create({"product_id": self.make_product("Box").id})]
        self.rewrite(bom.bom_line_ids, write_date="2999-01-01")

    def check_changed_bill_of_materials(self, steps):
        self.end_programs()
        self.warehouse.delivery_steps = steps
        order = self.lines_of((self.kit, 3))
        self.change_bill_of_materials()
        self.assertFalse(order._questions_of_part({order.order_line: 1}))
        self.take_out(order, 1)
        found = {move.product_id: move.product_qty for move in self.outward(order)}
        self.assertEqual(found, {self.product: 2, self.cup: 4})
        self.do_next_step(order, 1)
        questions = order._questions_of_part({order.order_line: 1})
        self.assertIn("bill of materials", " ".join(questions))

    def test_bill_of_materials_has_changed_since(self):
        self.check_changed_bill_of_materials("ship_only")

    def test_bill_of_materials_has_changed_since_and_goods_are_to_be_picked(self):
        self.check_changed_bill_of_materials("pick_ship")

    def test_kits_that_are_picked_come_back(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.lines_of((self.kit, 3))
        self.do_next_step(order)
        self.take_out(order, 1)
        self.assertEqual(self.returns(order), {(self.output_location, self.stock_location): 3})
        self.assertLeaves(order, 4, self.cup)

    def test_kits_of_which_some_have_left(self):
        order = self.lines_of((self.kit, 3))
        order.picking_ids.action_assign()
        for move in order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty / 3
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self.take_out(order, 1)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertLeaves(order, 4, self.cup)


@tagged("post_install", "-at_install")
class TestTakeOutSupplied(TakenOutCase, SupplyCase):
    def setUp(self):
        super().setUp()
        self.supplier = self.env["res.partner"].create({"name": "A Supplier"})

    def bought(self, *routes, quantity=3):
        self.needs("sale_purchase_stock", "purchase.order")
        seller = Command.create({"partner_id": self.supplier.id, "price": 7})
        product = self.routed(*routes, seller_ids=[seller])
        order = self.lines_of((product, quantity))
        purchase = self.env["purchase.order"].search([("partner_id", "=", self.supplier.id)])
        self.assertEqual(purchase.order_line.product_qty, quantity)
        return order, purchase

    MTO = ("stock.route_warehouse0_mto", "purchase_stock.route_warehouse0_buy")
    DROPSHIP = ("stock_dropshipping.route_drop_shipping",)

    def test_requests_for_quotation_follow(self):
        for number, routes in enumerate((self.MTO, self.DROPSHIP)):
            with self.subTest(routes=routes):
                self.supplier = self.env["res.partner"].create({"name": f"Supplier {number}"})
                if routes == self.DROPSHIP and not self.env.ref(routes[0], False):
                    continue
                order, purchase = self.bought_anew(number, routes)
                self.take_out(order, 1)
                self.assertEqual(purchase.order_line.product_qty, 2)
                self.assertFalse(self.activities(purchase, order))
                self.take_out(order, 2)
                self.assertEqual(purchase.state, "cancel")

    def bought_anew(self, number, routes):
        seller = Command.create({"partner_id": self.supplier.id, "price": 7})
        self.needs("sale_purchase_stock", "purchase.order")
        product = self.routed(*routes, seller_ids=[seller])
        order = self.lines_of((product, 3), marketplace_order_id=f"B-{number}")
        return order, self.env["purchase.order"].search([("partner_id", "=", self.supplier.id)])

    def test_somebody_is_asked_about_a_purchase(self):
        order, purchase = self.bought(*self.MTO)
        purchase.button_confirm()
        self.take_out(order, 1)
        self.assertEqual(purchase.order_line.product_qty, 3)
        self.assertEqual(len(self.activities(purchase, order)), 1)
        self.ship(purchase.picking_ids)
        self.assertLeaves(order, 2, order.order_line.product_id)

    def test_dropshipped_goods_do_not_leave(self):
        if not self.env.ref(self.DROPSHIP[0], False):
            self.skipTest("stock_dropshipping is not installed")
        order, purchase = self.bought(*self.DROPSHIP)
        purchase.button_confirm()
        self.take_out(order, 1)
        self.assertEqual(len(self.activities(purchase, order)), 1)
        self.ship(purchase.picking_ids)
        self.assertLeaves(order, 2, order.order_line.product_id)

    def test_goods_of_another_warehouse(self):
        """Odoo has them come and go by moves of one chain, which reach stock in between."""
        for sent in (False, True):
            with self.subTest(sent=sent):
                order, first = self.resupplied(f"W-{sent}")
                if sent:
                    self.ship(first.picking_id)
                self.take_out(order, 1)
                self.finish(self.moves(order))
                self.assertLeaves(order, 2, order.order_line.product_id)
                self.assertEqual(self.on_hand(order.order_line.product_id), (8, 0))

    def finish(self, moves):
        """Do the transfers of ``moves``, one after the other, as soon as their goods are there."""
        while ready := moves.picking_id.filtered(lambda own: own.state == "assigned"):
            self.ship(ready[0])
            moves |= self.env["stock.move"].browse(moves._rollup_move_dests())

    def resupplied(self, marketplace_order_id):
        """An order of three pieces from another warehouse, and the move that sends them."""
        name = marketplace_order_id
        other = self.env["stock.warehouse"].create({"name": name, "code": name})
        self.warehouse.resupply_wh_ids = other
        product = self.routed("stock.route_warehouse0_mto")
        product.route_ids |= self.env["stock.route"].search([("supplier_wh_id", "=", other.id)])
        self.put_in_stock(product, 10, other)
        order = self.lines_of((product, 3), marketplace_order_id=marketplace_order_id)
        return order, self.moves(order).filtered(lambda m: m.location_id == other.lot_stock_id)

    def made(self):
        self.needs("sale_mrp", "mrp.production")
        product = self.routed("stock.route_warehouse0_mto", "mrp.route_warehouse0_manufacture")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        order = self.lines_of((product, 3))
        return order, self.env["mrp.production"].search([("product_id", "=", product.id)])

    def test_somebody_is_asked_about_what_is_made(self):
        order, production = self.made()
        self.assertEqual(production.product_qty, 3)
        self.take_out(order, 1)
        self.assertEqual(production.state, "confirmed")
        self.assertEqual(len(self.activities(production, order)), 1)

    def test_what_nobody_has_begun_to_make_is_stopped(self):
        order, production = self.made()
        self.take_out(order, 3)
        self.assertEqual(production.state, "cancel")
        self.assertFalse(self.activities(production, order))
