from odoo import models


class SaleOrder(models.Model):
    """What was invoiced for an order, and is to be credited when it is cancelled."""

    _inherit = "sale.order"

    def _drop_draft_invoices(self, why):
        """Cancel what has not been posted for these orders, as Odoo does itself.

        :param why: ``{order: receipt}``
        """
        # sudo: Odoo reads payments on the way, which needs more rights than a salesperson has
        drafts = self.sudo().invoice_ids.filtered(lambda move: move.state == "draft")
        drafts.button_cancel()

    def _credit_invoices(self, why):
        """Draft credit notes for what has been posted for these orders.

        :param why: ``{order: receipt}``
        """
        for order in self.sudo():  # sudo: an accountant's documents, which are only proposed
            order._credited_invoices()._draft_credit_notes(why[order])

    def _credited_invoices(self):
        """Posted invoices that nothing has credited yet."""
        return self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and not move.reversal_move_ids.filtered(lambda credit: credit.state != "cancel")
            )
        )
