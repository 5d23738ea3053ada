from odoo import api, models

from ...tools.any_language import InAnyLanguage
from ...tools.change.texts import text_of_unresolved_part
from ...tools.inbound.bulk_texts import why_not_decided
from ...tools.states import PART_FINAL, PART_UNDECIDED, PART_UNSETTLED


class MarketplaceCancellationReceipt(models.Model):
    """Changes that wait for a person: whom Odoo asks, until when, and what happens after that."""

    _inherit = "marketplace.cancellation.receipt"

    @api.model
    def _undecided(self):
        return (*super()._undecided(), *PART_UNDECIDED)

    @api.model
    def _unsettled(self):
        return (*super()._unsettled(), *PART_UNSETTLED)

    @api.model
    def _settled(self):
        return (*super()._settled(), *PART_FINAL, "part_agreed")

    @api.depends("accept_text", "may_be_repeat", "cancelled_there")
    def _compute_can_decide(self):
        return super()._compute_can_decide()

    def _obstacle_in_itself(self, decision):
        if self.kind != "part":
            return super()._obstacle_in_itself(decision)
        if self.state in PART_FINAL:
            return why_not_decided(self.env, "settled")
        if decision == "accept":
            return self._obstacle_to_offering_acceptance()
        if self.state not in (*PART_UNDECIDED, "part_agreed"):
            return why_not_decided(self.env, "no question")
        if self.may_be_repeat:
            return self._why_maybe_repeat()
        return why_not_decided(self.env, "confirmed") if self.cancelled_there else None

    def _obstacle_to_offering_acceptance(self):
        """See :meth:`_obstacle_in_itself`, of a change that is not settled."""
        if self.state == "part_failed":
            return why_not_decided(self.env, "failed")
        if self.state == "part_agreed":
            return self.env._("Agreed to already")
        if self.state != "part_evaluating":
            return why_not_decided(self.env, "no question")
        if self.may_be_repeat:
            return self._why_maybe_repeat()
        if not self.accept_text:
            return self.env._("To be decided one by one (the lines must be chosen)")
        return None

    def _why_maybe_repeat(self):
        return self.env._("To be decided one by one (may be a repeat)")

    def _obstacle_to_resolution(self):
        obstacle = super()._obstacle_to_resolution()
        if not obstacle or self.resolved_at or self.state not in PART_UNSETTLED:
            return obstacle
        names = ", ".join(self._open_orders_held().mapped("name"))
        return text_of_unresolved_part(self.env, self.state, names)

    def _is_left_alone(self):
        """Whether this change has failed, and a person has marked it as resolved."""
        return self.state == "part_failed" and bool(self.resolved_at)

    def _has_failed(self):
        return super()._has_failed() or self.state == "part_failed"

    def _ask_to_act(self):
        if self.kind != "part":
            return super()._ask_to_act()
        if self.state == "part_failed":
            summary = self.env._("A marketplace's change of an order failed")
            return self._ask_responsible(summary, self.error)
        summary = self.env._("Decide on a marketplace's change of an order")
        return self._ask_responsible(summary, self.note, self.decide_before)

    def _set_failed(self, order, error):
        changes = self.filtered(lambda receipt: receipt.kind == "part")
        for change in changes:
            change._set_part_failed(error)
        return super(MarketplaceCancellationReceipt, self - changes)._set_failed(order, error)

    @api.depends("change_line_ids.is_chosen", "may_be_repeat")
    def _compute_default_decision(self):
        return super()._compute_default_decision()

    def _decision_by_default(self):
        """Only a person can say which lines are meant, or whether it is a repeat."""
        if self.kind == "part" and (self._is_choice_missing() or self.may_be_repeat):
            return "wait"
        return super()._decision_by_default()

    def _decide_by_default(self):
        if self.kind != "part":
            return super()._decide_by_default()
        decision = self._decision_by_default()
        if self.state == "part_failed":
            return self._try_at_deadline()
        if decision == "wait":
            return self._extend_deadline()
        reason = InAnyLanguage(self.env)._("Nobody decided in time.")
        return self._decide(decision, reason, automatic=True)

    def _try_at_deadline(self):
        if self.kind != "part":
            return super()._try_at_deadline()
        self._try_again()
        return self.state == "part_failed" and self._begin_deadline()

    def _try_again(self):
        """Process this change once more: what a person has accepted is carried out."""
        if self.kind != "part":
            return super()._try_again()
        # sudo: receipts are read-only to people
        env = self.sudo().account_id._as_endpoint().env
        change, service = self.with_env(env), env["marketplace.change.service"]
        change._set_part("part_agreed" if change.decision == "accept" else "part_received")
        service._decide_if_new(change)
        return service._carry_out_if_due(change)

    def _open_orders_held(self):
        if self.kind != "part":
            return super()._open_orders_held()
        # sudo: which orders are here counts for every user
        return self.sudo()._order_here()._with_replacements()
