from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    marketplace_account_count = fields.Integer(compute="_compute_marketplace_account_count")

    def _compute_marketplace_account_count(self):
        self.marketplace_account_count = self.env["marketplace.account"].search_count([])
