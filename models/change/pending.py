from odoo import api, models
from odoo.tools import SQL

from ...tools.discreet_log import discreet_logger
from ...tools.lock import PATIENCE, StillLocked, locked, repeat

_logger = discreet_logger(__name__)

#: How long the job waits for a request that is at work on the same order, in seconds.
_PATIENCE = 1

#: Changes that can be settled without anybody asking again: nobody has decided on them, what they
#: wait for may be there, or they are agreed to and are to be carried out.
_DUE = """
    SELECT change.id
      FROM marketplace_cancellation_receipt change
     WHERE change.kind = 'part'
       AND (
            change.state = 'part_received'
            OR change.state = 'part_agreed'
               AND (change.confirmation_asked_at IS NOT NULL OR change.cancelled_there)
            OR change.state = 'part_waiting' AND EXISTS (
                SELECT FROM sale_order sale
                 WHERE sale.marketplace_account_id = change.account_id
                   AND sale.marketplace_order_id = change.marketplace_order_id
            )
       )
     ORDER BY change.id
"""


class MarketplaceChangeService(models.AbstractModel):
    """Settles changes after their calls: by a job, each in a transaction of its own."""

    _inherit = "marketplace.change.service"

    @api.model
    def _cron_settle_changes(self):
        """Decide on changes that wait, and carry out those that the marketplace wants confirmed."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: the job settles the changes of every company, each as the endpoint's user
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        receipts.flush_model()
        self.env["sale.order"].flush_model(["marketplace_account_id", "marketplace_order_id"])
        due = receipts.browse(row[0] for row in self.env.execute_query(SQL(_DUE)))
        cron._work_off(due, self._settle_apart)

    @api.model
    def _settle_apart(self, receipt):
        """Settle ``receipt``; one that fails, or is locked, stops no other."""
        env = receipt.account_id._as_endpoint().env
        service, receipt = self.with_env(env), receipt.with_env(env)
        try:
            key = ("marketplace order", receipt.account_id.id, receipt.marketplace_order_id)
            with locked(env.cr, key, patience=_PATIENCE):
                service._settle_under_locks(receipt)
        except StillLocked:
            _logger.info("Change %s is being worked on; next time", receipt.id)

    @api.model
    def _settle_under_locks(self, receipt):
        """Decide on ``receipt``, and carry it out while nobody else changes stock of its goods."""
        cancellations = self.env["marketplace.cancellation.service"]
        locks = cancellations._stock_locks(receipt.account_id, receipt.marketplace_order_id)

        def settle():
            self._decide_if_new(receipt)
            self._carry_out_if_due(receipt)
            self.env["mail.thread"]._log_tracked_together("sale.order", "stock.picking")

        try:
            with locked(self.env.cr, *locks):
                repeat(self.env.cr, settle, PATIENCE)
        except StillLocked:
            raise
        except Exception as error:
            _logger.exception("Change %s could not be settled", receipt.id)
            self._fail(receipt, error)
