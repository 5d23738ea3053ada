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
        if untold := self.filtered(lambda own: own.source != "call" and not own.cancelled_there):
            untold._grant_there()
        return result

    def _set_carried_out(self):
        result = super()._set_carried_out()
        self.filtered(lambda own: own.source != "call")._grant_there()
        return result

    def _grant_there(self):
        """Have the orders of these requests, which nobody has called for, cancelled there as well.

        Not what is cancelled there already (protocol, "No echo").
        """
        for receipt in self.filtered(lambda own: not own.cancelled_there):
            order = receipt.sale_order_id
            if order and receipt.account_id.is_connected:
                order._cancel_at_marketplace(receipt.reason or self.env._("The seller agrees."))
