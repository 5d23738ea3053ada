from odoo import api, fields, models

from ..tools.inbound.bulk_texts import lines_in_short


class MarketplaceResolution(models.TransientModel):
    """Asks why nothing more is to be done about requests that are not settled."""

    _name = "marketplace.resolution"
    _description = "Mark a Marketplace's Cancellations as Resolved"

    receipt_ids = fields.Many2many("marketplace.cancellation.receipt", required=True)
    receipt_count = fields.Integer(compute="_compute_obstacle")
    obstacle = fields.Text(compute="_compute_obstacle")
    note = fields.Text(required=True)

    @api.depends("receipt_ids")
    def _compute_obstacle(self):
        """Tell at once what cannot be marked, and what is to be done instead."""
        # sudo: those that the user may not see would be left out, and not refused
        self.sudo().receipt_ids.sudo(False).check_access("read")
        for wizard in self:
            # sudo: a user who decides need not see sales orders, but the receipts
            receipts = wizard.receipt_ids._origin.sudo()
            obstacles = filter(None, (own._obstacle_to_resolution() for own in receipts))
            wizard.receipt_count = len(wizard.receipt_ids)
            wizard.obstacle = lines_in_short(self.env, list(dict.fromkeys(obstacles)))

    def action_resolve(self):
        """Mark them, with the note."""
        self.ensure_one()
        self.receipt_ids.action_resolve(self.note)
