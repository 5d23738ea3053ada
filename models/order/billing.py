from collections import defaultdict

from odoo import api, models
from odoo.tools import float_round

from ...tools.billing import INVOICES, BilledLine, is_same_quantity, left_to_credit

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
        left, odd, others = self._left_by_line(with_drafts, without)
        reasons = defaultdict(set, self._reasons_in_others(others))
        for document in odd.move_id:
            reasons[document].add(self._reason_of_unclear())
        quantities = {}
        for line, quantity in left.items():
            if line._is_of_no_order() and line.move_id._orders_billed() - self:
                continue  # somebody else's
            if reason := line._reason_to_ask(quantity, self):
                reasons[line.move_id].add(reason)
            else:
                quantities[line] = quantity
        return quantities, dict(reasons)

    def _reason_of_unclear(self):
        return self.env._("Its credit notes do not show what is left to credit.")

    def _left_by_line(self, with_drafts=False, without=(), of_drafts=False):
        """What of these orders is invoiced and not credited, even what a machine may not credit.

        :param of_drafts: drafts of invoices count as if they were posted
        :return: ``{invoice line: signed quantity}`` in the line's unit; lines of which nobody can
            tell how much is left; posted documents that are neither invoices nor credit notes
        """
        self._read_billing_anew()
        invoices, notes, others = self._billing_documents(with_drafts, of_drafts)
        notes = notes.filtered(lambda note: note not in without)
        lines = self._billed_lines(invoices)
        credited = {
            line: invoice
            for note in notes
            for invoice in [note._invoice_credited(invoices)]
            for line in self._billed_lines(note)
            if line.sale_line_ids or invoice
        }
        left = self._left_after(credited, invoices, notes)
        odd = lines.browse()
        for group in left.unclear:  # its lines of invoices, or else those of credit notes
            of_invoices, of_notes = (
                records.filtered(lambda line, group=group: line._is_in_group(group))
                for records in (lines, lines.browse().concat(*credited))
            )
            odd |= of_invoices or of_notes
        quantities = {
            line: line._in_own_unit(left.quantities[line.id])
            for line in lines - odd
            if left.quantities.get(line.id)
        }
        return quantities, odd, others

    def _left_after(self, credited, invoices, notes):
        """The :class:`~tools.billing.Left` of ``invoices``, less credit ``notes``.

        :param credited: ``{line of a note: the invoice that it credits, may be empty}``
        """
        return left_to_credit(
            [line._as_billed_line(line.move_id) for line in self._billed_lines(invoices)],
            [line._as_billed_line(invoice) for line, invoice in credited.items()],
            frozenset(invoices.filtered(lambda move: move._is_credited_wholly(notes)).ids),
        )

    @api.model
    def _read_billing_anew(self):
        """Clear the cache of invoices: it holds what the user who read them first may see."""
        for model, names in _READ_ANEW.items():
            self.env[model].invalidate_model(names)

    def _billing_documents(self, with_drafts, of_drafts=False):
        """Posted invoices, their credit notes, and posted documents of other kinds.

        :param with_drafts: with credit notes that are still drafts
        :param of_drafts: with invoices that are still drafts
        """
        documents = self.order_line.invoice_lines.move_id
        posted = documents.filtered(lambda move: move.state == "posted")
        billing = documents.filtered(lambda move: move.state == "draft") if of_drafts else posted
        invoices = (posted | billing).filtered(lambda move: move.move_type in INVOICES)
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


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_credited(self, invoices):
        """The one of ``invoices`` that this credit note says it credits, empty if it says none."""
        paid_by = self._get_reconciled_invoices() & invoices
        return (self.reversed_entry_id & invoices) or paid_by[:1]

    def _is_credited_wholly(self, notes):
        """Whether those of ``notes`` that are made of this invoice credit all of it and no more, in
        whatever lines.
        """
        notes = self.reversal_move_ids & notes
        total = sum(notes.mapped("amount_total"))
        return (
            bool(notes)
            and notes.currency_id == self.currency_id
            and self.currency_id.compare_amounts(total, self.amount_total) == 0
        )


class AccountMoveLine(models.Model):
    """A line of an invoice or of a credit note, as far as it bills or credits orders."""

    _inherit = "account.move.line"

    def _as_billed_line(self, invoice):
        """This line as a :class:`~tools.billing.BilledLine`, in the unit of its order line.

        :param invoice: the invoice that it is on, or that it credits, may be empty
        """
        order_lines = tuple(sorted(self.sale_line_ids.ids))
        factor = self._factor_to_order_unit()
        price = self.price_unit * (1 - self.discount / 100) / factor
        return BilledLine(
            key=self.id,
            # what is on no order belongs to its invoice
            group=(order_lines, None) if order_lines else ((), invoice.id),
            invoice=invoice.id,
            terms=(round(price, 6), self.currency_id.id, frozenset(self.tax_ids.ids)),
            quantity=self.quantity * factor,
            currency=self.currency_id.id,
            amount=round(self.price_total / self.currency_id.rounding),
        )

    def _is_in_group(self, group):
        """Whether this line has to do with what ``group`` of :meth:`_as_billed_line` names."""
        order_line_ids, invoice_id = group
        return self.move_id.id == invoice_id or not set(order_line_ids).isdisjoint(
            self.sale_line_ids.ids
        )

    def _factor_to_order_unit(self):
        """By what a quantity of this line is multiplied to be one of its order line."""
        unit = self.sale_line_ids[:1].product_uom_id
        if not (unit and self.product_uom_id):
            return 1.0
        return self.product_uom_id._compute_quantity(1.0, unit, round=False)

    def _in_own_unit(self, quantity):
        """``quantity``, in the unit of the order line, in that of this line."""
        return quantity / self._factor_to_order_unit()

    def _is_of_no_order(self):
        """Whether this line bills something that is on no order."""
        return self.display_type == "product" and not self.sale_line_ids

    def _reason_to_ask(self, quantity, orders):
        """Why a person has to credit ``quantity`` of this line, empty if a machine may."""
        if self.sale_line_ids.order_id - orders:
            return self.env._("One of its lines bills several orders.")
        if self.move_id.move_type != "out_invoice":
            return self.env._("It is a receipt.")
        if self.company_id - orders.company_id:
            return self.env._("It belongs to another company.")
        if not self._is_exact(quantity):
            return self.env._("The rest of a line cannot be expressed in its unit.")
        return ""

    def _is_exact(self, quantity):
        """Whether ``quantity`` can be said in the unit of this line."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return is_same_quantity(float_round(quantity, precision_digits=digits), quantity)
