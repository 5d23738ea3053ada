import json

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.any_language import stored
from ...tools.clock import database_now
from ...tools.states import CALL_ENDED_BADLY, CALL_KINDS, CALL_OPEN, CALL_STATES
from ..base.any_language import AnyLanguage
from ..base.moments import day_of

ACTIVITY = "marketplace_order_cancellation.activity_call"


class MarketplaceOutboundCall(models.Model):
    """One call to a marketplace: written with the decision it tells of, sent after the commit.

    It is sent at least once, and the calls for one sales order in the order in which they were
    made. See ``sending.py`` for how.
    """

    _name = "marketplace.outbound.call"
    _description = "Call to a Marketplace"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    account_id = fields.Many2one("marketplace.account", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    kind = fields.Selection(CALL_KINDS, "Call", required=True, readonly=True)
    marketplace_order_id = fields.Char(required=True, readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, index="btree_not_null", check_company=True
    )
    receipt_id = fields.Many2one(
        "marketplace.cancellation.receipt", "Cancellation", readonly=True, index="btree_not_null"
    )
    invoice_id = fields.Many2one("account.move", readonly=True, index="btree_not_null")
    deducted_ids = fields.Many2many(
        "account.move",
        readonly=True,
        groups="account.group_account_readonly",
        help="Credit notes that were deducted from the invoice before it was sent.",
    )
    body = fields.Json(readonly=True, help="What is sent.")
    body_text = fields.Text("Sent", compute="_compute_body_text")
    state = fields.Selection(
        CALL_STATES, required=True, readonly=True, default="pending", index=True, tracking=True
    )
    attempts = fields.Integer(readonly=True, aggregator="sum")
    # The wait after a failed attempt grows with those since somebody last had it sent.
    earlier_attempts = fields.Integer(readonly=True, aggregator=None)
    next_attempt_at = fields.Datetime(
        "Next Attempt",
        readonly=True,
        index="btree_not_null",
        default=lambda self: database_now(self.env.cr),
    )
    last_attempt_at = fields.Datetime("Last Attempt", readonly=True)
    is_unanswered = fields.Boolean(readonly=True, help="There was no answer to the last attempt.")
    # Some try got no answer, or an error of the marketplace's. Whatever is answered to later tries
    # says nothing of that one, so it is never taken back.
    may_be_carried_out = fields.Boolean(readonly=True)
    pause_until = fields.Datetime(
        readonly=True, help="Until then nothing at all is sent to the marketplace."
    )
    account_paused_until = fields.Datetime(related="account_id.outbound_paused_until")
    account_stop = fields.Text(related="account_id.outbound_stop")
    pending_since = fields.Datetime(readonly=True, default=lambda self: database_now(self.env.cr))
    on_hold = fields.Boolean(
        readonly=True,
        help="It is not sent for now. Other calls for the same order are sent.",
    )
    on_hold_since = fields.Datetime(readonly=True)
    answer_status = fields.Integer("Answered Status", readonly=True, aggregator=None)
    answer_body = fields.Text("Last Answer", readonly=True)
    error = AnyLanguage(readonly=True, help="Why the marketplace has not accepted the call.")
    note = AnyLanguage(readonly=True)
    may_give_up = fields.Boolean(compute="_compute_may_send", help="The user may give it up.")
    may_send = fields.Boolean(
        compute="_compute_may_send", help="The user may have it sent once more."
    )

    _call_unique = models.UniqueIndex(
        # an invoice, or a receipt, that is deleted leaves NULL behind, which collides with nothing
        "(sale_order_id, kind, (CASE kind WHEN 'invoice' THEN invoice_id"
        " WHEN 'return' THEN invoice_id WHEN 'cancel' THEN 0 ELSE receipt_id END))"
        " WHERE state IN ('waiting', 'pending', 'sent')",
        "The marketplace is told of this already.",
    )

    # What is asked before each call: which marketplaces are paused, which do not answer, and what
    # became of the last calls to one.
    _pausing = models.Index("(account_id, pause_until) WHERE pause_until IS NOT NULL")
    _unanswered = models.Index("(account_id) WHERE is_unanswered AND state = 'pending'")
    _last_attempts = models.Index(
        "(account_id, last_attempt_at DESC, id DESC) WHERE last_attempt_at IS NOT NULL"
    )

    @api.depends("kind", "marketplace_order_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for call in self:
            call.display_name = f"{labels.get(call.kind)}: {call.marketplace_order_id}"

    @api.depends("body")
    def _compute_body_text(self):
        for call in self:
            call.body_text = call.body and json.dumps(call.body, indent=2, ensure_ascii=False)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, view_type == "list" and self._may_handle_some())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Without the buttons for several calls, for users who may decide on none."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and not self._may_handle_some():
            for header in arch.findall("header"):
                arch.remove(header)
        return arch, view

    @api.model
    def _may_handle_some(self):
        return self.env["marketplace.cancellation.receipt"]._may_decide_on_some()

    # -- What people do ---------------------------------------------------------------------------

    @api.depends("account_id.user_id", "kind", "sale_order_id.state", "sale_order_id.user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_may_send(self):
        for call in self:
            call.may_give_up = call.account_id._may_decide()
            call.may_send = call.may_give_up or call._may_cancel_there()

    def _may_cancel_there(self):
        """Whether this call cancels an order that is cancelled here, and the user is a salesperson
        who may change it: see the order's ``action_cancel_at_marketplace``.
        """
        order = self.sale_order_id
        is_cancelled = self.kind == "cancel" and order.sudo().state == "cancel"  # sudo: no secret
        sells = self.env.user.has_group("sales_team.group_sale_salesman")
        return is_cancelled and sells and order.has_access("write")

    def action_send_again(self):
        """Send those of these calls again that were not taken, now, with a new term.

        :raise AccessError: for a user who may neither decide, nor cancel the order there
        """
        self.check_access("read")
        self.filtered(lambda call: not call.may_send).account_id._check_may_decide()
        sendable = self.filtered(lambda call: call.state in (*CALL_ENDED_BADLY, "pending"))
        if not sendable:
            text = self.env._("Only calls that the marketplace has not accepted can be sent.")
            raise UserError(text)
        denials = sendable.filtered(lambda call: call.kind == "deny")
        if not all(call.receipt_id.cancellation_request_id for call in denials):
            text = self.env._("A request without an ID (cancellationRequestId) cannot be denied.")
            raise UserError(text)
        # sudo: calls are read-only to people
        sendable.sudo()._set_pending()
        sendable.account_id._end_rest()
        sendable.account_id._end_rejection()
        sendable.account_id._end_settled_activities()
        sendable._log_as_user(self.env._("Sent again."))
        return True

    def action_give_up(self, note):
        """Give these calls up; ``note`` says how somebody tells the marketplace, or why not.

        :raise AccessError: for a user who may not decide
        """
        self.check_access("read")
        self.account_id._check_may_decide()
        if not (note or "").strip():
            raise UserError(self.env._("Please give a reason."))
        if any(call.state not in (*CALL_ENDED_BADLY, *CALL_OPEN) for call in self):
            text = self.env._("Only calls that the marketplace has not accepted can be given up.")
            raise UserError(text)
        self.sudo()._end("given_up", note=note)  # sudo: calls are read-only to people
        self.account_id._end_settled_activities()
        self._log_as_user(self.env._("Given up: %s", note))
        return True

    def _log_as_user(self, text):
        for call in self.sudo():  # sudo: calls are read-only to people
            call._message_log(body=text, author_id=self.env.user.partner_id.id)

    def _set_pending(self):
        """Have these calls sent as soon as this transaction is committed."""
        now = database_now(self.env.cr)
        refused = self.filtered(lambda call: call.state == "failed" and call._is_document())
        refused.body = False  # is composed anew
        self.write({"state": "pending", "pause_until": False, "error": False})
        self.write({"next_attempt_at": now, "pending_since": now})
        for call in self:
            call.earlier_attempts = call.attempts
        self.activity_unlink([ACTIVITY])
        self._wake_sender()

    def _end(self, state, **values):
        """Let nothing more be sent for these calls."""
        values |= {name: stored(values[name]) for name in ("error", "note") if values.get(name)}
        self.write({"state": state, "next_attempt_at": False, "on_hold": False, **values})
        self.activity_unlink([ACTIVITY])
        if state in ("failed", "expired"):
            for call in self.filtered(lambda own: own.kind == "cancel" and own.sale_order_id):
                call._tell_order_it_is_not_cancelled()

    def _ask_for_help(self, summary):
        """Schedule an activity for the account's responsible user, in place of earlier ones."""
        self.activity_unlink([ACTIVITY])
        for call in self:
            user, note = call.account_id._responsible_user(), call.error and escape(call.error)
            call.activity_schedule(ACTIVITY, day_of(user), summary, note, user_id=user.id)

    @api.model
    def _wake_sender(self, at=None):
        """Have the calls that are due sent, after this transaction's commit or ``at`` a moment."""
        self.env["ir.cron"]._wake_own("cron_send_calls", at)
