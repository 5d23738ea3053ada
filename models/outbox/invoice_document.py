from collections import defaultdict
from datetime import datetime, time

from pytz import utc

from odoo import fields, models

from ...tools.outbound.document import Part, Unsendable, compose, hundredths, pieces_of_combo
from ..base.moments import zone_called, zone_of


class AccountMove(models.Model):
    """An invoice, or a credit note, as the document that a marketplace takes."""

    _inherit = "account.move"

    def _marketplace_invoice_body(self, order):
        """This document, as far as it bills ``order``: see the protocol, "The invoice".

        Of an invoice what credit notes have left of it, unless the marketplace hears of these in
        documents of their own. Amounts are in hundredths. A hook for other addons, which may know
        where the invoice's document can be had. It is composed anew to be compared with what was
        sent, so an override changes nothing.

        :return: what is sent as JSON, a dictionary
        :raise Unsendable: if the marketplace cannot take it
        """
        self.ensure_one()
        if self.currency_id != order.currency_id:
            raise Unsendable("currency", self.currency_id.name)
        if "debit_origin_id" in self._fields and self.debit_origin_id:
            raise Unsendable("debit", self.debit_origin_id.name)
        is_return = self._is_marketplace_return()
        if is_return:
            self._check_return(order)
        notes = self.browse() if is_return else self._notes_to_deduct(order)
        counted = self._less_credited(order, notes)
        parts = [line._marketplace_part(*counted[line]) for line in counted]
        parts += self._marketplace_combos(counted)
        if notes and not any(part.amount for part in parts):
            raise Unsendable("credited")
        total = sum(amount for _quantity, amount in counted.values())
        total += self._marketplace_rounding(order, notes)
        rounding = hundredths(round(total, 6)) - sum(part.amount for part in parts)
        value, items = compose(parts, rounding, is_return=is_return)
        return {
            "type": "Input" if is_return else "Output",
            "invoiceNumber": self._marketplace_number(order),
            "invoiceValue": value,
            "issuanceDate": self._marketplace_issuance_date(order),
            "items": items,
            **({} if is_return else order._marketplace_tracking(self)),
        }

    def _is_marketplace_return(self):
        """Whether this takes back what was sold.

        Not all credit notes do: if down payments are more than what is left to pay, Odoo makes the
        final invoice one, with what it bills in lines of negative quantities.
        """
        self.ensure_one()
        sold = self.invoice_line_ids.filtered("sale_line_ids")
        total = sum(line.price_total for line in sold if not line.is_downpayment)
        return self.move_type == "out_refund" and total >= 0

    def _marketplace_sign(self):
        """-1 for a credit note that bills what was sold, see :meth:`_is_marketplace_return`."""
        is_final = self.move_type == "out_refund" and not self._is_marketplace_return()
        return -1 if is_final else 1

    def _marketplace_lines(self, order):
        """The lines that bill ``order``, but not what was paid before: down payments, cards."""
        lines = order._billed_lines(self).filtered(lambda line: line.display_type == "product")
        if self._orders_billed() != order:
            lines = lines.filtered("sale_line_ids")
        if lines.sale_line_ids.order_id - order:
            raise Unsendable("mixed")
        sold = lines.filtered(lambda line: not line.is_downpayment)
        return sold.filtered(
            lambda line: not any(one._is_marketplace_payment() for one in line.sale_line_ids)
        )

    def _less_credited(self, order, notes):
        """``{line: (quantity, amount)}``: what credit ``notes`` have left of lines that count."""
        lines = self._marketplace_lines(order)
        if not notes:
            sign = self._marketplace_sign()
            return {
                line: (sign * line.quantity, sign * line._marketplace_amount()) for line in lines
            }
        if self.move_type == "out_refund":
            raise Unsendable("unclear", ", ".join(notes.mapped("name")))
        calls = order._fixed_calls("invoice")
        whole = calls.filtered(lambda call: not call.deducted_ids).invoice_id
        invoices = (order._billing_documents(with_drafts=False)[0] - whole) | self
        left = order._left_of_invoices(invoices, notes)
        if any(line._is_in_group(group) for group in left.unclear for line in lines):
            raise Unsendable("unclear", ", ".join(notes.mapped("name")))
        counted = {}
        for line in lines:
            if line.id in left.quantities:
                amount = left.amounts[line.id] * self.currency_id.rounding
                if withheld := line._marketplace_amount() - line.price_total:
                    everything = line.quantity * line._factor_to_order_unit()
                    amount += withheld * left.quantities[line.id] / everything
                counted[line] = line._in_own_unit(left.quantities[line.id]), amount
        return counted

    def _check_return(self, order):
        """VTEX gives nothing back before it has been told of the whole order (OpenAPI, "Order
        invoice notification").

        :raise Unsendable: if it has not, or if this does not tell which pieces came back
        """
        if not self._orders_billed():
            raise Unsendable("unclear", self.name)
        calls = order._fixed_calls("invoice")
        if order._is_told_of_a_part(calls.invoice_id, calls.deducted_ids):
            raise Unsendable("part", self.name)
        invoices, notes, _others = order._billing_documents(with_drafts=False)
        left = order._left_of_invoices(invoices, notes)
        for line in self.invoice_line_ids:
            unclear = left.unclear - (left.in_part if line._is_marketplace_charge() else set())
            if any(line._is_in_group(group) for group in unclear):
                raise Unsendable("unclear", self.name)

    def _notes_to_deduct(self, order):
        """Posted credit notes of which the marketplace need not hear, as it has none of the
        invoices that they credit, or has got these without what they credit.
        """
        invoices, notes, _others = order._billing_documents(with_drafts=False)
        if self.move_type == "out_refund":  # see _is_marketplace_return
            return self.reversal_move_ids.filtered(lambda move: move.state == "posted")
        notes = notes.filtered(lambda note: note._is_marketplace_return())
        calls = order._fixed_calls("invoice")
        known, others = calls.deducted_ids, calls.invoice_id - self
        is_sent = self in calls.invoice_id  # then what is told on its own was not deducted
        heard_of = order._notes_told_of() if is_sent else order._fixed_calls("return").invoice_id
        elsewhere = notes.filtered(lambda note: note._invoices_credited(invoices) & others)
        return notes - ((heard_of | elsewhere) - known)

    def _own_notes_to_deduct(self, order):
        """Those of :meth:`_notes_to_deduct` that may credit this invoice, not another one."""
        invoices = order._billing_documents(with_drafts=False)[0] | self
        notes = self._notes_to_deduct(order)
        return notes.filtered(lambda note: self in note._invoices_credited(invoices))

    def _invoices_credited(self, invoices):
        """Which of ``invoices`` this credit note may credit."""
        sold = self.line_ids.sale_line_ids
        named = self.reversed_entry_id & invoices or self._get_reconciled_invoices() & invoices
        return named or invoices.filtered(lambda invoice: invoice.line_ids.sale_line_ids & sold)

    def _marketplace_combos(self, counted):
        """How many of each combo ``counted`` bills, whose components are the lines: ``Part``s."""
        quantities = defaultdict(float)
        for line, (quantity, _amount) in counted.items():
            if sold := line.sale_line_ids[:1]:
                quantities[sold] += quantity * line._factor_to_order_unit()
        parts = []
        for combo in {sold._marketplace_line() for sold in quantities} - set(quantities):
            components = combo.linked_line_ids.filtered("combo_item_id").filtered("product_uom_qty")
            shares = [quantities[one] / one.product_uom_qty for one in components]
            name = combo.product_id.display_name
            pieces = pieces_of_combo(shares, combo.product_uom_qty, name)
            if combo._is_marketplace_item():
                parts.append(Part(0, combo._marketplace_item_sku(), pieces, name))
        return parts

    def _marketplace_rounding(self, order, notes):
        """What rounding of taxes adds; a shared invoice's is its last order's."""
        if self._orders_billed()[-1:] != order:
            return 0.0
        own = notes.filtered(lambda note: note.reversed_entry_id == self)
        rounding = self._marketplace_sign() * self._tax_rounding()
        return rounding - sum(note._tax_rounding() for note in own)

    def _tax_rounding(self):
        """What the total is above its lines.

        No marketplace rounds as for cash, and what is withheld is in neither.
        """
        apart = self.line_ids.filtered(
            lambda line: line.display_type == "rounding" or line.tax_line_id.amount < 0
        )
        total = self.amount_total - self.direction_sign * sum(apart.mapped("amount_currency"))
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return self.currency_id.round(total - sum(line._marketplace_amount() for line in lines))

    def _marketplace_number(self, order):
        """The number by which the marketplace shall know this document.

        :raise Unsendable: if there is none, or another document of ``order`` has it there
        """
        number = order.marketplace_account_id._invoice_number(self)
        if not number:
            raise Unsendable("number", self.name)
        others = order.outbound_call_ids.filtered(lambda call: call.invoice_id != self)
        bodies = [call.body or {} for call in others if call._is_fixed()]
        if any(body.get("invoiceNumber") == number for body in bodies):
            raise Unsendable("number_used", number)
        return number

    def _marketplace_issuance_date(self, order):
        """When this document was issued, ISO 8601 with the offset of its company's time zone, or
        else of that of the user who is responsible for the account of ``order``.

        Odoo knows the day. The time is now, or that of the entry if it is of that day, or else
        noon, which is the same day everywhere.
        """
        user = order.marketplace_account_id._responsible_user()
        zone = zone_called(self.company_id.partner_id.tz) or zone_of(user)
        day = self.invoice_date or self.date
        now_and_then = (fields.Datetime.now(), self.create_date)
        moments = [utc.localize(moment).astimezone(zone) for moment in now_and_then]
        noon = zone.localize(datetime.combine(day, time(12)))
        found = next((moment for moment in moments if moment.date() == day), noon)
        return found.replace(microsecond=0).isoformat()
