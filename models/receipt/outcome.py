from odoo import api, fields, models

from ...tools.cause import Cause
from ...tools.decision import Concern, History, Stage
from ...tools.inbound.answer import EVALUATING, Answer
from ...tools.inbound.confirmation import confirmation_body, format_date
from ...tools.inbound.problem import CANCELLATION_REFUSED, Problem
from ...tools.states import UNANSWERED, UNDECIDED


class MarketplaceCancellationReceipt(models.Model):
    """What becomes of a request, and the answer that follows from it."""

    _inherit = "marketplace.cancellation.receipt"

    def _stored_answer(self):
        """The :class:`~tools.inbound.answer.Answer` for every repeat, None if there is none."""
        self.ensure_one()
        if self.state in UNANSWERED and not self._is_confirmed():
            return None
        return Answer(self.answer_status, self.answer_body or "")

    def _is_confirmed(self):
        """Whether the marketplace has been told that the order is cancelled."""
        return self.answer_status == 200 and bool(self.answer_body)

    def _set_cancelled(self, order, note=None):
        """Record that ``order`` is cancelled: the marketplace gets its confirmation."""
        for receipt in self:
            receipt._set_outcome("cancelled", order, receipt._confirmation(order), note)

    def _set_queued(self, order):
        """Record that ``order`` is about to be cancelled: the marketplace has its confirmation."""
        for receipt in self:
            receipt._set_outcome("queued", order, receipt._confirmation(order), None)
            receipt.settled_at = False

    def _set_carried_out(self):
        """Record that the orders of these queued receipts are cancelled, as was answered."""
        self.write({"state": "cancelled", "settled_at": fields.Datetime.now()})

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

    def _set_evaluating(self, order, note):
        """Record that a person has to decide; the marketplace is told that the seller thinks."""
        for receipt in self:
            receipt._set_outcome("evaluating", order, EVALUATING, note)
            receipt.settled_at = False
            receipt.decide_before = receipt.account_id._decision_deadline()

    def _set_outcome(self, state, order, answer, note):
        was_asked = self.state in UNDECIDED
        values = self._outcome_values(state, order, answer)
        self.write(values | {"settled_at": fields.Datetime.now(), "note": note, "error": False})
        if was_asked:  # whoever was to look at it need not any more
            self.activity_unlink(["marketplace_order_cancellation.activity_decide"])

    @api.model
    def _outcome_values(self, state, order, answer):
        return {
            "state": state,
            "sale_order_id": order.id,
            "answer_status": answer.status,
            "answer_body": answer.body,
        }

    @api.model
    def _figures(self, stage, order=None):
        """Further values of a receipt whose order was looked at; a hook for reports.

        :param stage: a :class:`~tools.decision.Stage`; None leaves it as it is
        :param order: the order that is going to be cancelled because of this request, if any
        """
        return {}

    @api.model
    def _create_queued(self, account, request, order, **values):
        """The new receipt of ``request``, whose untouched ``order`` is about to be cancelled.

        :param values: further values, ``received_at`` among them
        """
        code = self._new_protocol_code()
        answer = self._confirm(account, request, values["received_at"], order, code)
        values |= self._outcome_values("queued", order, answer)
        values |= self._figures(Stage.UNTOUCHED, order)
        return self._create_for(account, request, protocol_code=code, **values)

    def _explain(self, concerns):
        """One sentence on why an order is not simply cancelled."""
        texts = {
            Concern.PICKING: self.env._("picking has begun"),
            Concern.PARTLY_SHIPPED: self.env._("a part has been shipped"),
            Concern.SHIPPED: self.env._("it has been shipped"),
            Concern.INVOICED: self.env._("it is invoiced or paid"),
            Concern.LOCKED: self.env._("the order is locked"),
            Concern.COMMITTED: self.env._("something was bought, made or served for it"),
            History.REFUSED: self.env._("an earlier request for it was refused"),
            History.REOPENED: self.env._("it was cancelled before, and opened again"),
        }
        present = [text for concern, text in texts.items() if concern in concerns]
        sentence = ", ".join(present)
        return sentence[:1].upper() + sentence[1:] + "."

    @api.model
    def _describe_findings(self, order):
        """What other modules have done for ``order``, as a further sentence if there is any."""
        # sudo: only what kind of work it is comes out
        if not (findings := order.sudo()._with_replacements()._findings()):
            return ""
        return " " + self.env._("Found: %s.", ", ".join(findings.values()))

    def _hold_text(self):
        """Why a document of the order is on hold, empty for no receipt."""
        if not self:
            return False
        if self.state in ("evaluating", "received"):
            return self.env._(
                "%s asks to cancel this order: wait for the decision.", self.account_id.name
            )
        return self.env._(
            "%(marketplace)s has cancelled its order %(order)s. It must not be shipped.",
            marketplace=self.account_id.name,
            order=self.marketplace_order_id,
        )

    def _set_waiting(self):
        """Record that the order is not known yet."""
        self.write({"state": "waiting", "error": False})

    def _set_mismatch(self, note):
        """Record that the request names two orders; ``note`` says which."""
        self.write({"state": "mismatch", "note": note, "error": False})

    def _set_failed(self, order, error):
        """Record that cancelling ``order`` (may be empty) failed, and ask for somebody's help.

        What fails again and again, each time that the marketplace repeats its call say, has the
        deadline of the first time.
        """
        for receipt in self:
            had_failed = receipt.state == "failed"
            receipt.write({"state": "failed", "sale_order_id": order.id, "error": error})
            if not (had_failed and receipt.decide_before):
                receipt._begin_deadline()
            receipt._ask_about_failure()

    def _confirmation(self, order):
        self.ensure_one()
        return self._confirm(self.account_id, self, self.received_at, order, self.protocol_code)

    @api.model
    def _confirm(self, account, request, received_at, order, protocol_code):
        settings = account._settings()
        date = format_date(received_at, settings.date_format, settings.tz)
        order_id = request.marketplace_order_id
        return Answer(200, confirmation_body(date, order_id, order.name, protocol_code))

    def _refusal(self, reason):
        self.ensure_one()
        problem = Problem(CANCELLATION_REFUSED, reason, receipt=self.protocol_code)
        return Answer.from_problem(problem)

    def _describe_request(self):
        """One sentence for chatters while nothing is decided: who wants the order cancelled."""
        self.ensure_one()
        name = self.account_id._settings().name
        if self.requested_by_user == "shopper":
            sentence = self.env._("%s asks to cancel this order, as the shopper wishes.", name)
        else:
            sentence = self.env._("%s asks to cancel this order.", name)
        return self._with_reason(sentence)

    def _describe(self):
        """One sentence for chatters: which marketplace asked, who wanted it, and why."""
        self.ensure_one()
        name = self.account_id._settings().name
        if self.requested_by_user == "shopper":
            sentence = self.env._("%s cancelled this order; the shopper asked for it.", name)
        elif self.requested_by_user == "marketplace":
            sentence = self.env._("%s cancelled this order on its own account.", name)
        else:
            sentence = self.env._("%s cancelled this order.", name)
        return self._with_reason(sentence)

    def _as_cause(self, order=None):
        """This request as the :class:`~tools.cause.Cause` of the cancellation of ``order``.

        :param order: the marketplace's order, if it is not noted here yet
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        return Cause(order or self.sale_order_id, self.account_id, self._describe(), self, nobody)

    def _with_reason(self, sentence):
        if not self.reason:
            return sentence
        return sentence + " " + self.env._("Reason: “%s”.", self.reason)
