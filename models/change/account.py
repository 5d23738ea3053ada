from odoo import models

from ...tools.change import calls
from ...tools.reading_sql import CHANGE


class MarketplaceAccount(models.Model):
    """Reading changes of orders at the marketplace."""

    _inherit = "marketplace.account"

    def _read_changes(self, marketplace_order_id):
        """Read which changes there are of an order, and return the reply: see :meth:`_send`."""
        self._count_read()
        return self._send(calls.read_changes(self._outbound_address(), marketplace_order_id))

    def _read_change(self, marketplace_order_id, change_id):
        """Read a change, and how far it has got, and return the reply: see :meth:`_send`."""
        self._count_read()
        return self._send_read(marketplace_order_id, change_id)

    def _read_change_apart(self, marketplace_order_id, change_id):
        """The same between two transactions, for the job that reads, which counts by itself."""
        return self._ask_apart(lambda: self._send_read(marketplace_order_id, change_id))

    def _send_read(self, *named):
        return self._send(calls.read_change(self._outbound_address(), *named))

    def _is_reading_wanted(self):
        return super()._is_reading_wanted() or self._waits_for_changes()

    def _waits_for_changes(self):
        # sudo: whether there are any at all
        readings = self.env["marketplace.order.reading"].sudo()
        waiting = [("account_id", "=", self.id), ("source", "=", CHANGE)]
        return bool(readings.search_count(waiting, limit=1))

    def _count_read(self):
        """Let the job that reads orders, which can wait, read one less."""
        rates = self.env["marketplace.call.rate"]
        rates._count_anyway(self._rate_of_reads(), self.read_rate, 1)
