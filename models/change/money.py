from collections import defaultdict

from odoo import models

from ...tools.billing import is_less, is_same_quantity
from ...tools.change.money import take_off


def _by_age(item):
    """The latest document last, drafts after all others."""
    piece, _quantity = item
    move = piece.move_id
    return move.state == "draft", move.invoice_date or move.date, piece.id


class SaleOrder(models.Model):
    """What becomes of bills and payments when a part is taken out of an order."""

    _inherit = "sale.order"

    def _account_for_part(self, quantities, cause):
        """Bill no more of lines than remains of them, or ask a person.

        Drafts are lowered, the latest first; draft credit notes are made for what else is billed
        too much, of the latest invoice first. Payments and down payments are never given back
        without a person.

        :param self: in superuser mode; its lines say already what remains of them
        :param quantities: ``{line: what was taken out of it}``, even if that has left and stays
            ordered until it is back
        :param cause: the :class:`~tools.cause.Cause`
        """
        self.ensure_one()
        cause = cause._replace(of_part=True)
        remaining = {line: line.product_uom_qty for line in quantities}
        billing = self._billing_against(remaining, with_drafts=True)
        reasons, gone = defaultdict(set), defaultdict(dict)
        for piece, reason in billing.doubts.items():
            reasons[piece.move_id].add(reason)
        for line in quantities:
            if billing.is_doubtful(line):
                continue
            for piece, quantity in self._pieces_to_go(line, billing, reasons).items():
                gone[piece.move_id][piece] = piece._in_own_unit(quantity)
        for document, pieces in gone.items():
            change = self._cut_draft if document.state == "draft" else self._credit_part
            if reason := change(document, pieces, cause):
                reasons[document].add(reason)
        if reason := self._reason_of_paid(quantities):
            reasons[self].add(reason)
        if self._gives_lasting_points():
            text = self.env._(
                "The points and gift cards that the order gave remain: take back those that are "
                "no longer earned."
            )
            reasons[self].add(text)
        for document, texts in reasons.items():
            self._ask_about_money(document, texts, cause)

    def _pieces_to_go(self, line, billing, reasons):
        """How much of the bills of ``line`` is to go: ``{line of an invoice: quantity}``.

        :param billing: the :class:`~models.change.billing.Billing` of the line
        :param reasons: what of it a person has to see to is added, ``{document: set of reasons}``
        """
        billed, name = billing.quantity(line), line.product_id.display_name
        stays = line._quantity_that_may_stay_billed()
        pieces = sorted(billing.pieces.get(line, {}).items(), key=_by_age, reverse=True)
        gone = take_off(billed - stays, pieces)
        if is_less(stays + sum(gone.values()), billed):
            text = self.env._(
                "“%s” is billed without an invoice, for example at a point of sale.", name
            )
            reasons[self].add(text)
        if is_less(wanted := line._quantity_wanted(), left := min(billed, stays)):
            text = self.env._(
                "%(quantity)s of “%(product)s” has left and stays billed: credit it when it is "
                "back.",
                quantity=f"{left - wanted:g}",
                product=name,
            )
            reasons[self].add(text)
        return gone

    def _credit_part(self, invoice, pieces, cause):
        """Draft a credit note, or return why a person has to.

        :param pieces: ``{line of the invoice: quantity}`` in the line's unit
        """
        others = cause.order._with_replacements() - self
        for piece, quantity in pieces.items():
            if reason := piece._reason_to_ask(quantity, self):
                return reason
        return self._goes_on(others) or self._try_to_credit(invoice, pieces, cause)

    # -- Drafts -----------------------------------------------------------------------------------

    def _cut_draft(self, draft, pieces, cause):
        """Take ``pieces`` off a draft; one that bills nothing else of what is sold is cancelled.

        :param pieces: ``{line of the draft: quantity}`` in the line's unit
        :return: why a person has to look at it, None if nobody has to
        """
        left = {piece: piece.quantity - taken for piece, taken in pieces.items()}
        if not all(piece._is_exact(quantity) for piece, quantity in left.items()):
            return self.env._("The rest of a line cannot be expressed in its unit.")
        draft = draft.with_company(draft.company_id)
        off = draft.line_ids.browse().concat(
            *(piece for piece, quantity in left.items() if is_same_quantity(quantity, 0.0))
        )
        if draft._orders_billed() == self and not draft._sells_anything_but(off):
            draft.button_cancel()
            draft._message_log(body=cause.text)
            return None
        for piece in draft.line_ids.browse().concat(*left) - off:
            piece.quantity = left[piece]
        draft._take_lines_off(off, self)
        text = self.env._(
            "What was taken out of %(order)s was removed from this draft. %(why)s",
            order=self.name,
            why=cause.text,
        )
        draft._message_log(body=text)
        if draft.currency_id.compare_amounts(draft.amount_total, 0.0) < 0:
            return self.env._("It deducts more than it bills now.")
        return None

    # -- Payments ---------------------------------------------------------------------------------

    def _reason_of_paid(self, quantities):
        """Why somebody has to give money back, None if no more is paid than this order costs."""
        total = self._cost_of_wanted({})
        beyond = self._paid_beyond(total)
        if not beyond:
            return None
        before = self._cost_of_wanted({line: -taken for line, taken in quantities.items()})
        return self.env._(
            "The order costs %(total)s now, %(less)s less than before. What is paid, or billed in "
            "advance, exceeds that by %(beyond)s: refund it.",
            total=self.currency_id.format(total),
            less=self.currency_id.format(before - total),
            beyond=self.currency_id.format(beyond),
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _sells_anything_but(self, lines):
        """Whether this bills goods or services beside ``lines``: more than freight or payments."""
        billing = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.quantity
        )
        return any(not line._is_beside_what_is_sold() for line in billing - lines)

    def _take_lines_off(self, lines, order):
        """Take ``lines`` of ``order`` off this draft, with the sections that head nothing else."""
        staying = self.invoice_line_ids - lines
        in_use = staying.parent_id | staying.parent_id.parent_id
        headings = (lines.parent_id | lines.parent_id.parent_id) - in_use
        (lines | headings | self._headings_left_empty(lines)).unlink()
        if order not in self._orders_billed():
            self._take_off(order)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _is_beside_what_is_sold(self):
        """Whether this bills what nobody orders by itself: freight, a discount, a payment."""
        sold = self.sale_line_ids
        return bool(sold) and all(
            line._is_marketplace_payment()
            or line._is_delivery()
            or line._is_freight()
            or line._is_discount_line()
            or line._marketplace_reward()
            for line in sold
        )
