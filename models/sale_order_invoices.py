from odoo import models


class SaleOrder(models.Model):
    """What was invoiced for an order, and is to be credited when it is cancelled."""

    _inherit = "sale.order"

    def _credited_invoices(self):
        """Posted invoices that nothing has credited yet."""
        return self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and not move.reversal_move_ids.filtered(lambda credit: credit.state != "cancel")
            )
        )
