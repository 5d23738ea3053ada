from collections import Counter

from odoo import models
from odoo.fields import Command

from ...tools.goods import AT_CUSTOMER


class StockMove(models.Model):
    """What a cancellation brings back: the order's own goods, and no others."""

    _inherit = "stock.move"

    def _create_plain_return(self, quantity, cause):
        """A return of this done move, which no transfer that can be returned has done.

        :param quantity: in the product's unit
        """
        self.ensure_one()
        place = self.location_dest_id
        warehouse = place.warehouse_id or self.warehouse_id or cause.order.warehouse_id
        from_customer = place.usage == "customer"
        route = {"location_id": place.id, "location_dest_id": warehouse.lot_stock_id.id}
        move = {
            **route,
            **self._quantity_values(quantity),
            "product_id": self.product_id.id,
            "sale_line_id": self.sale_line_id.id,
            "origin_returned_move_id": self.id,
            "move_orig_ids": [Command.link(self.id)],
        }
        return self.env["stock.picking"].create(
            {
                **route,
                "picking_type_id": (
                    warehouse.in_type_id if from_customer else warehouse.int_type_id
                ).id,
                "origin": cause.order.name,
                **self.env["stock.picking"]._values_of_return(cause),
                "move_ids": [Command.create(move)],
            }
        )

    def _quantity_values(self, quantity):
        """``quantity``, in the product's unit, in this move's if that is exact."""
        own, unit = self.product_id.uom_id, self.product_uom
        converted = own._compute_quantity(quantity, unit, rounding_method="HALF-UP")
        if own.compare(unit._compute_quantity(converted, own), quantity) == 0:
            return {"product_uom": unit.id, "product_uom_qty": converted}
        return {"product_uom": own.id, "product_uom_qty": quantity}

    def _get_available_move_lines(self, assigned_moves_ids, partially_available_moves_ids):
        """Have a return take the lots, packages and owners that lie there for its order."""
        available = super()._get_available_move_lines(
            assigned_moves_ids, partially_available_moves_ids
        )
        # sudo: whoever reserves goods need see neither the receipt nor the order
        order = self.picking_id.sudo()._returned_order()
        if not order:
            return available
        orders = order | order.replacement_order_ids
        own = self.sudo()._lying_for(orders)
        if self.location_id.usage == "customer":  # each return has the lots of its delivery
            brought = self.sudo()._kinds_returned()
            own = {key: min(quantity, brought[key]) for key, quantity in own.items()}
        return {key: quantity for key, quantity in own.items() if quantity > 0}

    def _kinds_returned(self):
        """What the move has brought of which this is the return, as :meth:`_lying_for` has it."""
        brought = Counter()
        for line in self.origin_returned_move_id.move_line_ids:
            key = (self.location_id, line.lot_id, line.result_package_id, line.owner_id)
            brought[key] += line.quantity_product_uom
        return brought

    def _lying_for(self, orders):
        """What lies for ``orders`` where this move takes its goods.

        :return: ``{(location, lot, package, owner): quantity}``, in the product's unit
        """
        found = {}
        for spot, there in orders._left_lying(but_for=self).items():
            if spot.product != self.product_id.id or not self._takes_from(spot.location):
                continue
            location = self.location_id
            if spot.location != AT_CUSTOMER:
                location = location.browse(spot.location)
            lot, package, owner = (
                self.env[model].browse(id_ or ())
                for model, id_ in (
                    ("stock.lot", spot.lot),
                    ("stock.package", spot.package),
                    ("res.partner", spot.owner),
                )
            )
            found[location, lot, package, owner] = there.sure
        return found
