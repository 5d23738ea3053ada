from typing import Any, NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...tools.any_language import InAnyLanguage, joined
from ...tools.change.decision import Asked, decide_change
from ...tools.change.items import given, taken
from ...tools.change.texts import text_of_doubt, text_of_flaw
from ...tools.decision import Decision, Verdict


class Judgement(NamedTuple):
    """What is to be done about a change, and why.

    :param verdict: the :class:`~tools.decision.Verdict`
    :param quantities: ``{order line: how much is taken out}``; empty if that is not known
    :param note: why it is not simply carried out, in words
    :param lines: values of the receipt's lines
    :param is_known: whether it is known what is taken out, or nothing is left to be done
    :param is_impossible: it names what is not on the order, or more than was ordered
    """

    verdict: Verdict
    quantities: dict[Any, float]
    note: str
    lines: list[dict[str, Any]]
    is_known: bool
    is_impossible: bool


class MarketplaceCancellationReceipt(models.Model):
    """What a change asks for, line by line, and what follows from it."""

    _inherit = "marketplace.cancellation.receipt"

    def _judge(self, order):
        """The :class:`Judgement` on this change of ``order``."""
        change = self._change()
        matched = order._lines_of_change(taken(change))
        quantities = self._quantities_chosen() or ({} if matched.problem else matched.quantities)
        flaw, doubts = self._flaw_in(matched), self._doubts_about(change, matched, quantities)
        if self._is_from_before(order):
            doubts.append(text_of_doubt(InAnyLanguage(self.env), "before"))
        # sudo: the facts span documents that the endpoint's user, a salesperson, need not see
        own = order.sudo()
        doubts += own._questions_of_part(quantities) if quantities else []
        asked = Asked(
            is_impossible=bool(flaw),
            is_doubtful=bool(doubts),
            is_fact=self.cancelled_there,
            can_be_told=self.account_id.is_connected,
        )
        policy = self.account_id._settings().policy
        verdict = decide_change(own._facts_of_part(quantities), policy, asked)
        reasons = [flaw, *doubts]
        if verdict.concerns:
            reasons.append(self._explain(verdict.concerns))
        if verdict.decision is Decision.ASK and not asked.is_known_there:
            reasons.append(text_of_doubt(InAnyLanguage(self.env), "untold"))
        lines = self._lines_of(order, change, matched, quantities)
        note = joined(" ", reasons)
        is_known = not matched.problem or bool(quantities) or verdict.decision is Decision.CONFIRM
        return Judgement(verdict, quantities, note, lines, is_known, is_impossible=bool(flaw))

    def _is_refused_at_once(self, order, judged):
        """Whether this change cannot be meant, whatever becomes of what it would have to wait for:
        so it need not wait.

        Not if it may mean what another change adds, or a line that is still to come; nor if it may
        be a repeat.
        """
        if self.may_be_repeat or judged.verdict.decision is not Decision.REFUSE:
            return False
        if not order.sudo().order_line:  # sudo: a rule may hide some of them
            return False
        earlier = order._has_open_change().filtered(lambda own: own.id < self.id)
        return judged.is_impossible and not any(own._adds() for own in earlier)

    def _quantities_chosen(self):
        """``{order line: quantity}`` once a person has said which of several lines are meant; with
        those of the items that are clear.
        """
        taken_out = self.change_line_ids.filtered(lambda own: own.kind == "remove")
        if not any(taken_out.mapped("is_chosen")):
            return {}
        return taken_out._quantities()

    def _is_from_before(self, order):
        """Whether the order was changed before it came here: perhaps it came so."""
        changed_at = self.cancelled_there and self.cancellation_request_date
        return bool(changed_at and order and changed_at < order.create_date)

    def _flaw_in(self, matched):
        """Why the change cannot be meant, empty if it can."""
        if matched.problem not in ("unknown", "too_much"):
            return ""
        return text_of_flaw(
            InAnyLanguage(self.env), matched.problem, matched.item.sku, matched.item.quantity
        )

    def _doubts_about(self, change, matched, quantities):
        """Why a person has to look at the change, whatever has become of its lines."""
        doubts, say = [], InAnyLanguage(self.env)
        if matched.problem == "ambiguous" and not quantities:
            named = self._items_in_words([matched.item])
            doubts.append(text_of_doubt(say, "ambiguous", named))
        for kind, items in (("exchange", given(change)), ("addition", change.added)):
            if items:
                doubts.append(text_of_doubt(say, kind, self._items_in_words(items)))
        if not change.has_content:
            currency = self._order_here().currency_id or self.company_id.currency_id
            total = change.total_change
            amount = format_amount(self.env, total / 100, currency) if total else ""
            doubts.append(text_of_doubt(say, "no_items", amount))
        if self.cancelled_there and self.decision == "refuse":
            doubts.append(text_of_doubt(say, "refused"))
        if self.is_contradicted:
            doubts.append(text_of_doubt(say, "contradicted"))
        return doubts

    def _lines_of(self, order, change, matched, quantities):
        """Values of the receipt's lines: what is taken out, or may be, and what is added."""
        if quantities or not matched.problem:
            lines = self._values_of_taken(quantities)
        elif matched.problem == "ambiguous":
            lines = self._values_of_unclear(order, taken(change))
        else:
            lines = self._values_of_candidates(matched, matched.item.quantity)
        added = [("replace", item) for item in given(change)]
        added += [("add", item) for item in change.added]
        lines += [
            {
                "kind": kind,
                "sku": item.sku,
                "name": self._name_of(item),
                "asked": item.quantity,
                "quantity": item.quantity,
                "price_cents": item.price or 0,
            }
            for kind, item in added
        ]
        return lines

    def _values_of_taken(self, quantities):
        return [
            {"sale_line_id": line.id, "quantity": quantity, **self._values_of(line)}
            for line, quantity in quantities.items()
        ]

    def _values_of_unclear(self, order, items):
        """Of each SKU, what is taken out, or if that is not clear, the lines that it may mean."""
        by_sku = {}
        for item in items:
            by_sku.setdefault(item.sku, []).append(item)
        lines = order._lines_to_match(items)
        found = {sku: order._lines_of_change(own, lines) for sku, own in by_sku.items()}
        is_each_clear = not any(own.problem for own in found.values())
        values = []
        for sku, own in found.items():
            if not (own.problem or is_each_clear):
                values += self._values_of_taken(own.quantities)
                continue
            item, candidates = own.item or by_sku[sku][0], own.candidates or (*own.quantities,)
            unclear = own._replace(item=item, candidates=candidates)
            asked = sum(one.quantity for one in by_sku[sku])
            values += self._values_of_candidates(unclear, asked)
        return values

    def _values_of_candidates(self, matched, asked):
        """The lines that an item may mean, ``asked`` pieces in all; itself if none does."""
        shown = {"sku": matched.item.sku, "asked": asked}
        return [
            {**self._values_of(line), **shown, "sale_line_id": line.id}
            for line in matched.candidates
        ] or [{**shown, "name": self._name_of(matched.item)}]

    def _values_of(self, line):
        return {
            "sku": line._marketplace_item_sku(),
            "name": line.product_id.display_name or line.name,
            "ordered_before": line.product_uom_qty,
        }

    def _note_lines(self, lines):
        """Note which lines the change concerns, in place of what was noted before."""
        if any(self.change_line_ids.mapped("is_chosen")):
            return  # a person has said which
        self.change_line_ids.unlink()
        self.env["marketplace.change.line"].create(
            [{"receipt_id": self.id, **values} for values in lines]
        )

    def _choose_lines(self, quantities):
        """Say how much is taken out of which line, where several lines may be meant.

        :param quantities: ``{ID of the receipt's line: how much}``
        :raise AccessError: for a user who may not decide
        :raise UserError: if it is not as much as the change asks for, or more than was ordered
        """
        self.ensure_one()
        self._check_may_decide()
        own = self.sudo()  # sudo: receipts are read-only to people
        candidates = own._candidates()
        if own.state != "part_evaluating" or not candidates:
            raise UserError(self.env._("It is already known which lines are meant."))
        if obstacle := candidates._obstacle_to_choice(quantities):
            raise UserError(obstacle)
        for line in candidates:
            line.write({"quantity": quantities.get(line.id, 0.0), "is_chosen": True})

    def _candidates(self):
        """The lines that this change may mean where a person has to say which: none of a SKU of
        which there is less than it names.
        """
        lines = self.change_line_ids.filtered(
            lambda own: own.kind == "remove" and own.asked and own.sale_line_id
        )
        enough = lines.browse()
        for own in lines.grouped("sku").values():
            there = {line.id: line.sudo().sale_line_id._quantity_wanted() for line in own}
            if own._pieces_of(there) >= own[0].asked:
                enough |= own
        return enough
