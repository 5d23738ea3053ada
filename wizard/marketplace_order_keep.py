from odoo import fields, models


class MarketplaceOrderKeep(models.TransientModel):
    """Asks why an order is kept open that is cancelled at its marketplace."""

    _name = "marketplace.order.keep"
    _description = "Keep an Order Open That Is Cancelled at Its Marketplace"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_keep(self):
        """Keep the order open, for the reason."""
        self.ensure_one()
        return self.order_id.action_keep_open(self.reason)
