from itertools import pairwise

from odoo import models
from odoo.fields import Command

from ...tools.billing import INVOICES, is_same_quantity
from ...tools.cause import reference_of_credit_note


class AccountMove(models.Model):
    """Invoices of cancelled orders: what is taken off them, and what is credited."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Let posting an invoice and cancelling its marketplace order exclude each other.

        A person is asked about an invoice that bills a cancelled order: a down payment, say, or one
        that was cancelled with the order and set back to draft.
        """
        # sudo: an accountant need not see the orders
        orders = self.sudo()._orders_billed()._of_marketplaces()
        orders._claim_fulfilment()
        orders._check_not_about_to_be_cancelled()
        posted = super()._post(soft)
        # sudo: as above
        for invoice in posted.sudo().filtered(lambda own: own.move_type in INVOICES):
            invoice._orders_billed()._ask_about_late_money(
                invoice, self.env._("It bills an order that is cancelled.")
            )
        return posted

    def _orders_billed(self):
        return self.line_ids.sale_line_ids.order_id

    # -- Credit notes -----------------------------------------------------------------------------

    def _draft_credit_note(self, quantities, cause):
        """Draft a credit note of this invoice, for an accountant to post.

        :param quantities: ``{line of this invoice: quantity to credit}``
        :param cause: the :class:`~tools.cause.Cause` of the cancellation
        """
        values = self._credit_note_values(cause)
        billing = self.invoice_line_ids.filtered("quantity")
        if any(not is_same_quantity(line.quantity, quantities.get(line, 0)) for line in billing):
            values["line_ids"] = self._credit_note_lines(quantities)
        credit_note = self._reverse_moves([values], cancel=False)
        for document in (self, credit_note):
            document._message_log(body=cause.text)
        return credit_note

    def _credit_note_values(self, cause):
        """What Odoo's wizard would fill in, without a date: that is when it is posted."""
        reversal = self.env["account.move.reversal"].with_context(
            active_model=self._name, active_ids=self.ids
        )
        journal = self.journal_id if self.journal_id.active else self._search_default_journal()
        values = reversal.create({"journal_id": journal.id})._prepare_default_reversal(self)
        for name in ("date", "invoice_date_due"):
            values.pop(name, None)
        bank_accounts = self.commercial_partner_id.bank_ids.filtered(
            lambda account: account.company_id in (self.company_id.browse(), self.company_id)
        )
        return values | {
            "ref": reference_of_credit_note(self.env, cause, self.name),
            "invoice_date": False,
            "auto_post": "no",
            "partner_bank_id": bank_accounts[:1].id,  # the shopper's, not the company's
        }

    def _credit_note_lines(self, quantities):
        """Copies of lines as Odoo's own reversal makes them, with their sections and notes.

        What follows from them, such as taxes and terms of payment, is computed anew.
        """
        lines = self.line_ids.browse().concat(*quantities)
        orders = lines.sale_line_ids.order_id
        lines |= lines.parent_id | lines.parent_id.parent_id
        lines |= self.invoice_line_ids.filtered(
            lambda line: line.display_type == "line_note" and line.sale_line_ids.order_id & orders
        )
        lines = lines.sorted().with_context(include_business_fields=True)
        commands = []
        for line, values in zip(lines, lines.copy_data(), strict=True):
            values["quantity"] = quantities.get(line, line.quantity)
            commands.append(Command.create(values))
        return commands

    # -- Drafts -----------------------------------------------------------------------------------

    def _take_off(self, orders):
        """Take the lines of ``orders`` off this draft, which bills others as well.

        :return: lines that bill ``orders`` and others in one; those stay as they are
        """
        lines = self.invoice_line_ids.filtered(lambda line: line.sale_line_ids.order_id & orders)
        mixed = lines.filtered(lambda line: line.sale_line_ids.order_id - orders)
        gone = lines - mixed
        gone |= self._headings_left_empty(gone)
        # Odoo cancels a draft as a whole if an order is on it that is cancelled.
        for line in mixed:
            line.sale_line_ids -= orders.order_line
        gone.unlink()
        self._forget_names(orders)
        # payments of these orders do not pay for the others
        self.transaction_ids -= orders.transaction_ids - self._orders_billed().transaction_ids
        return mixed

    def _headings_left_empty(self, lines):
        """Sections of no order that head nothing but ``lines``.

        Odoo makes one for the down payments of each order, and puts the next order's lines below.
        """
        staying = self.invoice_line_ids - lines
        in_use = staying.parent_id | staying.parent_id.parent_id
        found = lines.browse()
        in_place = self.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        for heading, first in pairwise(in_place):
            of_no_order = heading.display_type == "line_section" and not heading.sale_line_ids
            if of_no_order and first in lines and (first.is_downpayment or heading not in in_use):
                found |= heading
        return found

    def _forget_names(self, orders):
        """Take ``orders`` out of the lists of orders that this draft was made from."""
        names = {*orders.mapped("name"), *filter(None, orders.mapped("client_order_ref"))}
        names -= set(self._orders_billed().mapped("name"))
        for field in ("invoice_origin", "ref"):
            parts = (self[field] or "").split(", ")
            if kept := [part for part in parts if part not in names]:
                self[field] = ", ".join(kept)
