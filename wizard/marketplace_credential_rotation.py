from datetime import timedelta

from odoo import fields, models

from ..tools.clock import database_now


class MarketplaceCredentialRotation(models.TransientModel):
    """Asks what shall become of an account's credentials when it gets new ones."""

    _name = "marketplace.credential.rotation"
    _description = "Rotate a Marketplace Account's Credentials"

    account_id = fields.Many2one("marketplace.account", required=True, readonly=True)
    present = fields.Selection(
        [
            ("overlap", "keep working for some days"),
            ("revoke", "stop working at once"),
        ],
        "Present Credentials",
        required=True,
        default="overlap",
    )
    days = fields.Integer(
        "For (days)",
        default=7,
        help="In this time you have to enter the new ones at the marketplace.",
    )

    _days_range = models.Constraint(
        "CHECK(days BETWEEN 1 AND 365)", "Keep the present credentials for 1 to 365 days."
    )

    def action_rotate(self):
        """Issue new credentials and show them, this once."""
        self.ensure_one()
        until = None
        if self.present == "overlap":
            until = database_now(self.env.cr) + timedelta(days=self.days)
        return self.account_id._show_new_credential(until)
