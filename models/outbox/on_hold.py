from odoo import api, models

from ...tools.clock import database_now
from ...tools.states import CALL_DOCUMENTS, CALL_OPEN


class MarketplaceOutboundCall(models.Model):
    """Calls that wait for more than their time; they keep no other call waiting.

    If such a call has a time as well, it is sent then: it only lets others go first.
    """

    _inherit = "marketplace.outbound.call"

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


class SaleOrder(models.Model):
    """When an order's invoices are not sent yet: they would tell of what is about to change."""

    _inherit = "sale.order"

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
