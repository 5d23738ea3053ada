from odoo import models

from ...tools.any_language import InAnyLanguage
from ...tools.clock import database_now
from ...tools.states import CALL_UNTOLD


class MarketplaceCancellationReceipt(models.Model):
    """Changes that are not made: the whole order is cancelled, or the change is taken back."""

    _inherit = "marketplace.cancellation.receipt"

    def _withdraw(self, why):
        """Record that nothing comes of these open changes; nothing more is told of them."""
        for receipt in self:
            receipt._set_part("part_withdrawn", why)
            calls = receipt.outbound_call_ids.filtered(lambda call: call.state in CALL_UNTOLD)
            calls.filtered(lambda call: call.kind in ("acknowledge", "confirm"))._end(
                "obsolete", note=why
            )
            receipt.sale_order_id._release_invoice_calls()
            self.env["marketplace.change.service"]._wake()  # another change may wait for this one

    def _take_status_there(self, status):
        """Do what follows from the ``status`` that the marketplace gives this open change."""
        self.ensure_one()
        if status == "canceled":
            self._withdraw(InAnyLanguage(self.env)._("The marketplace has taken the change back."))
            return
        if self._is_left_alone():
            self._set_part("part_received")
        if status == "done":
            self._is_change_of_its_own()
            self.cancelled_there = True
        elif status == "waiting-confirmation" and not self.confirmation_asked_at:
            self.confirmation_asked_at = database_now(self.env.cr)
        self.env["marketplace.change.service"]._wake()
