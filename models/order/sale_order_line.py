from odoo import models
from odoo.addons.sale.models.sale_order_line import SaleOrderLine as InSales
from odoo.addons.sale_stock.models.sale_order_line import SaleOrderLine as InStock
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    """Whether transfers and invoices explain the quantities of a line.

    What they do not explain is another module's doing, a sale at a point of sale say, and is as
    good as shipped, served or invoiced.
    """

    _inherit = "sale.order.line"

    def _is_goods(self):
        """Whether this line is of something to be handed over, not of a service or an expense."""
        return not self.is_expense and self.product_id.type != "service"

    def _is_delivered_otherwise(self):
        """Whether more was delivered of these goods than their moves explain."""
        self.ensure_one()
        if not self._is_goods() or not self._is_more(self.qty_delivered, 0):
            return False
        done = self.move_ids.filtered(lambda move: move.state == "done")
        if any(move.product_id != self.product_id for move in done):
            return False  # components of a kit
        if "repair_id" in done._fields and done.repair_id:
            return False  # used up in a repair
        # Odoo's own count, past what other modules add to it.
        return self._is_more(self.qty_delivered, InStock._prepare_qty_delivered(self)[self])

    def _is_invoiced_otherwise(self):
        """Whether more was invoiced of this line than invoices explain, drafts included."""
        self.ensure_one()
        if not self._is_more(self.qty_invoiced, 0):
            return False
        return self._is_more(self.qty_invoiced, InSales._prepare_qty_invoiced(self)[self])

    def _is_more(self, quantity, other):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_compare(quantity, other, precision_digits=digits) > 0
