from odoo import models

from ...tools.billing import is_same_quantity
from ...tools.states import CALL_ENDED_BADLY


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
        told = order._outbound_calls("invoice", "pending", "sent").invoice_id
        if unknown := order._invoices_that_may_be_there() - told:
            return self.env._(
                "It is not known whether %(marketplace)s has got the invoice %(invoices)s, as it "
                "has not answered: look there.",
                marketplace=order.marketplace_account_id.name,
                invoices=", ".join(unknown.mapped("name")),
            )
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
        if order._is_taken_back(told, deducted):
            return None
        refused = order._returns_in(CALL_ENDED_BADLY)
        if order._is_taken_back(told, deducted | refused):
            return self.env._(
                "%(marketplace)s has not taken the return invoice %(invoices)s: see to its call, "
                "and send it again first.",
                marketplace=name,
                invoices=", ".join(refused.mapped("name")),
            )
        return self.env._(
            "%(marketplace)s has the invoice %(invoices)s. Post its credit note first: "
            "%(marketplace)s is told of the return then, and can cancel the order after it.",
            marketplace=name,
            invoices=numbers,
        )

    def _is_told_of_a_part(self, invoices, deducted):
        """Whether ``invoices``, less credit notes ``deducted``, bill less than what was ordered."""
        signs = {move: move._marketplace_sign() for move in invoices}
        signs |= dict.fromkeys(deducted, -1)
        billed = (invoices | deducted).invoice_line_ids
        for line in self.order_line:
            if line.display_type or not line._is_owed_as_item():
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
        notes = self._returns_in(("pending", "sent")) | deducted
        left = invoices[:1]._left_of(self, invoices, notes)
        return not left.quantities and not left.unclear

    def _returns_in(self, states):
        """Posted credit notes of which there are calls in one of ``states``."""
        notes = self._outbound_calls("return", *states).invoice_id
        return notes.filtered(lambda note: note.state == "posted")

    def _invoices_that_may_be_there(self):
        """Invoices that are sent no more, and of which the marketplace may have taken a call."""
        ended = self._outbound_calls("invoice", "expired", "given_up", "obsolete")
        return ended.filtered("may_be_carried_out").invoice_id
