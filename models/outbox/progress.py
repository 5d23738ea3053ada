from odoo import api, fields, models

from ...tools.clock import database_now
from ...tools.states import CALL_DOCUMENTS, CALL_OPEN, CALL_STATES

_USERS = "marketplace_order_cancellation.group_marketplace_user"


class SaleOrder(models.Model):
    """How far a marketplace is with the cancellation of an order that is cancelled here, and which
    of its invoices are not sent yet.
    """

    _inherit = "sale.order"

    cancel_call_id = fields.Many2one(
        "marketplace.outbound.call",
        "Cancellation There",
        compute="_compute_cancel_call_id",
        groups=_USERS,
        help="The last call by which the marketplace is told that the order is cancelled here.",
    )
    cancel_call_state = fields.Selection(
        CALL_STATES,
        "State of the Cancellation There",
        compute="_compute_cancel_call_id",
        groups=_USERS,
    )
    cancel_call_error = fields.Text(
        "Why It Is Not Cancelled There", compute="_compute_cancel_call_id", groups=_USERS
    )
    cancel_call_at = fields.Datetime(
        "Told of the Cancellation", compute="_compute_cancel_call_id", groups=_USERS
    )

    @api.depends("state", "outbound_call_ids.state", "outbound_call_ids.error")
    @api.depends_context("lang")
    def _compute_cancel_call_id(self):
        for order in self:
            call = self.env["marketplace.outbound.call"]
            if order.state == "cancel":
                calls = order._outbound_calls("cancel")
                call = calls.filtered(lambda call: call.state != "obsolete").sorted("id")[-1:]
            order.cancel_call_id = call
            order.cancel_call_state = call.state
            order.cancel_call_error = call.error
            order.cancel_call_at = call.last_attempt_at

    def action_view_cancel_call(self):
        """Open the call by which the marketplace is told that the order is cancelled here."""
        self.ensure_one()
        return self.cancel_call_id.get_formview_action()

    # -- Invoices that are not sent yet: they would tell of what is about to change ---------------

    def _holds_documents(self):
        """Whether no invoice of this order is sent for the time being; a hook."""
        return False

    def _hold_invoice_calls(self):
        """Let no invoice, or return invoice, of these orders be sent until they are released.

        A call that is being sent just now is not waited for. If it gets no answer, the next attempt
        finds that it has to wait.
        """
        # sudo: the outbox is written by the addon alone
        calls = self.sudo().outbound_call_ids.filtered(
            lambda call: call.kind in CALL_DOCUMENTS and call.state in CALL_OPEN
        )
        calls = calls.filtered(lambda call: not call._is_fixed() and not call.on_hold)
        calls.try_lock_for_update()._put_on_hold()

    def _release_invoice_calls(self):
        """Have the invoices of these orders sent, as they are now, if nothing else holds them."""
        free = self.sudo().filtered(lambda order: not order._holds_documents())  # sudo: as above
        free.outbound_call_ids.filtered("on_hold")._take_off_hold()


class MarketplaceOutboundCall(models.Model):
    """The user who cancelled an order is told if the marketplace does not accept that."""

    _inherit = "marketplace.outbound.call"

    def _tell_order_it_is_not_cancelled(self):
        """Tell who cancelled the order, and its salesperson; the responsible user is asked.

        What the marketplace said is on the call alone, where it is deleted in time.
        """
        order = self.sale_order_id
        people = (self.create_uid | order.user_id).filtered(lambda user: user._is_internal())
        people -= self.account_id._responsible_user() | self.account_id._endpoint_user()
        text = self.env._(
            "%s has not accepted the cancellation of this order, and may still expect the goods. "
            "The call to it says why.",
            self.account_id.name,
        )
        partners = people.filtered("active").partner_id
        order.message_post(body=text, partner_ids=partners.ids, subtype_xmlid="mail.mt_note")

    def _put_on_hold(self):
        """Do not send these calls until :meth:`_take_off_hold`."""
        fresh = self.filtered(lambda call: not call.on_hold)
        fresh.write(self._values_on_hold())
        (self - fresh).next_attempt_at = False

    @api.model
    def _values_on_hold(self):
        since = database_now(self.env.cr)
        return {"on_hold": True, "on_hold_since": since, "next_attempt_at": False}

    def _take_off_hold(self):
        """Have these calls sent now; the time on hold does not count as time to take them."""
        now = database_now(self.env.cr)
        for call in self.filtered("on_hold"):
            waited = now - max(call.on_hold_since, call.pending_since)
            call.write({"on_hold": False, "on_hold_since": False})
            call.pending_since += waited
            if call.state == "pending":
                call.next_attempt_at = now
                call._wake_sender()

    def _is_to_be_held(self):
        """Whether this waits for its order: what a marketplace may have got already does not."""
        order = self.sale_order_id
        return self._is_document() and not self._is_fixed() and bool(order._holds_documents())


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    def _calls_that_tell(self, *states):
        """The calls in one of ``states`` that tell the marketplace what came of this request."""
        own = self.sudo()  # sudo: that its marketplace is told concerns everybody who sees it
        if own.state != "refused":
            return own.sale_order_id._outbound_calls("cancel", *states)
        return own.outbound_call_ids.filtered(
            lambda call: call.kind in ("deny", "invoice") and call.state in states
        )

    def _known_at(self, refused_at):
        known_at = super()._known_at(refused_at)
        if known_at or self.state != "refused":
            return known_at
        return self._calls_that_tell("sent")[:1].last_attempt_at

    def _is_being_told(self):
        return bool(self._calls_that_tell("pending")) or super()._is_being_told()

    def _is_call_not_accepted(self):
        refused = self._calls_that_tell("failed", "expired")
        return bool(refused) or super()._is_call_not_accepted()
