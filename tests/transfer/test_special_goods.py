"""Goods that are not like the others: tracked, packed, batched, served, parts of kits."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestTrackedGoods(WarehouseCase):
    def tracked(self, tracking, **quantities):
        """A product with a lot of each name in ``quantities`` in stock; return it and the lots."""
        product = self.make_product("Tea", tracking=tracking)
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in quantities]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock_location, quantities[lot.name], lot_id=lot
            )
        return product, lots

    def in_stock(self, product, lots):
        return [self.quantity_at(self.stock_location, product, lot) for lot in lots]

    def test_picked_lots_come_back(self):
        product, lots = self.tracked("lot", green=2, black=9)
        order = self.order_of_three("G-1", "two", done=1, product=product)
        self.assertEqual(self.in_stock(product, lots), [0, 8])
        receipt = self.cancel_asking_nobody(order)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.in_stock(product, lots), [2, 9])
        self.assertEqual(receipt.return_picking_ids.move_ids.lot_ids, lots)

    def test_each_serial_number_comes_back_from_where_it_is(self):
        product, lots = self.tracked("serial", a=1, b=1, c=1, d=1)
        order = self.order_of_three("G-1", "two", done=1, product=product)
        self.do_next_step(order, quantity=2)
        shipped = lots.filtered(
            lambda lot: self.quantity_at(self.customer_location, product, lot) == 1
        )
        picked = lots.filtered(lambda lot: self.quantity_at(self.output_location, product, lot))
        self.assertEqual((len(shipped), len(picked)), (2, 1))
        receipt = self.cancel(order)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.in_stock(product, lots), [1, 1, 1, 1])
        for back in receipt.return_picking_ids:
            left = back.location_id == self.customer_location
            self.assertEqual(back.move_ids.lot_ids, shipped if left else picked)


@tagged("post_install", "-at_install")
class TestHandling(WarehouseCase):
    def batch(self, *orders):
        """A started batch of the open transfers of ``orders``."""
        self.needs("stock_picking_batch", "stock.picking.batch")
        pickings = [self.open_pickings(order).id for order in orders]
        batch = self.env["stock.picking.batch"].create({"picking_ids": [Command.set(pickings)]})
        batch.action_confirm()
        self.assertEqual(batch.state, "in_progress")
        return batch

    def test_goods_come_back_in_their_package(self):
        order = self.order_of_three("G-1", "two")
        pick = self.open_pickings(order)
        pick.move_ids.picked = True
        pick.action_put_in_pack()
        pick._action_done()
        package = pick.move_line_ids.result_package_id
        self.assertEqual(package.location_id, self.output_location)
        receipt = self.cancel_asking_nobody(order)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(receipt.return_picking_ids.move_line_ids.package_id, package)
        self.assertEqual(self.quantity_at(self.stock_location), 100)
        self.assertEqual(self.quantity_at(self.output_location), 0)

    def test_started_batch_is_picking(self):
        self.account.on_picking = "ask"
        order, other = self.order_of_three("G-1"), self.order_of_three("G-2")
        batch = self.batch(order, other)
        receipt = self.ask(order)
        self.assertEqual(receipt.note, "Picking has begun.")
        self.assertEqual(order.picking_ids.batch_id, batch)
        batch.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "wait for the decision"):
            batch.action_done()
        self.assertEqual(set(batch.picking_ids.mapped("state")), {"assigned"})
        receipt.action_accept()
        self.assertCancelled(order)
        self.assertEqual(batch.picking_ids, other.picking_ids)
        batch.action_done()
        self.assertEqual((batch.state, other.picking_ids.state), ("done", "done"))
        self.assertEqual(self.on_hand(), (97, 0))

    def test_planned_batch_is_not_picking(self):
        self.account.on_picking = "ask"
        order, other = self.order_of_three("G-1"), self.order_of_three("G-2")
        batch = self.batch(order, other)
        batch.state = "draft"
        self.cancel_asking_nobody(order)
        self.assertEqual(batch.picking_ids, other.picking_ids)

    def test_order_of_which_a_part_is_in_a_wave(self):
        """A wave takes single lines out of their transfers, into transfers of their own."""
        self.account.on_picking = "ask"
        cup = self.make_product("Cup")
        self.put_in_stock(cup, 10, self.warehouse)
        line = Command.create({"product_id": cup.id, "product_uom_qty": 2})
        order = self.make_order("G-1", quantity=3)
        order.order_line = [line]
        order.action_confirm()
        other = self.order_of_three("G-2")
        self.batch(order, other).unlink()  # skips the test where there are no batches
        lines = order.picking_ids.move_line_ids.filtered(lambda line: line.product_id == cup)
        wave = self.env["stock.picking.batch"].create({"is_wave": True})
        (lines | other.picking_ids.move_line_ids)._add_to_wave(wave)
        wave.action_confirm()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(len(order.picking_ids & wave.picking_ids), 1)
        receipt = self.ask(order)
        self.assertEqual(receipt.note, "Picking has begun.")
        self.assertTrue(all(order.picking_ids.mapped("marketplace_hold")))
        receipt.action_accept()
        self.assertCancelled(order)
        self.assertEqual((self.on_hand(), self.on_hand(cup)), ((100, 3), (10, 0)))
        self.assertEqual(wave.picking_ids, other.picking_ids)

    def test_return_is_sent_by_no_carrier(self):
        """As with Odoo's own return: no second parcel, and no second fee."""
        self.needs("stock_delivery", "delivery.carrier")
        fee = self.make_product("Delivery", type="service", is_storable=False)
        carrier = self.env["delivery.carrier"].create({"name": "Mail", "product_id": fee.id})
        order = self.make_order("G-1", quantity=3)
        order.set_delivery_line(carrier, 5)
        order.action_confirm()
        delivery = self.do_next_step(order)
        delivery.carrier_price = 5
        self.assertEqual(delivery.carrier_id, carrier)
        returns = self.cancel(order).return_picking_ids
        self.assertEqual(len(returns), 1)
        self.assertEqual((returns.carrier_id, returns.carrier_price), (carrier.browse(), 0))


