from collections import defaultdict

from odoo import models

from ...tools.billing import is_less, left_to_credit
from ...tools.outbound.texts import text_of_obstacle
from ...tools.states import CALL_ENDED_BADLY


class SaleOrder(models.Model):
    """What invoices of an order its marketplace has, and whether it can still cancel it."""

    _inherit = "sale.order"

    def _posted_invoices(self):
        """Posted invoices of more than down payments that are not taken back, oldest first."""
        invoices = self._invoices_in_order()
        notes = invoices.reversal_move_ids.filtered(lambda note: note.state == "posted")
        return invoices.filtered(lambda move: not move._is_credited_wholly(notes))

    def _invoices_in_order(self):
        """Posted invoices of more than down payments, oldest first."""
        documents = self.order_line.invoice_lines.move_id._of_delivered_goods()
        posted = documents.filtered(lambda move: move.state == "posted")
        return posted.filtered(lambda move: not move._is_marketplace_return())._oldest_first()

    def _calls_with_invoices(self):
        """The calls whose invoices the marketplace has, or may have, got."""
        return self._outbound_calls("invoice").filtered(lambda call: call._is_fixed())

    def _notes_told_of(self):
        """Credit notes that have a call of their own, or had one and somebody was asked."""
        calls = self._outbound_calls("return")
        return calls.filtered(lambda call: call.state != "obsolete").invoice_id

    def _obstacle_to_cancel_there(self):
        """Why the marketplace would not cancel this order for the seller, None if it would.

        Of an invoiced order it wants a return invoice first, and one that is invoiced in part it
        never cancels (protocol, "Outbound: seller → marketplace").
        """
        self.ensure_one()
        order = self.sudo()  # sudo: whoever cancels the order need not see invoices or calls
        told = order._outbound_calls("invoice", "pending", "sent").invoice_id
        deducted = order._calls_with_invoices().deducted_ids
        if unknown := order._invoices_that_may_be_there() - told:
            return order._explain_obstacle("unknown", unknown)
        if not told:
            return None
        if order._is_told_of_a_part(told, deducted):
            return order._explain_obstacle("part", told)
        if order._is_taken_back(told, deducted):
            return None
        refused = order._returns_in(CALL_ENDED_BADLY)
        if order._is_taken_back(told, deducted | refused):
            return order._explain_obstacle("refused", refused)
        return order._explain_obstacle("invoiced", told)

    def _explain_obstacle(self, obstacle, documents):
        names = ", ".join(documents.mapped("name"))
        return text_of_obstacle(self.env, obstacle, self.marketplace_account_id.name, names)

    def _is_told_of_a_part(self, invoices, deducted):
        """Whether ``invoices``, less credit notes ``deducted``, bill less than what was ordered."""
        billed = defaultdict(float)
        for line in (invoices | deducted).invoice_line_ids:
            sign = -1 if line.move_id in deducted else line.move_id._marketplace_sign()
            for sold in line.sale_line_ids:
                billed[sold] += sign * line.quantity * line._factor_to_order_unit()
        return any(
            is_less(billed[line], line.product_uom_qty)
            for line in self.order_line
            if not line.display_type and line._is_owed_as_item()
        )

    def _is_taken_back(self, invoices, deducted):
        """Whether the marketplace has, or is to get, return invoices for all of ``invoices`` but
        what was ``deducted``.
        """
        notes = self._returns_in(("pending", "sent")) | deducted
        left = self._left_of_invoices(invoices, notes)
        return not left.quantities and not left.unclear

    def _left_of_invoices(self, invoices, notes):
        """What ``notes`` have left of ``invoices``, the oldest first where a note names none: a
        :class:`~tools.billing.Left`.
        """
        credited = {
            line: note._invoice_credited(invoices)
            for note in notes
            for line in self._billed_lines(note)
        }
        billed = self._billed_lines(invoices._oldest_first())
        return left_to_credit(
            [line._as_billed_line(line.move_id) for line in billed],
            [line._as_billed_line(invoice) for line, invoice in credited.items()],
            frozenset(invoices.filtered(lambda move: move._is_credited_wholly(notes)).ids),
        )

    def _returns_in(self, states):
        """Posted credit notes of which there are calls in one of ``states``."""
        notes = self._outbound_calls("return", *states).invoice_id
        return notes.filtered(lambda note: note.state == "posted")

    def _invoices_that_may_be_there(self):
        """Invoices that are sent no more, and of which the marketplace may have taken a call."""
        ended = self._outbound_calls("invoice", "expired", "given_up", "obsolete")
        return ended.filtered("may_be_carried_out").invoice_id
