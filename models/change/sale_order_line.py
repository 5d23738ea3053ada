from odoo import fields, models

from ...tools.goods import NOTHING


class SaleOrderLine(models.Model):
    """What a change asks of a line, and what becomes of the line when something is taken out."""

    _inherit = "sale.order.line"

    change_line_ids = fields.One2many(
        "marketplace.change.line",
        "sale_line_id",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    seller_part_ids = fields.One2many(
        "marketplace.seller.part", "sale_line_id", readonly=True, groups=fields.NO_ACCESS
    )

    def _taken_with(self, quantities):
        """How much of this line goes with ``quantities``: of a combo's components in proportion."""
        combo = self._marketplace_line()
        if self in quantities or not combo.product_uom_qty:
            return quantities.get(self, 0.0)
        return self.product_uom_qty * quantities.get(combo, 0.0) / combo.product_uom_qty

    def _quantity_that_may_stay_billed(self):
        """As much as remains ordered, or was delivered, if that is what is billed of it."""
        if self.product_id.invoice_policy == "delivery":
            return max(self.product_uom_qty, self.qty_delivered)
        return self.product_uom_qty

    def _values_without(self, step):
        """What is written on this line. Its price stays, however few are left of it."""
        values = {"marketplace_taken_out": step.target - step.remaining}
        if step.ordered - step.target > NOTHING:  # or else Odoo may send what came back once more
            values["product_uom_qty"] = step.target
            values |= {"price_unit": self.price_unit, "discount": self.discount}
        return values

    def _marketplace_lines(self):
        return self.browse().union(*(line._marketplace_line() for line in self))

    def _obstacle_to_take_off(self, quantity):
        """Why so much cannot be taken off this line, None if it can."""
        if quantity < 0:
            return self.env._("A negative quantity cannot be taken out.")
        if not self._is_more(quantity, wanted := self._quantity_wanted()):
            return None
        return self.env._(
            "“%(product)s”: no more than %(wanted)s can be taken out.",
            product=self.product_id.display_name,
            wanted=f"{wanted:g}",
        )

    def _is_whole(self, pieces):
        return abs(pieces - round(pieces)) < 0.001 and round(pieces) > 0

    def _note_told(self, items):
        """Note that the marketplace knows of what ``items`` take out of these lines."""
        skus = self._skus_of_lines({item.sku for item in items})
        for item in items:
            left = item.quantity
            for line in self.filtered(lambda line, sku=item.sku: sku in skus[line]):
                part = min(line._in_pieces(line.marketplace_untold), left)
                line.marketplace_untold -= line._in_own_unit(part)
                left -= part
