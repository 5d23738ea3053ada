from datetime import timedelta

from odoo import fields, models

from ...tools.clock import database_now
from ...tools.outbound.texts import text_of_status

#: For how long an account's orders are not read when its marketplace says that it is asked too
#: often, in seconds (protocol, "429: stop, and wait a minute").
_SHORTEST_PAUSE = 60


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
        help="A VTEX store calls external sellers. The owner of a VTEX store is told by its Orders "
        "hook that an order has changed, and reads it.",
    )
    read_rate = fields.Integer(
        "Reads a Minute",
        required=True,
        default=60,
        tracking=True,
        help="How many orders are read at the marketplace in a minute, at most. Its quota is the "
        "shop's own as well.",
    )
    reading_paused_until = fields.Datetime(copy=False, readonly=True)
    reading_stop = fields.Text(
        "Orders Are Not Read",
        copy=False,
        readonly=True,
        help="What keeps orders from being read at the marketplace.",
    )

    reading_count = fields.Integer("Orders to Read", compute="_compute_reading_count")

    _read_rate_positive = models.Constraint(
        "CHECK(read_rate BETWEEN 1 AND 5000)", "Read an order a minute at least, 5,000 at most."
    )

    def _compute_reading_count(self):
        counts = self._count("marketplace.order.reading", "account_id")
        for account in self:
            account.reading_count = counts.get(account, 0)

    def _is_hook_wanted(self):
        """Whether the Orders hook may tell this account of cancellations."""
        return self.arrival_way in ("hook", "both")

    def _pause_reading(self, seconds=None):
        """Read no order for a while: the marketplace says that it is asked too often."""
        pause = timedelta(seconds=max(seconds or 0, _SHORTEST_PAUSE))
        # sudo: whoever reads orders need not be one who changes accounts
        self.sudo().reading_paused_until = database_now(self.env.cr) + pause
        self.env["marketplace.order.reading"]._wake(self.reading_paused_until)

    def _stop_reading(self, why):
        """Read no order until somebody has seen to it, and tell them once.

        :param why: what is in the way, as people read it
        """
        account = self.sudo()  # sudo: as above
        if account.reading_stop != why:
            account.reading_stop = why
            text = self.env._("Orders cannot be read at the marketplace: %s", why)
            account._tell_followers("health", text)

    def _stop_reading_for_status(self, status, marketplace_order_id):
        self._stop_reading(text_of_status(self.env, status, marketplace_order_id))

    def action_read_again(self):
        """Try again to read orders at the marketplace, whatever kept them from being read."""
        self.check_access("write")
        self.write({"reading_stop": False, "reading_paused_until": False})
        self.env["marketplace.order.reading"]._wake()
        return True

    def _end_rejection(self):
        """Read orders again as well when the key may be another one."""
        result = super()._end_rejection()
        stopped = self.sudo().filtered("reading_stop")  # sudo: as above
        if stopped:
            stopped.reading_stop = False
            self.env["marketplace.order.reading"]._wake()
        return result
