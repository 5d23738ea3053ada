from odoo import fields, models


class MarketplaceOrderCancel(models.TransientModel):
    """Warns before a person cancels an order that the marketplace still expects."""

    _name = "marketplace.order.cancel"
    _description = "Cancel a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    marketplace_account_id = fields.Many2one(related="order_id.marketplace_account_id")
    marketplace_order_id = fields.Char(related="order_id.marketplace_order_id")
    is_requested = fields.Boolean(
        compute="_compute_is_requested", help="The marketplace has asked for it, too."
    )
    reason = fields.Text()

    def _compute_is_requested(self):
        for wizard in self:
            # sudo: only whether there is a request
            receipts = self.env["marketplace.cancellation.receipt"].sudo()
            wizard.is_requested = bool(receipts._holding(wizard.order_id.sudo()))

    def action_cancel_order(self):
        """Cancel the order the ordinary way, and record the reason."""
        self.ensure_one()
        order = self.order_id.with_context(seller_cancel_reason=self.reason)
        return order.action_cancel()
