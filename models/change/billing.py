from collections import Counter, defaultdict
from typing import Any, NamedTuple

from odoo import fields, models
from odoo.addons.sale.models.sale_order_line import SaleOrderLine as InSales

from ...tools.billing import INVOICES, is_less
from ...tools.change.money import difference


class Billing(NamedTuple):
    """What order lines are billed for, and is not credited.

    :param pieces: ``{order line: {line of an invoice: quantity}}``, in the order line's unit
    :param otherwise: ``{order line: quantity}`` billed without an invoice, at a point of sale say
    :param doubts: ``{line of a document: why a person has to look at it}``
    """

    pieces: dict[Any, dict[Any, float]]
    otherwise: dict[Any, float]
    doubts: dict[Any, str]

    def quantity(self, line):
        """How much of an order line is billed, as far as it is clear."""
        return sum(self.pieces.get(line, {}).values()) + self.otherwise.get(line, 0.0)

    def is_doubtful(self, line):
        return any(line in doubt.sale_line_ids for doubt in self.doubts)


class SaleOrder(models.Model):
    """How much of an order's lines is billed, compared with what a change would leave of them."""

    _inherit = "sale.order"

    def _billed_beyond(self, quantities):
        """How much more of its lines is billed than would remain of them; drafts do not count.

        An advance payment pays for all lines. If more is paid than the order would cost, what would
        be taken out of each line counts as billed.

        :param quantities: ``{line of this order: what would be taken out of it}``
        :return: ``{line: quantity}``, only of lines that are billed beyond what would remain; of
            all lines if nobody can tell
        """
        # sudo: bills and payments are an accountant's, products perhaps hidden; they only count
        order = self.sudo()
        quantities = {line.sudo(): taken for line, taken in quantities.items()}
        remaining = {line: line._quantity_wanted() - taken for line, taken in quantities.items()}
        billing = order._billing_against(remaining)
        is_paid = order._paid_beyond(order._cost_of_wanted(quantities)) > 0
        beyond = {}
        for line, taken in quantities.items():
            if is_paid or billing.is_doubtful(line):
                beyond[line] = taken
            elif is_less(remaining[line], billed := billing.quantity(line)):
                beyond[line] = billed - remaining[line]
        return beyond

    def _billing_against(self, remaining, with_drafts=False):
        """The :class:`Billing` of lines of this order.

        :param remaining: ``{line: how much of it is left to bill}``
        :param with_drafts: drafts of invoices and of credit notes count as well
        """
        left, odd, others = self._left_by_line(with_drafts, of_drafts=with_drafts)
        lines = self.order_line.browse().concat(*remaining)
        doubts = dict.fromkeys(odd._beyond(remaining), self._reason_of_unclear())
        for document, (reason,) in self._reasons_in_others(others).items():
            booked = document.line_ids.filtered(lambda own: own.sale_line_ids & lines)
            doubts |= dict.fromkeys(booked, reason)
        pieces = defaultdict(dict)
        for piece, quantity in left.items():
            sold = piece.sale_line_ids
            billed = quantity * piece._factor_to_order_unit()
            if len(sold) == 1 and sold in lines:
                pieces[sold][piece] = billed
            elif sold & lines:
                rest = sum(remaining.get(one, one.product_uom_qty) for one in sold)
                if is_less(rest, billed):
                    doubts[piece] = self.env._("One of its lines bills several lines of orders.")
        return Billing(pieces, self._billed_otherwise(lines), doubts)

    def _billed_otherwise(self, lines):
        """How much of ``lines`` is billed that no invoice explains: ``{line: quantity}``."""
        return {
            line: line.qty_invoiced - InSales._prepare_qty_invoiced(line)[line]
            for line in lines & self._lines_invoiced_otherwise()
        }

    # -- Amounts ----------------------------------------------------------------------------------

    def _amounts_of_change(self, quantities):
        """What this order costs, and what it would cost after a change, taxes included.

        :param quantities: ``{line: what would be taken out of it}``; less than nothing is added
        :return: ``(before, after)``, in the order's currency
        """
        now, then = self._totals_without({}), self._totals_without(quantities)
        # less the difference alone: other modules may add to an order's total
        return self.amount_total, self.currency_id.round(self.amount_total - now[0] + then[0])

    def _totals_without(self, quantities):
        """What the lines would cost without ``quantities``, at the prices that they have.

        :return: with and without taxes, in the order's currency
        """
        taxes, company = self.env["account.tax"], self.company_id
        lines = [
            line._prepare_base_line_for_taxes_computation(
                quantity=line.product_uom_qty - line._taken_with(quantities)
            )
            for line in self._get_priced_lines()
        ]
        taxes._add_tax_details_in_base_lines(lines, company)
        taxes._round_base_lines_tax_details(lines, company)
        totals = taxes._get_tax_totals_summary(lines, self.currency_id, company)
        return totals["total_amount_currency"], totals["base_amount_currency"]

    def _cost_of_wanted(self, quantities):
        """What of this order is to be paid in the end, without ``quantities`` of its lines.

        Less than the order costs, if something that was taken out of it is still to come back.
        """
        return self._amounts_of_change(self._not_wanted_with(quantities))[1]

    def _value_without(self, quantities):
        """The same, without taxes."""
        return self._totals_without(self._not_wanted_with(quantities))[1]

    def _not_wanted_with(self, quantities):
        return {
            line: line.marketplace_taken_out + line._taken_with(quantities)
            for line in self.order_line
        }

    def _difference_to_marketplace(self, told_cents, before, after):
        """By how much a change of this order's total differs from what the marketplace says.

        :param told_cents: VTEX's ``totalChangeValue``, or None
        :return: signed, in the order's currency; more is to be paid here if it is positive
        """
        return difference(told_cents, before, after, self.currency_id.rounding)

    def _paid_beyond(self, total):
        """How much more was paid, or billed in advance, than an order that costs ``total``.

        By down payments, a provider of payments, or with gift cards, which lower the total.
        """
        payments = self._payments_left()
        others = (payments.sale_order_ids - self).filtered(lambda order: order.state != "cancel")
        paid = sum(self._in_own_currency(own, own._amount_kept()) for own in payments)
        paid -= sum(self._in_own_currency(own, own.amount_total) for own in others)
        beyond = self.currency_id.round(max(paid, self._billed_in_advance(), 0.0) - total)
        return max(beyond, 0.0)

    def _billed_in_advance(self):
        """What is billed if a down payment is among it that no final invoice deducts yet."""
        documents = self.order_line.invoice_lines.move_id
        documents = documents.filtered(
            lambda move: (
                move.state == "posted" or (move.state == "draft" and move.move_type == "out_refund")
            )
        )
        lines = documents.invoice_line_ids
        own = self.order_line.filtered("is_downpayment")
        in_advance = lines.filtered(lambda line: line.sale_line_ids & own)
        balance = sum(-line.move_id.direction_sign * line.price_total for line in in_advance)
        if self.currency_id.compare_amounts(balance, 0.0) <= 0:
            return 0.0
        return documents._get_sale_order_invoiced_amount(self)

    def _in_own_currency(self, record, amount):
        """``amount`` of ``record``, of today, in the currency of this order."""
        today = fields.Date.context_today(self)
        return record.currency_id._convert(amount, self.currency_id, self.company_id, today)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _beyond(self, remaining):
        """Those of these lines, of which nobody can tell how much is left, that may be too much.

        :param remaining: ``{order line: how much of it is left to bill}``
        """
        billed = Counter()
        for line in self:
            # a final invoice that deducts more than it bills is a credit note of negative goods
            sign = 1 if line.move_id.move_type in INVOICES else -1
            for sold in line.sale_line_ids:
                billed[sold] += sign * line.quantity * line._factor_to_order_unit()
        return self.filtered(
            lambda line: any(
                is_less(remaining[sold], billed[sold])
                for sold in line.sale_line_ids
                if sold in remaining
            )
        )
