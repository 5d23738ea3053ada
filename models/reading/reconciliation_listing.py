import time

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.discreet_log import discreet_logger
from ...tools.inbound.marketplace_order import OrderList
from ...tools.outbound import call as calls
from ...tools.outbound.client import Unreachable
from ...tools.outbound.listing import Window
from ...tools.reading_sql import NOTE_AT_ONCE

_logger = discreet_logger(__name__)

#: How many seconds are waited for one page to be read, and how often.
_LONGEST_WAIT, _ATTEMPTS = 10, 5
#: Orders of these states are asked for.
_STATES = ("canceled", "cancellation-requested")


class MarketplaceReconciliation(models.Model):
    """A short cut: the marketplace lists what is cancelled there, and that is read first.

    Only what the marketplace has indexed is listed, so reading each order stays the truth. The page
    that is read next is kept with the comparison, so that any job can go on.
    """

    _inherit = "marketplace.reconciliation"

    is_listed = fields.Boolean(readonly=True, help="The list was read, or is not available.")
    listed_from = fields.Datetime(readonly=True)
    listed_to = fields.Datetime(readonly=True)
    listed_page = fields.Integer(readonly=True, default=1, aggregator=None)

    def _list_cancelled(self, ends):
        """Read the list page by page, each of them committed.

        :param ends: reading of the monotonic clock by which this ends, to go on later
        """
        self.ensure_one()
        while self.state == "running" and not self.is_listed and time.monotonic() < ends:
            if not self._wait_for_turn():
                return
            window = Window(self.listed_from, self.listed_to, self.listed_page)
            self.env.cr.commit()  # pylint: disable=invalid-commit  # nothing is locked meanwhile
            if not self._list_page(window):
                return
            self.env["ir.cron"]._commit_progress(1)
            self.env.invalidate_all()

    def _wait_for_turn(self):
        """Whether the marketplace may be asked now: a page counts as much as an order.

        It waits for a moment: otherwise jobs that read single orders would always be faster.
        """
        account = self.account_id
        if account._why_not_read() or account._is_reading_paused():
            return False
        readings = self.env["marketplace.order.reading"]
        for _attempt in range(_ATTEMPTS):
            wait = readings._seconds_to_read(account)
            if not wait:
                return True
            if wait > _LONGEST_WAIT:
                return False
            self.env.cr.commit()  # pylint: disable=invalid-commit  # nothing is locked meanwhile
            time.sleep(wait)
        return False

    def _list_page(self, window):
        """Read one page, have what it names read at once, and note what comes next.

        :return: whether there is more to be read now
        """
        account = self.account_id
        try:
            address, times = account._outbound_address(), (window.begin, window.end)
            reply = account._send(calls.list_orders(address, _STATES, *times, window.page))
            if reply.status == 200:
                page = OrderList.from_text(reply.text)
                self._note_listed(page)
                return self._go_on(window.after(page.pages, self.started_at))
        except Unreachable:
            return False  # later
        except (UserError, ValueError):
            _logger.info("Account %s: no list of cancelled orders", account.id)
        else:
            if reply.status == 429:
                account._pause_reading(reply.retry_after)
            if reply.status == 429 or reply.status >= 500:
                return False  # later
        return self._go_on(None)  # it is not to be had: orders are read one by one

    def _note_listed(self, page):
        named = [order.order_id for order in page.orders]
        self.env["marketplace.order.reading"].flush_model()
        self.env.cr.execute(SQL(NOTE_AT_ONCE, reconciliation=self.id, orders=named))
        if self.env.cr.rowcount:
            self.env["marketplace.order.reading"]._wake()

    def _go_on(self, window):
        if not window:
            self.is_listed = True
            return False
        times = {"listed_from": window.begin, "listed_to": window.end}
        self.write({**times, "listed_page": window.page})
        return True
