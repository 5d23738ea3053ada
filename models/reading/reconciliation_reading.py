from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.any_language import InAnyLanguage
from ...tools.inbound.order_status import text_of_status
from ...tools.reading_sql import FORGET_STOPPED

#: How often an order is tried to be read for a comparison: the next comparison reads it anyway.
_TRIES = 5


class MarketplaceOrderReading(models.Model):
    """Orders that are read to be compared, and what comes of it for the comparison."""

    _inherit = "marketplace.order.reading"

    reconciliation_id = fields.Many2one(
        "marketplace.reconciliation", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.model
    def _cron_read(self):
        self.env["ir.cron"]._check_may_run_jobs()
        self.env.cr.execute(SQL(FORGET_STOPPED))
        self.env.cr.commit()  # pylint: disable=invalid-commit  # the job commits order by order
        return super()._cron_read()

    def _on_found(self, account, found):
        """Note, before it is settled, that an order that is open here is not open there."""
        result = super()._on_found(account, found)
        order = self._order_here(account)
        if self.reconciliation_id and order._with_replacements() and self._is_news(account, found):
            self._note_finding("cancelled" if found.is_cancelled else "asked", order)
            # What is settled next may begin anew, and roll this back.
            self.env.cr.commit()  # pylint: disable=invalid-commit
        return result

    def _is_news(self, account, found):
        """Whether the marketplace's order tells of a cancellation that has no receipt yet."""
        receipts = self.env["marketplace.cancellation.receipt"]
        known = {request: receipts._find(account, request) for request in found.requests}
        return any(
            not receipt or (request.is_fact and not receipt.cancelled_there)
            for request, receipt in known.items()
        )

    def _on_read(self, account, found):
        result = super()._on_read(account, found)
        order = self._order_here(account)
        if order.state == "cancel":
            self._look_whether_open_there(order, found.status)
        return result

    def _look_whether_open_there(self, order, status):
        """Note whether the marketplace still expects what is cancelled here."""
        order.invalidate_recordset(["is_untold"])
        if order._is_expected_there(status):
            status = text_of_status(InAnyLanguage(self.env), status)
            self._note_finding("open", order, order._tell_if_always() or status)
        else:
            order._note_not_open_there()

    def _note_finding(self, kind, order, note=False):
        findings = self.env["marketplace.reconciliation.finding"]
        findings._note(self.reconciliation_id, kind, self[:1].marketplace_order_id, order, note)

    def _try_later(self, why):
        """Leave what only a comparison wants to read to the next one after some tries."""
        if self.source == "reconciliation" and self.attempts >= _TRIES:
            return self._give_up(why)
        return super()._try_later(why)

    def _give_up(self, why):
        if self.reconciliation_id:
            self._note_finding("unread", self._order_here(self.account_id), why)
        return super()._give_up(why)

    def _forget(self):
        runs = self.reconciliation_id
        result = super()._forget()
        if any(
            not self.search_count([("reconciliation_id", "=", run.id)], limit=1) for run in runs
        ):
            self.env["ir.cron"]._wake_own("cron_reconcile")
        return result
