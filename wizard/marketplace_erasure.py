from odoo import api, fields, models


class MarketplaceErasure(models.TransientModel):
    """Asks whether the personal texts of requests are to be erased, for good."""

    _name = "marketplace.erasure"
    _description = "Erase the Personal Texts of a Marketplace's Cancellations"

    receipt_ids = fields.Many2many("marketplace.cancellation.receipt", required=True)
    receipt_count = fields.Integer(compute="_compute_receipt_count")
    with_decisions = fields.Boolean(
        "Reasons for Decisions as Well",
        help="Why people decided as they did, and what the marketplace was told of it.",
    )

    @api.depends("receipt_ids")
    def _compute_receipt_count(self):
        # sudo: those that the user may not see would be left out, and not refused
        self.sudo().receipt_ids.sudo(False).check_access("read")
        for wizard in self:
            wizard.receipt_count = len(wizard.receipt_ids)

    def action_erase(self):
        """Erase them."""
        self.ensure_one()
        self.receipt_ids.action_erase(self.with_decisions)
