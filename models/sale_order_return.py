from odoo import models

from ..tools.billing import is_same_quantity


class SaleOrder(models.Model):
    """Whether a marketplace that has the invoice can still cancel the order."""

    _inherit = "sale.order"

    def _obstacle_to_cancel_there(self):
        """Why the marketplace would not cancel this order for the seller, None if it would.

        Of an invoiced order it wants a return invoice first, and one that is invoiced in part it
        never cancels (protocol, "Outbound: seller → marketplace").
        """
        self.ensure_one()
        order = self.sudo()  # sudo: whoever cancels the order need not see invoices or calls
        told = order.outbound_call_ids.filtered(
            lambda call: call.kind == "invoice" and call.state in ("pending", "sent")
        ).invoice_id
        if not told:
            return None
        deducted = order._calls_with_invoices().deducted_ids
        name, numbers = order.marketplace_account_id.name, ", ".join(told.mapped("name"))
        if order._is_told_of_a_part(told, deducted):
            return self.env._(
                "%(marketplace)s has the invoice %(invoices)s of a part of this order: it never "
                "cancels such an order.",
                marketplace=name,
                invoices=numbers,
            )
        if not order._is_taken_back(told, deducted):
            return self.env._(
                "%(marketplace)s has the invoice %(invoices)s. Post its credit note first: "
                "%(marketplace)s is told of the return then, and can cancel the order after it.",
                marketplace=name,
                invoices=numbers,
            )
        return None

    def _is_told_of_a_part(self, invoices, deducted):
        """Whether ``invoices``, less credit notes ``deducted``, bill less than what was ordered."""
        signs = {move: move._marketplace_sign() for move in invoices}
        signs |= dict.fromkeys(deducted, -1)
        billed = (invoices | deducted).invoice_line_ids
        for line in self.order_line:
            if line.display_type or not line._is_marketplace_item() or line.product_uom_qty <= 0:
                continue
            own = billed.filtered(lambda one, line=line: line in one.sale_line_ids)
            quantity = sum(
                signs[one.move_id] * one.quantity * one._factor_to_order_unit() for one in own
            )
            if quantity < line.product_uom_qty and not is_same_quantity(
                quantity, line.product_uom_qty
            ):
                return True
        return False

    def _is_taken_back(self, invoices, deducted):
        """Whether the marketplace has, or is to get, return invoices for all of ``invoices`` but
        what was ``deducted``.
        """
        returns = self.outbound_call_ids.filtered(
            lambda call: call.kind == "return" and call.state in ("pending", "sent")
        )
        notes = returns.invoice_id.filtered(lambda note: note.state == "posted")
        left = invoices[:1]._left_of(self, invoices, notes | deducted)
        return not left.quantities and not left.unclear
