from odoo import fields, models


class MarketplaceCancellationReceipt(models.Model):
    """What was learned by reading the marketplace's order: nobody called, nobody was answered."""

    _inherit = "marketplace.cancellation.receipt"

    source = fields.Selection(
        selection_add=[("hook", "Told by the Orders hook")], ondelete={"hook": "set default"}
    )

    def _set_cancelled(self, order, note=None):
        """Tell the marketplace that its request is granted."""
        result = super()._set_cancelled(order, note)
        self._grant_there()
        return result

    def _set_carried_out(self):
        result = super()._set_carried_out()
        self._grant_there()
        return result

    def _grant_there(self):
        """Have the orders of those requests cancelled at the marketplace that wait for it there.

        Not of those that called, and have their answer, nor of what is cancelled there already
        (protocol, "No echo").
        """
        for receipt in self.filtered(lambda own: own.source != "call" and not own.cancelled_there):
            order = receipt.sale_order_id
            if order and receipt.account_id.is_connected:
                order._cancel_at_marketplace(receipt.reason or self.env._("The seller agrees."))
