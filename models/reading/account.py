from odoo import fields, models


class MarketplaceAccount(models.Model):
    """How an account learns of cancellations, and how often it reads orders at its marketplace."""

    _inherit = "marketplace.account"

    arrival_way = fields.Selection(
        [
            ("call", "The marketplace calls"),
            ("hook", "Orders hook"),
            ("both", "Both"),
        ],
        "Cancellations Arrive",
        required=True,
        default="call",
        tracking=True,
        help="A VTEX store calls external sellers. The store's owner is told by its Orders hook "
        "that an order has changed, and Odoo then reads the order.",
    )
    read_rate = fields.Integer(
        "Reads a Minute",
        required=True,
        default=60,
        tracking=True,
        help="How many orders are read at the marketplace in a minute, at most. The shop's other "
        "programs share its quota of calls.",
    )

    reading_count = fields.Integer("Orders to Read", compute="_compute_reading_count")

    _read_rate_positive = models.Constraint(
        "CHECK(read_rate BETWEEN 1 AND 5000)", "Enter 1 to 5,000 orders a minute."
    )

    def _compute_reading_count(self):
        counts = self._count("marketplace.order.reading", "account_id")
        for account in self:
            account.reading_count = counts.get(account, 0)

    def _is_hook_wanted(self):
        """Whether the Orders hook may tell this account of cancellations."""
        return self.arrival_way in ("hook", "both")

    def _is_reading_wanted(self):
        """Whether anything of this account reads orders at the marketplace."""
        return self._is_hook_wanted()

    def _rate_of_reads(self):
        """What the rate at which this account's orders are read is counted by."""
        return f"reads of account {self.id}"
