import logging
from contextlib import suppress

from odoo import api, models
from odoo.tools import SQL

from ..exclusive import StillLocked, exclusive_all, release, try_lock
from .marketplace_cancellation_service import stock_lock

_logger = logging.getLogger(__name__)

#: How many orders are cancelled together: beyond, an order more costs as much as one less saves.
BATCH = 50
#: How far down the queue a job looks for orders whose goods no other job is at.
_REACH = 8 * BATCH
_ATTEMPTS = 5
#: How often in a row a job may find nothing that it can cancel before it ends.
_IDLE = 20


class MarketplaceCancellationService(models.AbstractModel):
    """Cancels in batches what marketplaces were told is cancelled.

    Two jobs do so, on any worker and host, each with other goods: a job takes the oldest orders
    whose products it can lock. One order that fails does so alone.
    """

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _is_queue_busy(self, account):
        """Whether orders wait that are about to be cancelled: who comes now would wait as well."""
        if not account.background_after:
            return False
        receipts = self.env["marketplace.cancellation.receipt"]
        queued = [("state", "=", "queued"), ("company_id", "=", account.company_id.id)]
        return bool(receipts.search_count(queued, limit=1))

    @api.model
    def _queue(self, receipt, order):
        """Put ``order`` on hold, and have it cancelled after this transaction's commit."""
        receipt._set_queued(order)
        self._wake_queue()

    @api.model
    def _wake_queue(self, job=1):
        # sudo: the endpoint's user may see no scheduled jobs
        cron = self.env.ref(f"marketplace_order_cancellation.cron_settle_queued_{job}")
        cron.sudo()._trigger()

    @api.model
    def _cron_settle_queued(self):
        """Cancel the orders that are queued, batch by batch."""
        receipts = self.env["marketplace.cancellation.receipt"]
        cron = self.env["ir.cron"]
        queued = receipts.search_count([("state", "=", "queued")])
        if queued > BATCH:
            self._wake_queue(job=2)  # there may be enough for two
        cron._commit_progress(remaining=queued)
        idle = 0
        while idle < _IDLE:
            settled = self._settle_next_batch()
            if not settled and not self._wait_for_goods():
                cron._commit_progress(remaining=0)
                return
            idle = 0 if settled else idle + 1
            if not cron._commit_progress(settled):
                return

    @api.model
    def _wait_for_goods(self):
        """Wait until the goods of the oldest queued order may be had, or for a second.

        :return: whether anything is queued
        """
        for _receipt_id, company_id, products in self._look_for_queued()[:1]:
            keys = [stock_lock(company_id, product_id) for product_id in products]
            with suppress(StillLocked), exclusive_all(self.env.cr, keys, patience=1):
                pass
            return True
        return False

    @api.model
    def _settle_next_batch(self):
        """Cancel the oldest orders whose goods can be had.

        :return: how many receipts were settled
        """
        cr = self.env.cr
        locks, batch = {}, []
        try:
            for receipt_id, company_id, products in self._look_for_queued():
                keys = {stock_lock(company_id, product_id) for product_id in products}
                if all(self._take(key, locks) for key in sorted(keys - set(locks))):
                    batch.append(receipt_id)
                if len(batch) == BATCH:
                    break
            cr.commit()  # pylint: disable=invalid-commit  # a fresh snapshot, now that it is ours
            receipts = self.env["marketplace.cancellation.receipt"].browse(batch)
            self._settle_batch(receipts)
            return len(receipts.filtered(lambda receipt: receipt.state != "queued"))
        finally:
            release(cr, locks.values())

    @api.model
    def _take(self, key, locks):
        """Add the lock on ``key`` to ``locks`` if nobody else has it."""
        if lock := try_lock(self.env.cr, *key):
            locks[key] = lock
        return bool(lock)

    @api.model
    def _look_for_queued(self):
        """``(receipt ID, company ID, product IDs)`` of what is queued, oldest first."""
        self.env.cr.execute(
            SQL(
                """
                SELECT receipt.id, receipt.company_id, array_agg(DISTINCT move.product_id)
                           FILTER (WHERE move.product_id IS NOT NULL)
                  FROM (
                        SELECT id, company_id, sale_order_id
                          FROM marketplace_cancellation_receipt
                         WHERE state = 'queued'
                         ORDER BY id
                         LIMIT %s
                       ) receipt
                  LEFT JOIN sale_order_line line ON line.order_id = receipt.sale_order_id
                  LEFT JOIN stock_move move ON move.sale_line_id = line.id
                 GROUP BY receipt.id, receipt.company_id
                 ORDER BY receipt.id
                """,
                _REACH,
            )
        )
        return [(receipt, company, ids or []) for receipt, company, ids in self.env.cr.fetchall()]

    @api.model
    def _settle_batch(self, receipts):
        """Cancel the orders of ``receipts`` and commit; halve what fails, until one fails alone."""
        cr = self.env.cr
        for _attempt in range(_ATTEMPTS):
            try:
                self._cancel_queued(receipts)
                cr.commit()  # pylint: disable=invalid-commit  # these are done
                return
            except Exception as error:
                cr.rollback()
                if self._is_concurrency_error(error):
                    continue  # whoever got in the way is done
                if len(receipts) == 1:
                    _logger.exception("Receipt %s could not be settled", receipts.id)
                    receipts._set_failed(receipts.sale_order_id, self._describe_error(error))
                    cr.commit()  # pylint: disable=invalid-commit  # the failure is on record
                    return
                break
        if len(receipts) > 1:
            middle = len(receipts) // 2
            self._settle_batch(receipts[:middle])
            self._settle_batch(receipts[middle:])

    @api.model
    def _cancel_queued(self, receipts):
        """Cancel the orders of those of ``receipts`` that are queued still."""
        queued = receipts.filtered(lambda receipt: receipt.state == "queued")
        for account, own in queued.grouped("account_id").items():
            receipts_of_account = own.with_env(account._as_endpoint().env)
            orders = receipts_of_account.sale_order_id
            orders._claim_fulfilment()
            orders._cancel_each_for_marketplace(
                {receipt.sale_order_id: receipt for receipt in receipts_of_account}
            )
            for receipt in receipts_of_account:
                receipt._set_cancelled(receipt.sale_order_id)
