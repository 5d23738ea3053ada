from odoo import models

from ...tools.outbound.texts import text_of_pause
from ...tools.reading_sql import TOLD
from ..base.moments import in_words
from .checks import Line
from .health import LIMIT


class MarketplaceAccount(models.Model):
    """What health says of reading orders at the marketplace, where that feature is there."""

    _inherit = "marketplace.account"

    def _check_reading(self):
        """The lines on the Orders hook and on what is to be read, by their keys."""
        lines = {}
        if self._is_hook_wanted():
            lines["hook"] = self._check_hook_is_there()
        if self.is_connected and self._is_reading_wanted():
            lines["reading"] = self._check_orders_are_read()
        return lines

    def _check_hook_is_there(self):
        value = dict(self._fields["hook_state"]._description_selection(self.env))[self.hook_state]
        if self.hook_error:
            return Line("attention", value, self.hook_error)
        if self.hook_state == "connecting":
            return Line("info", value)
        if self.hook_state == "outdated":
            text = self.env._(
                "The hook does not tell of everything that it should: connect it again."
            )
            return Line("attention", value, text)
        if self.hook_state != "connected":
            text = self.env._(
                "The marketplace does not tell Odoo of cancellations: connect the hook."
            )
            return Line("attention", value, text)
        if not self.hook_notified_at:
            return Line("ok", value, self.env._("No notification has come yet."))
        last = self.env._("The last notification came %s.", self._ago(self.hook_notified_at))
        return Line("ok", value, last)

    def _check_orders_are_read(self):
        readings = self.env["marketplace.order.reading"].sudo()  # sudo: how many, and since when
        domain = [("account_id", "=", self.id)]
        number = readings.search_count(domain, limit=LIMIT)
        value = self._number(number) if number else self.env._("None")
        if self.reading_stop:
            return Line("attention", value, self.reading_stop)
        if not number:
            return Line("ok", value)
        # of what the marketplace has told; what is compared has its time
        told = [*domain, ("priority", "=", TOLD)]
        oldest = readings.search(told, order="noted_at, id", limit=1)
        if self.reading_paused_until and not self._is_long_ago(self.reading_paused_until, 0):
            until = in_words(self.env, self.reading_paused_until)
            return Line("info", value, text_of_pause(self.env, until))
        is_late = oldest and self._is_long_ago(oldest.noted_at)
        text = self.env._("The oldest one is long overdue.") if is_late else ""
        text = " ".join(filter(None, (text, oldest.error)))
        return Line("attention" if is_late else "info", value, text)
