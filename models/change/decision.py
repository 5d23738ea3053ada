from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.any_language import stored
from ...tools.change.items import taken
from ...tools.discreet_log import discreet, discreet_logger
from ...tools.inbound.texts import message_of_decision
from ...tools.lock import is_concurrency_error
from ...tools.states import PART_UNDECIDED

_logger = discreet_logger(__name__)

_GIVEN_UP = ("refuse", "part_agreed")


class MarketplaceCancellationReceipt(models.Model):
    """What people decide about a change, and how a change is carried out."""

    _inherit = "marketplace.cancellation.receipt"

    def _decide(self, decision, reason=None, automatic=False):
        changes = self.filtered(lambda receipt: receipt.kind == "part")
        for change in changes:
            change._decide_on_part(decision, reason, automatic)
        others = super(MarketplaceCancellationReceipt, self - changes)
        return others._decide(decision, reason, automatic)

    def _decide_on_part(self, decision, reason, automatic):
        """Carry out what a person, or the deadline, has decided about this change.

        :raise UserError: if it needs no decision, cannot be decided so, or the reason is missing
        """
        receipt = self.sudo()  # sudo: receipts are read-only to people; checked by the caller
        receipt.sale_order_id._claim_fulfilment()
        if obstacle := receipt._obstacle_to(decision, reason):
            raise UserError(obstacle)
        receipt.write(
            {
                "decision": decision,
                "decided_by_id": False if automatic else self.env.uid,
                "decided_at": fields.Datetime.now(),
                "decision_reason": reason and stored(reason),
            }
        )
        message = message_of_decision(receipt.env, reason, **receipt._who_decided())
        env = receipt.account_id._as_endpoint().env
        receipt.with_env(env)._carry_out_decision_on_part()
        author = self.env.ref("base.partner_root") if automatic else self.env.user.partner_id
        for document in filter(None, (receipt, receipt.sale_order_id)):
            document._message_log(body=message, author_id=author.id)

    def action_carry_out(self):
        """Carry out what is agreed to, although the marketplace has not asked for it.

        :raise AccessError: for a user who may not decide
        :raise UserError: if it is not agreed to
        """
        self.ensure_one()
        self._check_may_decide()
        receipt = self.sudo()  # sudo: receipts are read-only to people
        order = receipt._order_here()
        order._claim_fulfilment()
        if receipt.state != "part_agreed" or not order:
            raise UserError(self.env._("Only a change that is agreed to can be carried out."))
        receipt.write({"decision": "accept", "decided_by_id": self.env.uid})
        receipt.decided_at = fields.Datetime.now()
        env = receipt.account_id._as_endpoint().env
        receipt.with_env(env)._carry_out_or_fail(order.with_env(env))
        author = self.env.user.partner_id
        for document in (receipt, order):
            document._message_log(
                body=self.env._("Carried out before the marketplace asked for the confirmation."),
                author_id=author.id,
            )
        return True

    def _obstacle_to(self, decision, reason):
        """Why this change cannot be decided so, None if it can."""
        # what is agreed to may be given up: the marketplace may never go on with it
        if self.state not in PART_UNDECIDED and (decision, self.state) != _GIVEN_UP:
            return self._why_nothing_to_decide()
        if self.may_be_repeat:
            return self.env._("Say first whether this is a repeat or another change.")
        if decision != "accept" and not (reason or "").strip():
            return self.env._("Please give a reason.")
        if decision == "refuse" and self.cancelled_there:
            return self.env._(
                "The marketplace has changed the order already: this cannot be refused any more. "
                "You can keep the goods on the order."
            )
        if decision == "keep" and not self.cancelled_there:
            return self.env._("The marketplace still waits for an answer: accept or refuse it.")
        return self._obstacle_to_acceptance() if decision == "accept" else None

    def _obstacle_to_acceptance(self):
        order = self._order_here()
        if not order:
            return self.env._("The order is not here any more: refuse the change.")
        if not self._is_choice_missing():
            return None
        judged = self._judge(order)
        if judged.is_known:  # a product has the SKU by now, say
            return None
        if self._candidates():
            return self.env._("Say first how much is taken out of which line.")
        return judged.note

    def _is_choice_missing(self):
        """Whether it is not known which lines are meant: a person has to choose among several, or
        to see to it that there is one.
        """
        unclear = self.change_line_ids.filtered(lambda own: own.kind == "remove" and own.asked)
        return bool(unclear) and not any(unclear.mapped("is_chosen"))

    def _carry_out_decision_on_part(self):
        self.ensure_one()
        order = self.sale_order_id
        if self.decision == "refuse":
            self._refuse_part(order, self.decision_reason)
        elif self.decision == "keep":
            self._set_part("part_kept", self.decision_reason)
            order._release_invoice_calls()
        elif self._is_waited_for():
            self._carry_out_or_fail(order)
        else:
            self._set_part("part_agreed", sale_order_id=order.id)

    def _is_waited_for(self):
        """Whether the change is to be carried out as soon as it is agreed to: the marketplace waits
        for it, has carried it out, or cannot be told that it is agreed to.
        """
        known = self.confirmation_asked_at or self.cancelled_there
        return bool(known) or not self.account_id.is_connected

    def _is_due(self):
        return self.state == "part_agreed" and self._is_waited_for()

    @discreet()
    def _carry_out_or_fail(self, order):
        """Carry this change out as a whole, or leave ``order`` as it is and record why.

        If it is no longer known what is taken out, because the order's lines have changed for
        example, a person is asked again.
        """
        try:
            with self.env.cr.savepoint():
                judged = self._judge(order)
                self._note_lines(judged.lines)
                if judged.is_known:
                    self._carry_out_part(order, judged.quantities)
                else:
                    self._ask_about_part(order, judged.note)
        except Exception as error:
            if is_concurrency_error(error):
                raise  # Odoo does it all again
            _logger.exception("Change %s could not be carried out as decided", self.id)
            self._set_part_failed(order._describe_failure(error))

    # -- Carried out, or refused ------------------------------------------------------------------

    def _carry_out_part(self, order, quantities):
        """Take ``quantities`` out of ``order``; the whole order goes if nothing would be left.

        :param quantities: ``{order line: how much}``; empty if it was done before, or adds alone
        :raise UserError: if that cannot be; the caller rolls back
        """
        self.ensure_one()
        # sudo: replacements and documents of the warehouse may be somebody else's
        own = order.sudo()
        self._set_part("part_cancelled", sale_order_id=order.id)
        if own._with_replacements():
            self._change_order(own, quantities)
        if not self.cancelled_there:
            order._agree_at_marketplace("confirm", self)
        order._release_invoice_calls()
        self.env["marketplace.change.service"]._wake()  # another change may wait for this one

    def _change_order(self, order, quantities):
        """Add to ``order`` what a person has agreed to, and take ``quantities`` out of it."""
        if quantities or not taken(self._change()):
            order._add_items(self.change_line_ids.filtered(lambda own: own.kind != "remove"))
        if not quantities:
            return
        if order._is_all_of_order(quantities):
            self.is_whole_after_all = True
            order._cancel_for_marketplace({order: self})
            order._remember_cancellation()
        else:
            order._take_out(quantities, self._as_cause(order))

    def _refuse_part(self, order, reason):
        """Leave ``order`` as it is; the marketplace is told that the change is not made."""
        self._set_part("part_refused", reason, sale_order_id=order.id)
        order._withdraw_change_at_marketplace(self, reason)
        order._release_invoice_calls()
        self.env["marketplace.change.service"]._wake()

    def _ask_about_part(self, order, note):
        """Have a person decide on this change of ``order``; its lines are on hold until then.

        Also if a person has decided before: the order is no longer what they decided on.
        """
        undecided = dict.fromkeys(
            ("decision", "decided_by_id", "decided_at", "decision_reason"), False
        )
        self._set_part("part_evaluating", note, sale_order_id=order.id, **undecided)
        self.decide_before = self.account_id._decision_deadline()
        self._ask_to_act()
        order._message_log(
            body=self.env._("%(what)s On hold: %(why)s", what=self._describe_change(), why=note)
        )
