"""What comes back from a customer, when some of it may be back already."""

from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.goods import GoodsCase


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
