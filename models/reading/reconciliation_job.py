import time
from datetime import timedelta

from odoo import api, models

from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.lock import is_concurrency_error

_logger = discreet_logger(__name__)

#: The job runs every two minutes. If it has not run for so long, the server was down, and calls may
#: be lost; but orders are not compared again and again because of that.
_OUTAGE = timedelta(minutes=5)
_BETWEEN_OUTAGES = timedelta(minutes=10)
#: Seconds after which the job ends, to go on later.
_LONGEST_RUN = 30


class MarketplaceReconciliation(models.Model):
    """When orders are compared by themselves, and when a comparison has come to its end.

    Odoo runs the job on one host at a time, and notes when it did: so an outage is noticed.
    """

    _inherit = "marketplace.reconciliation"

    @api.model
    def _cron_reconcile(self):
        """Begin what is due, go on with lists of cancelled orders, and end what is compared."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        self._each(self._due_after_outage(), lambda account: account._compare_by_itself("outage"))
        self._each(self._due_by_schedule(), lambda account: account._compare_by_itself("schedule"))
        running = self.sudo().search([("state", "=", "running")])  # sudo: of all companies
        ends = time.monotonic() + _LONGEST_RUN
        self._each(running, lambda run: run._list_cancelled(ends))
        if time.monotonic() > ends:
            self.env["ir.cron"]._wake_own("cron_reconcile")
        self._each(running, lambda run: run._end_if_read())
        cron._commit_progress(remaining=0)

    @api.model
    def _each(self, records, step):
        """Take the ``step`` for each of ``records``, and commit; what fails keeps no other one."""
        for record in records:
            try:
                step(record)
                self.env["ir.cron"]._commit_progress(1)
            except Exception as error:
                self.env.cr.rollback()
                if not is_concurrency_error(error):  # or else it is taken the next time
                    _logger.exception("%s could not be compared", record)

    @api.model
    def _due_after_outage(self):
        """The accounts whose orders are to be compared as no job has run for a while."""
        last = self.env.context.get("lastcall")  # Odoo's, of this job
        now = database_now(self.env.cr)
        if not last or now - last <= _OUTAGE:
            return self.env["marketplace.account"]
        recent = [("cause", "=", "outage"), ("started_at", ">", now - _BETWEEN_OUTAGES)]
        return self._accounts() - self.sudo().search(recent).account_id  # sudo: as above

    @api.model
    def _due_by_schedule(self):
        """The accounts whose orders were compared last, all of them, longer ago than they want."""
        accounts = self._accounts()
        whole = [("account_id", "in", accounts.ids), ("is_partial", "=", False)]
        runs = self.sudo()  # sudo: as above
        last = dict(runs._read_group(whole, ["account_id"], ["started_at:max"]))
        now = database_now(self.env.cr)
        return accounts.filtered(
            lambda account: (
                account not in last or last[account] <= now - timedelta(hours=account.compare_hours)
            )
        )

    @api.model
    def _accounts(self):
        """Those whose orders are compared by themselves, of all companies."""
        accounts = self.env["marketplace.account"].sudo()  # sudo: as above
        return accounts.search([("compare_hours", ">", 0)]).filtered(
            lambda account: account.reading_tested_at and not account._why_not_compared()
        )

    def _end_if_read(self):
        """Note that these comparisons have come to their end, if all their orders are read."""
        self.invalidate_recordset()
        if self.state == "running" and self.compared_count == self.order_count:
            self.write({"state": "done", "ended_at": database_now(self.env.cr)})
