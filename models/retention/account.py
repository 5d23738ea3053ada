from datetime import timedelta

from odoo import fields, models

from ...tools.clock import database_now


class MarketplaceAccount(models.Model):
    """How long an account keeps its receipts."""

    _inherit = "marketplace.account"

    retention_days = fields.Integer(
        "Keep receipts (days)",
        tracking=True,
        help="Receipts that were settled longer ago than that are deleted every day, with their "
        "arrivals and messages. What is not settled, or not told to the marketplace yet, stays. 0: "
        "they are kept for ever.",
    )

    unsettled_days = fields.Integer(
        "Keep what was never settled (days)",
        default=365,
        tracking=True,
        help="Requests that wait for an order that never came, have failed or name two orders, "
        "marked as resolved or not, are deleted when nothing has happened for so long: no order of "
        "theirs is open here, and the marketplace has not called again. 0: they are kept for ever.",
    )

    _unsettled_days_in_range = models.Constraint(
        "CHECK(unsettled_days BETWEEN 0 AND 36500)",
        "Keep what was never settled for 0 (for ever) to 36500 days.",
    )
    _retention_days_in_range = models.Constraint(
        "CHECK(retention_days BETWEEN 0 AND 36500)",
        "Keep receipts for 0 (for ever) to 36500 days.",
    )

    def _days_ago(self, days):
        """The moment before which goes what is kept for ``days``; None for 0, which is for ever."""
        return database_now(self.env.cr) - timedelta(days=days) if days else None
