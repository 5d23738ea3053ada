from odoo import fields, models


class MarketplaceDecision(models.TransientModel):
    """Asks for the reason why a cancellation is refused, or the order kept open."""

    _name = "marketplace.decision"
    _description = "Decide on a Marketplace's Cancellation"

    receipt_id = fields.Many2one("marketplace.cancellation.receipt", required=True, readonly=True)
    decision = fields.Selection(
        [("refuse", "Refuse"), ("keep", "Keep the order open")], required=True, readonly=True
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Carry the decision out."""
        self.ensure_one()
        if self.decision == "refuse":
            self.receipt_id.action_refuse(self.reason)
        else:
            self.receipt_id.action_keep(self.reason)
