from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, models

from ...tools import fault
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.problem import UNAVAILABLE
from ...tools.lock import ROW_PATIENCE, StillLocked, limit_waiting, locked

_logger = discreet_logger(__name__)

#: How long the job waits for a request that is at work on the same order, in seconds.
_PATIENCE = 1


class MarketplaceCancellationService(models.AbstractModel):
    """Settles requests that could not be settled when they came: by a job, and when the order
    arrives that they wait for."""

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _leave_to_job(self, find_or_create, arrival):
        """Leave a request that others kept from being settled to the job, or to its repeat.

        Nothing is confirmed, as nothing is known of the order: another transaction that has locked
        its row may be shipping it. But nothing more of it leaves: its receipt holds it.

        :param find_or_create: see :meth:`_put_on_record`
        """
        cr = self.env.cr
        receipt = self._put_on_record(find_or_create)
        try:
            limit_waiting(cr, ROW_PATIENCE)
            receipt._record_delivery(arrival, UNAVAILABLE.status)
            soon = database_now(cr) + timedelta(seconds=ROW_PATIENCE)
            self.env["ir.cron"]._wake_own("cron_settle_pending", soon)
            cr.commit()  # pylint: disable=invalid-commit  # on record before it is answered
        except LockNotAvailable:  # the receipt's own row is locked; it holds its order all the same
            cr.rollback()

    @api.model
    def _cron_settle_pending(self):
        """Settle receipts that nobody else will: their order came in a transaction that could not
        see them, or the server stopped before it was done.
        """
        self.env["ir.cron"]._check_may_run_jobs()
        # sudo: the job finds the receipts of every company; each is settled as the endpoint's user
        pending = self.env["marketplace.cancellation.receipt"].sudo()._search_due()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(pending))
        for receipt in pending:
            env = receipt.account_id._as_endpoint().env
            try:
                self.with_env(env)._settle_if_due(receipt.with_env(env))
            except StillLocked:
                _logger.info("Receipt %s is being worked on; next time", receipt.id)
            if not cron._commit_progress(1):
                break

    @api.model
    def _settle_if_due(self, receipt):
        """Settle ``receipt`` unless a request has done so in the meantime."""
        key = (receipt.account_id.id, receipt.marketplace_order_id)
        with locked(self.env.cr, ("marketplace order", *key), patience=_PATIENCE):
            fault.point("pending receipt taken up")
            if receipt.state in ("received", "waiting"):
                # what was never settled is so for the first time, address and all
                path_order_id = receipt.path_order_id if receipt.state == "received" else None
                self._settle_under_locks(receipt, path_order_id)

    @api.model
    def _settle_waiting(self, orders):
        """Cancel ``orders`` (not cancelled yet) for the receipts that have waited for them.

        Runs in the transaction that imports or confirms the orders: if it fails, so do they, and
        nothing ships.

        :return: the orders that were cancelled
        """
        # sudo: the importer may neither see nor write receipts
        receipts = self.env["marketplace.cancellation.receipt"].sudo()._waiting_for(orders)
        for receipt in receipts:
            env = receipt.account_id._as_endpoint().env
            self.with_env(env)._decide_and_carry_out(receipt.with_env(env))
            fault.point("waiting receipt settled")
        return receipts.sale_order_id & orders.filtered(lambda order: order.state == "cancel")
