from odoo import fields, models


class MarketplaceHookReplacement(models.TransientModel):
    """Asks before the Orders hook of somebody else is replaced."""

    _name = "marketplace.hook.replacement"
    _description = "Replace the Orders Hook"

    account_id = fields.Many2one("marketplace.account", required=True, readonly=True)
    url = fields.Char("It Calls", readonly=True)

    def action_replace(self):
        """Set the hook up for this account, in place of the one that is there."""
        self.ensure_one()
        self.account_id._check_manages_credentials()
        return self.account_id._begin_to_connect_hook()
