"""What a cancellation brings back: what lies there for the order, and nothing of another's."""

from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.warehouse import WarehouseCase


class GoodsCase(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.delivery_steps = "pick_ship"

    def picked(self, marketplace_order_id, quantity, **values):
        """An order of so many pieces that stand in the output location."""
        order = self.make_order(marketplace_order_id, quantity=quantity, confirm=True, **values)
        self.do_next_step(order)
        return order

    def carry(self, source, target, quantity, validate=True, **line):
        """A transfer by hand that names no order."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                **line.pop("picking", {}),
            }
        )
        self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": quantity,
                "picking_id": picking.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                **line,
            }
        )
        picking.action_confirm()
        if validate:
            self.ship(picking)
        return picking

    def assertFetched(self, receipt, quantity):
        """So much is fetched from the output location, as printed, and nothing else."""
        before = self.quantity_at(self.output_location)
        expected = {(self.output_location, self.stock_location): quantity} if quantity else {}
        self.assertReturns(receipt, expected)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.quantity_at(self.output_location), before - quantity)

    def assertAsked(self, order, asked=True):
        """Somebody is asked to look where the goods are, or nobody is."""
        found = order.activity_ids.filtered(
            lambda activity: activity.summary == "Goods of the cancelled order"
        )
        self.assertEqual(len(found), int(asked))


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

    def test_scrapped(self):
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
        self.assertIn("3 Units Teapot", str(order.activity_ids.mapped("note")))
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


@tagged("post_install", "-at_install")
class TestCustomer(GoodsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.delivery_steps = "ship_only"

    def send_back(self, quantity, product=None, **values):
        """A return that is not linked to the delivery."""
        picking = {"picking_type_id": self.warehouse.in_type_id.id, **values.pop("picking", {})}
        return self.carry(
            self.customer_location,
            self.stock_location,
            quantity,
            picking=picking,
            product_id=(product or self.product).id,
            **values,
        )

    def shipped(self, quantity=10, **values):
        order = self.make_order("C-1", quantity=quantity, confirm=True, **values)
        self.do_next_step(order)
        return order

    def assertExpected(self, order, quantity):
        receipt = self.cancel(order)
        expected = {(self.customer_location, self.stock_location): quantity} if quantity else {}
        self.assertReturns(receipt, expected)

    def test_return_for_the_order_line(self):
        order = self.shipped()
        self.send_back(6, sale_line_id=order.order_line.id)
        self.assertEqual(order._shipped_quantities(), {self.product: 4})
        self.assertExpected(order, 4)
        self.assertAsked(order, False)

    def test_return_of_the_order(self):
        order = self.shipped()
        back = self.send_back(6, validate=False)
        back.sale_id = order
        self.ship(back)
        self.assertEqual(order._shipped_quantities(), {self.product: 4})
        self.assertExpected(order, 4)
        self.assertAsked(order, False)

    def test_return_that_names_nothing_but_the_shopper(self):
        order = self.shipped()
        self.send_back(6, picking={"partner_id": self.partner.id})
        self.assertEqual(order._shipped_quantities(), {self.product: 10})
        self.assertExpected(order, 4)
        self.assertAsked(order)

    def test_return_of_whom_it_was_delivered_to(self):
        there = self.env["res.partner"].create({"name": "Neighbour"})
        order = self.shipped(partner_shipping_id=there.id)
        self.send_back(2, picking={"partner_id": there.id})
        self.send_back(4, picking={"partner_id": self.partner.id})
        self.assertExpected(order, 4)
        self.assertAsked(order)

    def test_all_is_back_perhaps(self):
        """In doubt a person is asked: it counts as shipped, but nothing is to come back."""
        order = self.shipped()
        self.send_back(10, picking={"partner_id": self.partner.id})
        self.assertIs(self.facts(order).shipped, Shipped.FULLY)
        self.assertExpected(order, 0)
        self.assertAsked(order)

    def test_return_that_names_the_delivery(self):
        order = self.shipped()
        self.send_back(6, picking={"origin": order.picking_ids.name})
        self.assertExpected(order, 4)
        self.assertAsked(order)

    def test_return_that_names_nobody(self):
        order = self.shipped()
        self.send_back(6)
        self.assertExpected(order, 4)
        self.assertAsked(order)

    def test_linked_return_of_a_delivery_without_an_order(self):
        order = self.shipped()
        out = {"picking_type_id": self.warehouse.out_type_id.id}
        other = self.carry(self.stock_location, self.customer_location, 6, picking=out)
        self.give_back(other)
        self.assertExpected(order, 10)
        self.assertAsked(order, False)

    def test_return_of_another_shopper(self):
        order = self.shipped()
        another = self.env["res.partner"].create({"name": "Another"})
        self.send_back(6, picking={"partner_id": another.id})
        self.assertExpected(order, 10)
        self.assertAsked(order, False)

    def test_announced_return_of_the_order_line(self):
        order = self.shipped()
        self.send_back(6, sale_line_id=order.order_line.id, validate=False)
        self.assertEqual(order._shipped_quantities(), {self.product: 10})
        self.assertExpected(order, 4)

    def test_serial_number_tells_what_is_back(self):
        tea = self.make_product("Tea", tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": tea.id} for name in "abc"]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                tea, self.stock_location, 1, lot_id=lot
            )
        order = self.shipped(3, product=tea)
        back = self.send_back(1, product=tea, validate=False)
        back.move_line_ids.lot_id = lots[1]
        self.ship(back)
        self.assertEqual(order._shipped_quantities(), {tea: 2})
        receipt = self.cancel(order)
        self.assertAsked(order, False)
        returns = receipt.return_picking_ids
        returns.action_confirm()
        returns.action_assign()
        self.assertEqual(returns.move_line_ids.lot_id, lots - lots[1])

    def test_lots_of_several_deliveries(self):
        """Each return knows the lots of its delivery, in whichever order they are made ready."""
        self.account.return_state = "ready"
        tea = self.make_product("Tea", tracking="lot")
        for name, quantity in (("green", 2), ("black", 3)):
            lot = self.env["stock.lot"].create({"name": name, "product_id": tea.id})
            self.env["stock.quant"]._update_available_quantity(
                tea, self.stock_location, quantity, lot_id=lot
            )
        order = self.make_order("C-1", quantity=5, confirm=True, product=tea)
        self.do_next_step(order, quantity=1)
        self.do_next_step(order, quantity=3)
        self.do_next_step(order)
        receipt = self.cancel(order)
        self.assertTrue(all(line.lot_id for line in receipt.return_picking_ids.move_line_ids))
        self.validate(receipt.return_picking_ids)
        for lot, quantity in zip(tea.stock_quant_ids.lot_id.sorted("id"), (2, 3), strict=True):
            self.assertEqual(self.quantity_at(self.stock_location, tea, lot), quantity)

    def test_owner_beside_a_return_that_is_announced(self):
        cup = self.make_product("Cup")
        owner = self.env["res.partner"].create({"name": "An Owner"})
        for whose in (owner, None):
            self.env["stock.quant"]._update_available_quantity(
                cup, self.stock_location, 3, owner_id=whose
            )
        order = self.make_order("C-1", quantity=4, confirm=True, product=cup)
        self.do_next_step(order, quantity=1)
        announced = self.start_return(self.do_next_step(order))
        receipt = self.cancel(order)
        self.assertReturns(receipt, {(self.customer_location, self.stock_location): 1})
        self.validate(receipt.return_picking_ids)
        self.ship(announced)
        of_owner = cup.stock_quant_ids.filtered(
            lambda quant: (quant.owner_id, quant.location_id) == (owner, self.stock_location)
        )
        self.assertEqual(sum(of_owner.mapped("quantity")), 3)
        self.assertEqual(self.quantity_at(self.stock_location, cup), 6)

    def test_exchange_of_the_same_product_is_no_return(self):
        lines = [
            Command.create({"product_id": self.product.id, "product_uom_qty": quantity})
            for quantity in (2, -2)
        ]
        order = self.make_order("C-1", confirm=True, order_line=lines)
        for picking in self.open_pickings(order):
            self.ship(picking)
        self.assertIs(self.facts(order).shipped, Shipped.FULLY)
        self.assertExpected(order, 0)
        self.assertAsked(order)

    def test_moves_without_a_transfer(self):
        order = self.make_order("C-1", quantity=10, confirm=True)
        move = order.picking_ids.move_ids
        move.picking_id = False
        move.picked = True
        move._action_done()
        self.assertExpected(order, 10)
        back = self.receipts("C-1").return_picking_ids
        self.assertEqual(back.picking_type_id, self.warehouse.in_type_id)
        self.validate(back)
        self.assertEqual(self.quantity_at(self.stock_location), 100)
