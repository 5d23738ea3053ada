import uuid

from odoo import api, fields, models

from ...tools.any_language import stored
from ...tools.cause import Cause
from ...tools.decision import Stage
from ...tools.inbound.answer import EVALUATING, Answer, confirmation_body, format_date
from ...tools.inbound.problem import CANCELLATION_REFUSED, Problem
from ...tools.inbound.texts import text_of_cancellation
from ...tools.states import FINAL, UNANSWERED, UNDECIDED

_UNRESOLVED = {"resolved_at": False, "resolved_by_id": False, "resolution_note": False}


class MarketplaceCancellationReceipt(models.Model):
    """What becomes of a request, and the answer that follows from it."""

    _inherit = "marketplace.cancellation.receipt"

    def _set_waiting(self):
        """Record that the order is not known yet."""
        self.write({"state": "waiting", "error": False})

    def _set_mismatch(self, note):
        """Record that the request names two orders; ``note`` says which."""
        self.write({"state": "mismatch", "note": stored(note), "error": False})

    def _set_evaluating(self, order, note):
        """Record that a person has to decide; the marketplace hears that nothing is decided yet."""
        for receipt in self:
            receipt._set_outcome("evaluating", order, EVALUATING, note)
            receipt.decide_before = receipt.account_id._decision_deadline()

    def _set_queued(self, order):
        """Record that ``order`` is about to be cancelled: the marketplace has its confirmation."""
        for receipt in self:
            receipt._set_outcome("queued", order, receipt._confirmation(order), None)

    @api.model
    def _create_confirmed(self, state, account, request, order, **values):
        """The new receipt of ``request``, whose untouched ``order`` is about to be cancelled.

        :param state: ``queued``, or ``cancelled`` if this transaction cancels it
        :param values: further values, ``received_at`` and ``source`` among them
        """
        code = str(uuid.uuid4())
        answer = self._build_confirmation(account, request, values["received_at"], order, code)
        values |= self._outcome_values(state, order, answer)
        if state in FINAL:
            values["settled_at"] = fields.Datetime.now()
        if values["source"] == "call":  # or else nobody is being answered
            values |= {"told_at": values["received_at"], "told_how": "answer"}
        values |= self._report_values(Stage.UNTOUCHED, order)
        return self._create_for(account, request, protocol_code=code, **values)

    def _set_carried_out(self):
        """Record that the orders of these queued receipts are cancelled, as was answered."""
        self.write({"state": "cancelled", "settled_at": fields.Datetime.now()})
        for receipt in self:
            if receipt.source != "call":
                receipt._tell_granted()

    def _set_cancelled(self, order, note=None):
        """Record that ``order`` is cancelled: the marketplace gets its confirmation."""
        for receipt in self:
            receipt._set_outcome("cancelled", order, receipt._confirmation(order), note)
            if receipt.source != "call":  # a call has its answer
                receipt._tell_granted()

    def _set_kept(self, order, note):
        """Record that ``order`` stays open here although it is cancelled at the marketplace."""
        order.sudo().is_kept_open = True  # sudo: nobody may write it, but for decisions
        for receipt in self:
            receipt._set_outcome("kept", order, receipt._confirmation(order), note)

    def _set_refused(self, order, reason):
        """Record that the seller refuses, and why; the marketplace is told the reason."""
        for receipt in self:
            receipt._set_outcome("refused", order, receipt._refusal(reason), reason)
            receipt._tell_refusal(order, reason)

    def _set_failed(self, order, error):
        """Record that cancelling ``order`` (may be empty) failed, and ask for somebody's help.

        A request that fails again, with each repeat of the call say, keeps its first deadline.
        """
        for receipt in self:
            had_failed = receipt.state == "failed"
            receipt.write({"state": "failed", "sale_order_id": order.id, "error": stored(error)})
            if not (had_failed and receipt.decide_before):
                receipt._begin_deadline()
            receipt._ask_to_act()

    def _set_found_again(self, order):
        """Record that ``order`` is the one that was deleted, imported anew.

        What has failed holds it: somebody is asked once more, even if they had marked the receipt
        as resolved while there was no order.
        """
        self.sale_order_id = order
        for receipt in self.filtered(lambda own: own.state == "failed"):
            if receipt.resolved_at or not receipt.decide_before:
                receipt._begin_deadline()
            receipt.state = "failed"  # no longer resolved, see write()
            receipt._ask_to_act()

    def _set_outcome(self, state, order, answer, note):
        was_asked = self.state in UNDECIDED
        values = self._outcome_values(state, order, answer)
        values["settled_at"] = state in FINAL and fields.Datetime.now()
        self.write(values | {"note": note and stored(note), "error": False})
        if was_asked:  # nobody has to look at the receipt any more
            self.activity_unlink(["marketplace_order_cancellation.activity_decide"])

    @api.model
    def _outcome_values(self, state, order, answer):
        return {
            "state": state,
            "sale_order_id": order.id,
            "answer_status": answer.status,
            "answer_body": answer.body,
        }

    def _as_cause(self, order=None):
        """This request as the :class:`~tools.cause.Cause` of the cancellation of ``order``.

        :param order: the marketplace's order, if it is not noted here yet
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        return Cause(order or self.sale_order_id, self.account_id, self._describe(), self, nobody)

    def write(self, vals):
        """A receipt whose state changes, or that fails once more, is no longer resolved."""
        if "state" not in vals or "resolved_at" in vals:
            return super().write(vals)
        state = vals["state"]
        changed = self.filtered(lambda receipt: receipt.state != state or state == "failed")
        super(MarketplaceCancellationReceipt, self - changed).write(vals)
        return super(MarketplaceCancellationReceipt, changed).write(vals | _UNRESOLVED)

    def _describe(self):
        """One sentence for chatters: which marketplace cancelled the order, who asked, and why."""
        name = self.account_id._settings().name
        return text_of_cancellation(self.env, name, self.requested_by_user, self.reason)

    # -- The answer -------------------------------------------------------------------------------

    def _stored_answer(self):
        """The :class:`~tools.inbound.answer.Answer` to every repeat, None if there is none yet."""
        self.ensure_one()
        if self.state in UNANSWERED and not self._is_confirmed():
            return None
        if self.state == "refused" and self.cancelled_there:  # all the same: looked at anew
            return None
        return Answer(self.answer_status, self.answer_body or "")

    def _is_confirmed(self):
        """Whether the marketplace has been told that the order is cancelled."""
        return self.answer_status == 200 and bool(self.answer_body)

    def _confirmation(self, order):
        self.ensure_one()
        return self._build_confirmation(
            self.account_id, self, self.received_at, order, self.protocol_code
        )

    @api.model
    def _build_confirmation(self, account, request, received_at, order, protocol_code):
        settings = account._settings()
        date = format_date(received_at, settings.date_format, settings.tz)
        order_id = request.marketplace_order_id
        return Answer(200, confirmation_body(date, order_id, order.name, protocol_code))

    def _refusal(self, reason):
        self.ensure_one()
        problem = Problem(CANCELLATION_REFUSED, reason, receipt=self.protocol_code)
        return Answer.from_problem(problem)

    # -- Hooks for reports ------------------------------------------------------------------------

    @api.model
    def _report_values(self, stage, order=None):
        """Further values of a receipt whose order was looked at; a hook for reports.

        :param stage: a :class:`~tools.decision.Stage`; None leaves it as it is
        :param order: the order that is going to be cancelled because of this request, if any
        """
        return {}

    def _stage_when_decided(self, order):
        """How far ``order`` has got, now that a person has decided to cancel it; None: as before.

        A hook for reports.
        """

    def _count_once(self, order, asked_by):
        """A hook for reports: ``order`` is cancelled, and these requests for it are settled.

        :param asked_by: IDs of the receipts because of which it was cancelled
        """
