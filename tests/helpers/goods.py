"""Goods on their way, and what a cancellation fetches of them."""

from .warehouse import WarehouseCase


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
