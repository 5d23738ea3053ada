from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.any_language import stored
from ...tools.discreet_log import discreet, discreet_logger
from ...tools.inbound.texts import message_of_decision
from ...tools.lock import is_concurrency_error
from ...tools.states import HOLDING, UNDECIDED
from ..base.any_language import AnyLanguage

_logger = discreet_logger(__name__)


class MarketplaceCancellationReceipt(models.Model):
    """What people decide where the machine must not."""

    _inherit = "marketplace.cancellation.receipt"

    decide_before = fields.Datetime(
        readonly=True,
        help="If nobody has decided by then, the account's default decision applies. A request "
        "that has failed is tried once more.",
    )
    default_decision = fields.Selection(
        [("accept", "Accept"), ("refuse", "Refuse"), ("wait", "Ask again")],
        compute="_compute_default_decision",
        help="What applies when nobody decides in time.",
    )
    is_confirmed = fields.Boolean(
        compute="_compute_is_confirmed",
        help="The marketplace has been told that the order is cancelled, by the answer to this "
        "request or to another one, or has cancelled it: it cannot be refused any more.",
    )
    earlier_decision = fields.Text(compute="_compute_earlier_decision")
    decision = fields.Selection(
        [("accept", "Accepted"), ("refuse", "Refused"), ("keep", "Kept open")], readonly=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime("Decided", readonly=True)
    decision_reason = AnyLanguage("Reason for the Decision", readonly=True)

    @api.depends("account_id.default_decision", "is_confirmed")
    def _compute_default_decision(self):
        for receipt in self:
            receipt.default_decision = receipt._decision_by_default()

    def _decision_by_default(self):
        """What the deadline decides. A cancellation that was confirmed cannot be refused, and only
        a person keeps an order open: the order stays on hold.
        """
        default = self.account_id.default_decision
        return "wait" if default == "refuse" and self._is_cancellation_confirmed() else default

    @api.depends("state", "answer_status", "answer_body", "sale_order_id", "cancelled_there")
    def _compute_is_confirmed(self):
        for receipt in self:
            receipt.is_confirmed = receipt._is_cancellation_confirmed()

    def _is_cancellation_confirmed(self):
        """Whether this request, or another one for its order, was answered that it is cancelled, or
        the marketplace has cancelled it by itself.
        """
        # sudo: what was said of the order counts for every user
        order = self.sudo().sale_order_id
        if self._is_confirmed() or self.cancelled_there:
            return True
        return bool(order and order._what_was_said()["confirmed"])

    @api.depends("decided_at", "sale_order_id")
    @api.depends_context("lang", "uid", "tz")
    def _compute_earlier_decision(self):
        for receipt in self:
            receipt.earlier_decision = receipt._describe_earlier_decision()

    def action_accept(self):
        """Accept: the order is cancelled, the marketplace's next call gets the confirmation."""
        self._check_may_decide()
        self._decide("accept")
        return True

    def action_refuse(self, reason):
        """Refuse: the order goes on, the marketplace's next call is told ``reason``."""
        self._check_may_decide()
        self._decide("refuse", reason)
        return True

    def action_keep(self, reason):
        """Keep the order open here although it is cancelled at the marketplace.

        The marketplace's next call gets the confirmation: for it, the order is gone.
        """
        self._check_may_decide()
        self._decide("keep", reason)
        return True

    def _check_may_decide(self):
        self.check_access("read")
        self.account_id._check_may_decide()

    def _decide(self, decision, reason=None, automatic=False):
        """Carry a decision out, for every open request for the same orders.

        :param decision: a key of the field ``decision``
        :param reason: mandatory for anything but accepting
        :param automatic: the deadline decided, no person
        :raise UserError: if a receipt needs no decision, or the reason is missing
        """
        if settled := self.filtered(lambda receipt: receipt.state not in UNDECIDED):
            raise UserError(settled[0]._why_nothing_to_decide())
        # A refusal must see the invoice that is posted at this moment, and the other way round.
        # sudo: receipts are read-only to people; this method alone records decisions
        self.sudo().sale_order_id._claim_fulfilment()
        if decision == "refuse" and any(receipt._is_cancellation_confirmed() for receipt in self):
            text = self.env._(
                "The marketplace has its confirmation: this cannot be refused any more. You "
                "can keep the order open."
            )
            raise UserError(text)
        if decision != "accept" and not (reason or "").strip():
            raise UserError(self.env._("Please give a reason."))
        now = fields.Datetime.now()
        for receipt in self.sudo()._with_open_siblings(decision):  # sudo: as above
            receipt.write(
                {
                    "decision": decision,
                    "decided_by_id": False if automatic else self.env.uid,
                    "decided_at": now,
                    "decision_reason": reason and stored(reason),
                }
            )
            env = receipt.account_id._as_endpoint().env
            receipt.with_env(env)._carry_out_decision()
            author = self.env.ref("base.partner_root") if automatic else self.env.user.partner_id
            message = message_of_decision(receipt.env, reason, **receipt._who_decided())
            for document in filter(None, (receipt, receipt.sale_order_id)):
                document._message_log(body=message, author_id=author.id)

    def _why_nothing_to_decide(self):
        """What somebody reads whose page is older than the decision of somebody else."""
        if self.decided_at:
            return self.env._("This is decided already. %s", self._describe_decision())
        return self.env._("Only what needs a decision can be decided.")

    def _with_open_siblings(self, decision):
        """``self`` and the other requests for the same orders that the decision settles.

        A user who lets an order go on does so for every request because of which it is on hold.
        """
        states = UNDECIDED if decision == "accept" else (*HOLDING, "waiting")
        return self | self.search(
            [("sale_order_id", "in", self.sale_order_id.ids), ("state", "in", states)]
        )

    def _carry_out_decision(self):
        self.ensure_one()
        order = self.sale_order_id
        if self.decision == "refuse":
            self._set_refused(order, self.decision_reason)
        elif self.decision == "keep":
            self._set_kept(order, self.decision_reason)
        elif self.state in UNDECIDED:  # not confirmed along with a request decided just before
            self._cancel_or_fail(order)

    @discreet()
    def _cancel_or_fail(self, order):
        """Cancel ``order`` as a whole, or leave it as a whole and record why."""
        try:
            with self.env.cr.savepoint():
                self.write(self._report_values(self._stage_when_decided(order), order))
                order._cancel_for_marketplace({order: self})
                self._set_cancelled(order)
        except Exception as error:
            if is_concurrency_error(error):
                raise  # Odoo does it all again
            _logger.exception("Receipt %s could not be settled as decided", self.id)
            self._set_failed(order, order._describe_failure(error))
