"""Deliveries of several steps: one made after the other, or all at once."""

from odoo.fields import Command

from .common import MarketplaceCase


class DeliveryCase(MarketplaceCase):
    def cancel(self, order):
        """Have ``order`` cancelled; nothing of it may stay reserved."""
        answer = self.request_cancellation(order.marketplace_order_id)
        receipt = self.receipts(order.marketplace_order_id)
        self.assertEqual(answer.status, 200, receipt.error)
        if receipt.state == "evaluating":
            receipt.action_accept()
        self.assertCancelled(order)

    def states(self, pickings):
        return sorted(self.without_returns(pickings).mapped("state"))

    def quantity_at(self, location):
        return self.env["stock.quant"]._get_available_quantity(self.product, location, strict=True)


class ChainCase(DeliveryCase):
    """Deliveries whose steps are all made at once, each one waiting for the one before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.delivery_steps = "pick_pack_ship"
        cls.route = cls.env["stock.route"].create(
            {"name": "Pulled", "sale_selectable": True, "rule_ids": cls.pull_rules()}
        )

    @classmethod
    def pull_rules(cls):
        """Customer ← output ← packing ← stock, the way Odoo delivered until 17.0."""
        warehouse = cls.warehouse
        customers = cls.env.ref("stock.stock_location_customers")
        steps = (
            ("out", warehouse.wh_output_stock_loc_id, customers, "make_to_order"),
            (
                "pack",
                warehouse.wh_pack_stock_loc_id,
                warehouse.wh_output_stock_loc_id,
                "make_to_order",
            ),
            ("pick", warehouse.lot_stock_id, warehouse.wh_pack_stock_loc_id, "make_to_stock"),
        )
        return [
            Command.create(
                {
                    "name": step,
                    "action": "pull",
                    "procure_method": procure_method,
                    "location_src_id": source.id,
                    "location_dest_id": destination.id,
                    "location_dest_from_rule": True,
                    "picking_type_id": warehouse[f"{step}_type_id"].id,
                    "propagate_cancel": True,
                }
            )
            for step, source, destination, procure_method in steps
        ]

    def pulled_order(self, marketplace_order_id, quantity=3):
        """An order with a chain of three moves; return it and the moves, pick first."""
        line = {
            "product_id": self.product.id,
            "product_uom_qty": quantity,
            "route_ids": self.route.ids,
        }
        order = self.make_order(
            marketplace_order_id, confirm=True, order_line=[Command.create(line)]
        )
        ship = order.order_line.move_ids.filtered(lambda move: not move.move_dest_ids)
        pack = ship.move_orig_ids
        pick = pack.move_orig_ids
        self.assertEqual((len(pick), len(pack), len(ship)), (1, 1, 1))
        self.assertEqual(
            (pick | pack | ship).picking_type_id,
            self.warehouse.pick_type_id | self.warehouse.pack_type_id | self.warehouse.out_type_id,
        )
        return order, pick, pack, ship
