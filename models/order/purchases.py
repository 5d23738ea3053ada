from functools import partial

from odoo import models

from .upstream import Upstream


class SaleOrder(models.Model):
    """What was asked for or bought for an order: dropshipped, to order, or as a service."""

    _inherit = "sale.order"

    def _documents_upstream(self):
        """Requests for quotation lose what is there for this order; a buyer sees to the others."""
        return super()._documents_upstream() + [
            Upstream(purchase, partial(self._take_off, purchase, parts))
            for purchase, parts in self._purchased_parts().items()
        ]

    def _purchased_parts(self):
        """``{purchase order: {line: quantity that is there for this order}}``, in lines' units."""
        if "purchase.order.line" not in self.env:
            return {}
        lines = self.env["purchase.order.line"]
        if "sale_line_id" in lines._fields:
            lines = lines.search([("sale_line_id", "in", self.order_line.ids)])
        moves, _productions = self._supply()
        if "created_purchase_line_ids" in moves._fields:
            lines |= moves.created_purchase_line_ids | moves.purchase_line_id
        parts = {}
        for line in lines.filtered(lambda line: line.order_id.state != "cancel"):
            parts.setdefault(line.order_id, {})[line] = self._part_of_purchase(line, moves)
        return parts

    def _part_of_purchase(self, line, moves):
        """How much of the purchase ``line`` is there for this order, in the line's unit.

        :param moves: the moves that supply this order
        """
        if "sale_line_id" in line._fields and line.sale_line_id.order_id == self:
            return self._part_of_bought_line(line)
        supplied = line.move_dest_ids & moves
        part = sum(supplied.filtered(lambda move: move._is_open()).mapped("product_qty"))
        part = line.product_id.uom_id._compute_quantity(part, line.product_uom_id)
        return min(part, line.product_qty)

    def _part_of_bought_line(self, line):
        """All of a purchase ``line`` for a line of this order, but what a buyer has merged in."""
        sold = line.sale_line_id
        if line.order_id.origin == self.name or line.product_id != sold.product_id:
            return line.product_qty
        part = sold.product_uom_id._compute_quantity(sold.product_uom_qty, line.product_uom_id)
        return min(part, line.product_qty)

    def _take_off(self, purchase, parts):
        """Take ``parts`` off a request for quotation; cancel it if nothing else is on it.

        :return: one sentence that says so, False if the vendor knows of it
        """
        if purchase.state != "draft" or purchase.invoice_ids:
            return False
        taken = [
            f"{line.product_id.display_name}: {part:g} {line.product_uom_id.name}"
            for line, part in parts.items()
        ]
        for line, part in parts.items():
            left = line.product_qty - part
            if line.product_uom_id.compare(left, 0.0) > 0:
                line.product_qty = left
            else:
                line.unlink()
        if not purchase.order_line.product_id:
            purchase.button_cancel()
        return self.env._(
            "Removed, because it was there for %(order)s alone: %(what)s.",
            order=self.name,
            what=", ".join(taken),
        )
