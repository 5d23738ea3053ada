from collections import defaultdict

from odoo import api, models

from ...tools.billing import left_to_credit

#: Lists of records that decide on what is billed to whom.
_READ_ANEW = {
    "sale.order": ["order_line", "transaction_ids"],
    "sale.order.line": ["invoice_lines"],
    "account.move": ["line_ids", "invoice_line_ids", "reversal_move_ids", "transaction_ids"],
    "account.move.line": ["sale_line_ids", "matched_debit_ids", "matched_credit_ids"],
}


class SaleOrder(models.Model):
    """What these orders are invoiced for, line by line, and what of it is not credited yet."""

    _inherit = "sale.order"

    def _left_to_credit(self, with_drafts=False, without=()):
        """What of these orders is invoiced and not credited.

        :param with_drafts: credit notes that are still drafts count as well
        :param without: credit notes that do not count
        :return: what is to be credited on the terms of its invoice, ``{invoice line: signed
            quantity}`` in the line's unit; and what a person has to look at, ``{document: set of
            reasons}``
        """
        self._read_billing_anew()
        invoices, notes, others = self._billing_documents(with_drafts)
        notes = notes.filtered(lambda note: note not in without)
        lines = self._billed_lines(invoices)
        credited = {
            line: invoice
            for note in notes
            for invoice in [note._invoice_credited(invoices)]
            for line in self._billed_lines(note)
            if line.sale_line_ids or invoice
        }
        left = left_to_credit(
            [line._as_billed_line(line.move_id) for line in lines],
            [line._as_billed_line(invoice) for line, invoice in credited.items()],
            frozenset(invoices.filtered(lambda move: move._is_credited_wholly(notes)).ids),
        )
        odd = self._lines_in(left.unclear, lines, lines.browse().concat(*credited))
        reasons = defaultdict(set, self._reasons_in_others(others))
        for document in odd.move_id:
            reasons[document].add(
                self.env._("Its credit notes do not tell what is left to credit.")
            )
        quantities = {}
        for line in lines - odd:
            quantity = line._in_own_unit(left.quantities.get(line.id, 0.0))
            if not quantity or line._is_somebody_elses(self):
                continue
            if reason := line._reason_to_ask(quantity, self):
                reasons[line.move_id].add(reason)
            else:
                quantities[line] = quantity
        return quantities, dict(reasons)

    @api.model
    def _read_billing_anew(self):
        """Forget what the cache holds of invoices: it is what whoever read them first may see."""
        for model, names in _READ_ANEW.items():
            self.env[model].invalidate_model(names)

    def _billing_documents(self, with_drafts):
        """Posted invoices, their credit notes, and posted documents of other kinds."""
        documents = self.order_line.invoice_lines.move_id
        posted = documents.filtered(lambda move: move.state == "posted")
        invoices = posted.filtered(lambda move: move.move_type in ("out_invoice", "out_receipt"))
        notes = documents | invoices.reversal_move_ids | invoices._get_reconciled_invoices()
        states = ("posted", "draft") if with_drafts else ("posted",)
        notes = notes.filtered(lambda move: move.move_type == "out_refund" and move.state in states)
        return invoices, notes, posted - invoices - notes

    def _billed_lines(self, documents):
        """The lines of invoices or credit notes that are of these orders, or of no order."""
        return documents.invoice_line_ids.filtered(
            lambda line: (
                line.quantity and (line.sale_line_ids & self.order_line or line._is_of_no_order())
            )
        )

    def _lines_in(self, groups, lines, credited):
        """Of each of ``groups`` the ``lines`` of invoices, or else those of credit notes."""
        found = lines.browse()
        for group in groups:
            found |= lines.filtered(lambda line, group=group: line._is_in_group(group)) or (
                credited.filtered(lambda line, group=group: line._is_in_group(group))
            )
        return found

    def _reasons_in_others(self, documents):
        """``{document: reasons}`` for entries that book money on these orders."""
        lines = documents.line_ids.filtered(lambda line: line.sale_line_ids & self.order_line)
        balances = defaultdict(float)
        for line in lines:
            balances[line.sale_line_ids] += line.balance
        reason = self.env._("It is neither an invoice nor a credit note.")
        return {
            line.move_id: {reason}
            for line in lines
            if not line.company_currency_id.is_zero(balances[line.sale_line_ids])
        }
