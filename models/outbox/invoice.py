from odoo import api, fields, models

from ...tools.any_language import InAnyLanguage
from .documents import is_text


class AccountMove(models.Model):
    """Which marketplaces are told of invoices and credit notes, and when.

    A marketplace gets an invoice as the refusal of a cancellation. From the first one on it gets
    all invoices of that order, and is told of whatever takes one of them back.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        """Send what a marketplace waits for, or must be told."""
        posted = super()._post(soft)
        # sudo: an accountant need not see orders or the outbox
        orders = posted._of_delivered_goods().sudo()._orders_concerned()
        for order in orders._of_marketplaces():
            posted.sudo()._send_invoices_of(order)
            posted.sudo()._send_returns_of(order)
        return posted

    def write(self, vals):
        """Ask a person to check if a marketplace has an invoice that is no longer valid."""
        posted = self.filtered(lambda move: move.state == "posted")
        if not posted:
            return super().write(vals)
        is_undone = vals.get("state") in ("draft", "cancel")
        undone = posted.filtered(lambda move: is_undone)._calls_sent()
        renumbered = posted._calls_whose_numbers_change(vals)
        result = super().write(vals)
        undone._ask_about_reset()
        (renumbered - undone)._check_document()
        return result

    def _calls_whose_numbers_change(self, vals):
        """The calls by which marketplaces have got these documents, whose numbers ``vals`` write.

        Posted ones can be renumbered, by Odoo's own wizard say.
        """
        may_number = any(is_text(self._fields.get(name)) for name in vals)
        numbered = self.filtered(lambda move: may_number)
        own = numbered._calls_sent().filtered(lambda call: call.invoice_id in numbered)
        return own.filtered(lambda call: call.account_id._invoice_number_name() in vals)

    def _send_invoices_of(self, order):
        """Send those of ``order`` that are fresh if its marketplace is told of invoices."""
        waiting = order._outbound_calls("invoice", "waiting")[:1]
        told = order._outbound_calls("invoice", "pending", "sent", "failed", "expired")
        here = self & order._invoices_in_order()
        if not (waiting or told):
            here._ask_to_tell_by_hand(order)
            return
        if not here:
            return
        here._calls_sent(order)._check_document()
        fresh = here - told.invoice_id  # the person who was asked about one sends it again
        if waiting and fresh:
            waiting.invoice_id = fresh[:1]
            waiting._set_pending()
            fresh = fresh[1:]
        elif waiting:
            waiting._end(
                "obsolete", note=InAnyLanguage(self.env)._("The marketplace has this invoice.")
            )
        for invoice in fresh._oldest_first():
            order._add_outbound_call("invoice", (waiting or told[:1]).receipt_id, invoice)

    def _send_returns_of(self, order):
        """Send those credit notes of ``order`` whose invoices its marketplace has, or is to get."""
        told = order._outbound_calls("invoice", "pending", "sent")
        notes = self.filtered(lambda move: move._is_marketplace_return())
        notes = notes.filtered(lambda note: order in note._orders_concerned())
        if not told:
            notes._ask_to_tell_by_hand(order)
            return
        notes._calls_sent(order)._check_document()
        for note in notes - order._fixed_calls("invoice").deducted_ids:
            order._add_outbound_call("return", told[:1].receipt_id, note)

    def _ask_to_tell_by_hand(self, order):
        """Have somebody tell of these documents if an invoice of ``order`` was given up."""
        given_up = order._outbound_calls("invoice", "given_up")
        if self and given_up:
            names = ", ".join(self.mapped("name"))
            text = self.env._("Tell the marketplace of %s by hand", names)
            given_up[-1:]._ask_for_help(text)

    def _naming_no_invoice(self):
        """Those credit notes of ``self`` that were not made of an invoice."""
        return self.filtered(
            lambda move: move.move_type == "out_refund" and not move.reversed_entry_id
        )

    def _tell_of_reconciliation(self, moves):
        """Treat these credit notes as if they named the invoices that they are reconciled with.

        Costs one query where no marketplace is concerned.

        :param moves: what they were reconciled with, or were until now
        """
        if not self or not moves._outbound_calls():
            return
        self.env["sale.order"]._read_billing_anew()
        posted = self.filtered(lambda note: note.state == "posted")
        notes = posted.filtered(lambda note: not note.line_ids.sale_line_ids)
        notes._calls_sent()._check_document()
        for order in notes._of_delivered_goods()._orders_concerned()._of_marketplaces():
            (notes - order._notes_told_of())._send_returns_of(order)

    def _outbound_calls(self):
        """The calls that tell of one of these documents, or of an invoice less these."""
        # sudo: an accountant need not see the outbox
        calls = self.env["marketplace.outbound.call"].sudo()
        told = fields.Domain("invoice_id", "in", self.ids)
        return calls.search(told | fields.Domain("deducted_ids", "in", self.ids))

    def _calls_sent(self, order=None):
        """Those by which marketplaces have got these documents, for ``order`` if it is given."""
        sent = self._outbound_calls().filtered(lambda call: call.state == "sent")
        return sent.filtered(lambda call: call.sale_order_id == order) if order else sent

    def _orders_concerned(self):
        """The orders that these documents bill, or that those bill which they say they credit."""
        lines = [move._order_lines_concerned() for move in self]
        return self.env["sale.order.line"].union(*lines).order_id

    def _order_lines_concerned(self):
        self.ensure_one()
        by_hand = self._naming_no_invoice()
        credited = by_hand._get_reconciled_invoices() if by_hand else self.reversed_entry_id
        return self.line_ids.sale_line_ids or credited.line_ids.sale_line_ids

    def _of_delivered_goods(self):
        """Invoices, receipts and credit notes of ``self`` that are more than a down payment's.

        A credit note may have no line of an order, but say which invoice it credits, if only by
        being reconciled with it.
        """
        # sudo: an accountant need not see orders
        sold = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        return sold.filtered(
            lambda move: not all(move.sudo()._order_lines_concerned().mapped("is_downpayment"))
        )

    def _oldest_first(self):
        return self.sorted(lambda move: (move.invoice_date or move.date, move.id))


class AccountPartialReconcile(models.Model):
    """Only this says which invoices credit notes credit that were made by hand."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Tell marketplaces of what such credit notes credit by it."""
        partials = super().create(vals_list)
        moves = partials._moves_reconciled()
        moves._naming_no_invoice()._tell_of_reconciliation(moves)
        return partials

    def unlink(self):
        """Ask a person to check if such a credit note was deducted from an invoice that a
        marketplace has."""
        if not self:
            return super().unlink()
        moves = self._moves_reconciled()
        notes = moves._naming_no_invoice()
        result = super().unlink()
        notes._tell_of_reconciliation(moves)
        return result

    def _moves_reconciled(self):
        # sudo: a user who reconciles may not see everything that is reconciled
        return self.sudo().debit_move_id.move_id | self.sudo().credit_move_id.move_id
