from datetime import timedelta

from odoo import fields, models

from ..clock import database_now


class MarketplaceAccount(models.Model):
    """How long an account keeps its receipts."""

    _inherit = "marketplace.account"

    retention_days = fields.Integer(
        "Keep receipts (days)",
        tracking=True,
        help="Receipts that were settled longer ago than that are deleted every day, with their "
        "deliveries and messages. What is not settled, or not told to the marketplace yet, stays. "
        "0: they are kept for ever.",
    )

    _retention_days_in_range = models.Constraint(
        "CHECK(retention_days BETWEEN 0 AND 36500)",
        "Keep receipts for 0 (for ever) to 36500 days.",
    )

    def _receipts_kept_since(self):
        """The moment before which settled receipts go, None if all are kept."""
        self.ensure_one()
        if not self.retention_days:
            return None
        return database_now(self.env.cr) - timedelta(days=self.retention_days)