@tagged("post_install", "-at_install")
class TestServices(WarehouseCase):
    def ordered(self, **line):
        """An order of 3 pieces, and a service by a second line, delivered."""
        service = self.make_product("Engraving", type="service", is_storable=False)
        order = self.make_order("G-1", quantity=3)
        order.order_line = [Command.create({"product_id": service.id, **line})]
        order.action_confirm()
        self.assertFalse(self.facts(order).committed)
        order.order_line[1].qty_delivered = 1
        return order

    def test_delivered_service(self):
        order = self.ordered()
        self.assertEqual(
            self.ask(order).note, "Something was bought or made for it, or a service was delivered."
        )

    def test_carriers_fee_is_no_service(self):
        self.needs("delivery", "delivery.carrier")
        order = self.ordered(is_delivery=True)
        self.assertFalse(self.facts(order).committed)
        self.cancel_asking_nobody(order)


@tagged("post_install", "-at_install")
class TestKits(WarehouseCase):
    def setUp(self):
        super().setUp()
        self.needs("mrp", "mrp.bom")
        self.pot, self.cup = self.make_product("Pot"), self.make_product("Cup")
        self.kit = self.make_product("Tea Set")
        components = [
            Command.create({"product_id": self.pot.id, "product_qty": 1}),
            Command.create({"product_id": self.cup.id, "product_qty": 4}),
        ]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": components,
            }
        )
        self.put_in_stock(self.pot, 10, self.warehouse)
        self.put_in_stock(self.cup, 10, self.warehouse)

    def test_kit_of_which_some_components_have_left(self):
        order = self.make_order("G-1", product=self.kit, quantity=2, confirm=True)
        delivery = order.picking_ids
        self.assertEqual(delivery.move_ids.product_id, self.pot | self.cup)
        cups = delivery.move_ids.filtered(lambda move: move.product_id == self.cup)
        cups.write({"quantity": 5, "picked": True})
        delivery._action_done()
        facts = self.facts(order)
        self.assertIs(facts.shipped, Shipped.PARTLY)
        self.assertEqual(order._shipped_quantities(), {self.cup: 5})
        receipt = self.cancel(order)
        self.assertWhollyCancelled(order)
        self.assertEqual(self.on_hand(self.pot), (10, 0))
        self.assertEqual(self.on_hand(self.cup), (5, 0))
        self.assertReturns(receipt, {(self.customer_location, self.stock_location): 5})
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.on_hand(self.cup), (10, 0))

    def test_picked_kit_comes_back(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order("G-1", product=self.kit, quantity=2, confirm=True)
        self.do_next_step(order)
        self.assertTrue(self.facts(order).picking)
        receipt = self.cancel_asking_nobody(order)
        self.validate(receipt.return_picking_ids)
        for component in (self.pot, self.cup):
            self.assertEqual(self.quantity_at(self.stock_location, component), 10)
