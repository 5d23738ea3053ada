from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...tools.lock import release, try_lock
from ...tools.states import CALL_UNTOLD, CONFIRMED, FINAL, UNSETTLED

#: How many receipts are deleted in one transaction.
BATCH = 500
_ATTEMPTS = 5


class MarketplaceCancellationReceipt(models.Model):
    """Which receipts are old enough to go, and what has to stay when they do.

    A repeat that comes after that is a request like any other: it gets a new receipt, and is
    answered by what its order is like then. So a receipt is not deleted while such an answer could
    do harm, see :meth:`_look_for_expired`. What orders must not forget is kept on them, see
    ``models/order/said.py``.
    """

    _inherit = "marketplace.cancellation.receipt"

    @api.model
    def _cron_delete_expired(self):
        """Delete the receipts that their accounts do not want to keep, batch by batch."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: nobody may delete receipts, but for this job; it does so in every company
        receipts = self.sudo()
        # What archived accounts have received grows old as well.
        accounts = receipts.env["marketplace.account"].with_context(active_test=False)
        limited = ["|", ("retention_days", ">", 0), ("unsettled_days", ">", 0)]
        for account in accounts.search(limited, order="id"):
            while deleted := receipts._delete_next_batch(account):
                # There may be as many again; to count them would be to look at all of them.
                if not cron._commit_progress(deleted, remaining=BATCH):
                    return
            if account.retention_days:
                receipts.env["marketplace.outbound.call"]._forget_answers(account)
                receipts.env["marketplace.log.entry"]._cut(account)
        cron._commit_progress(remaining=0)

    @api.model
    def _delete_next_batch(self, account):
        """Delete the oldest receipts that ``account`` does not want to keep, and commit.

        Those of orders for which a request is being answered are left for the next time.

        :return: how many were deleted
        """
        cr = self.env.cr
        locks = {}
        try:
            for receipt_id, marketplace_order_id in self._look_for_expired(account):
                key = ("marketplace order", account.id, marketplace_order_id)
                if lock := try_lock(cr, *key):
                    locks[receipt_id] = lock
            for attempt in range(1, _ATTEMPTS + 1):
                cr.commit()  # pylint: disable=invalid-commit  # a fresh snapshot
                try:
                    expired = self._look_for_expired(account, tuple(locks)) if locks else []
                    receipts = self.browse([receipt_id for receipt_id, _order in expired])
                    receipts._delete()
                    cr.commit()  # pylint: disable=invalid-commit  # these are gone
                    return len(receipts)
                except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
                    cr.rollback()  # somebody is at work on one of the orders
                    if attempt == _ATTEMPTS:
                        raise
        finally:
            release(cr, locks.values())

    def _delete(self):
        """Delete these settled receipts, and leave what must be known without them."""
        confirmed = self.filtered(lambda receipt: receipt.state in CONFIRMED)
        confirmed.sale_order_id._remember_cancellation()
        # A denial belongs to the request that it denies. An invoice was sent for the order, once:
        # that call stays.
        self.outbound_call_ids.filtered(lambda call: call.kind == "deny").unlink()
        self._unlink_expired()

    @api.model
    def _look_for_expired(self, account, among=None):
        """Receipts that ``account`` does not want to keep and nobody needs, oldest first.

        One that the marketplace has its confirmation for is needed as long as the order goes on
        here, kept open or revived: the answer to a repeat must remain the confirmation, while a
        new request would cancel the order.

        :param among: IDs of the receipts to choose from, by default all
        :return: ``(receipt ID, marketplace order ID)`` of a batch at most
        """
        since, unsettled_since = account._receipts_kept_since(), account._unsettled_kept_since()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT receipt.id, receipt.marketplace_order_id
                  FROM marketplace_cancellation_receipt receipt
                 WHERE receipt.account_id = %(account)s
                   AND receipt.received_at < %(any)s  -- has an index
                   AND %(among)s
                   AND (
                        receipt.state IN %(final)s AND receipt.settled_at < %(since)s
                        OR receipt.state IN %(unsettled)s AND %(over)s
                   )
                   AND NOT EXISTS (
                        SELECT 1
                          FROM marketplace_outbound_call call
                         WHERE call.receipt_id = receipt.id AND call.state IN %(untold)s
                   )
                   AND (
                        receipt.state NOT IN %(confirmed)s
                        OR NOT EXISTS (
                            SELECT 1
                              FROM sale_order sale
                             WHERE sale.state <> 'cancel'
                               AND (
                                    sale.id = receipt.sale_order_id
                                    OR sale.replaced_order_id = receipt.sale_order_id
                               )
                        )
                   )
                 ORDER BY receipt.received_at
                 LIMIT %(batch)s
                """,
                account=account.id,
                final=FINAL,
                since=since,
                unsettled=UNSETTLED,
                over=self._nothing_happened_since(unsettled_since),
                any=max(filter(None, (since, unsettled_since)), default=None),
                among=SQL("receipt.id IN %s", among) if among else SQL("TRUE"),
                untold=CALL_UNTOLD,
                confirmed=CONFIRMED,
                batch=BATCH,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _nothing_happened_since(self, moment):
        """A condition that a receipt that was never settled is over: it was neither called for nor
        marked as resolved since, no order is here that it could be about, and so none is on hold.

        :param moment: a datetime; None if nothing is old enough
        """
        return SQL(
            """(
            receipt.received_at < %(moment)s
            AND COALESCE(receipt.resolved_at, receipt.received_at) < %(moment)s
            AND NOT EXISTS (
                SELECT FROM marketplace_cancellation_delivery delivery
                 WHERE delivery.receipt_id = receipt.id AND delivery.received_at >= %(moment)s
            )
            AND NOT EXISTS (
                SELECT FROM sale_order named
                 WHERE named.marketplace_account_id = receipt.account_id
                   AND named.marketplace_order_id = receipt.marketplace_order_id
                   AND named.state <> 'cancel'
            )
            AND NOT EXISTS (
                SELECT FROM sale_order held
                 WHERE held.state <> 'cancel'
                   AND (
                        held.id = receipt.sale_order_id
                        OR held.replaced_order_id = receipt.sale_order_id
                   )
            ))""",
            moment=moment,
        )
