from odoo import fields, models


class MarketplaceGiveUp(models.TransientModel):
    """Asks for a note when calls to a marketplace are given up."""

    _name = "marketplace.give.up"
    _description = "Give Up Calls to a Marketplace"

    call_ids = fields.Many2many("marketplace.outbound.call", required=True)
    note = fields.Text(required=True)

    def action_give_up(self):
        """Give the calls up, with the note."""
        self.ensure_one()
        self.call_ids.action_give_up(self.note)
