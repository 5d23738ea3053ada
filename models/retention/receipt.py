from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import log_sql
from ...tools.any_language import stored, without
from ...tools.clock import database_now
from ...tools.expired_sql import EXPIRED
from ...tools.lock import PATIENCE, holding, locked, repeat, try_lock_all
from ...tools.outbound.message import QUOTE
from ...tools.states import (
    CALL_OF_ORDER,
    CALL_OPEN,
    CALL_UNTOLD,
    CONFIRMED,
    FINAL,
    PART_FINAL,
    PART_UNSETTLED,
    UNSETTLED,
)

#: How many receipts are deleted, and calls changed, in one transaction.
BATCH = 500


class MarketplaceAccount(models.Model):
    """How long an account keeps its receipts."""

    _inherit = "marketplace.account"

    retention_days = fields.Integer(
        "Keep Receipts (days)",
        tracking=True,
        help="Receipts that were settled longer ago than that are deleted every day, with their "
        "calls and messages. What is not settled, or not told to the marketplace yet, stays. 0: "
        "they are kept for ever.",
    )

    unsettled_days = fields.Integer(
        "Keep Unsettled Receipts (days)",
        default=365,
        tracking=True,
        help="Requests that wait for an order that never came, have failed or name two orders, "
        "marked as resolved or not, are deleted when nothing has happened for this many "
        "days: no order of theirs is open here, and the marketplace has not called again. 0: "
        "they are kept forever.",
    )

    _unsettled_days_in_range = models.Constraint(
        "CHECK(unsettled_days BETWEEN 0 AND 36500)",
        "Keep unsettled receipts for 0 (forever) to 36500 days.",
    )
    _retention_days_in_range = models.Constraint(
        "CHECK(retention_days BETWEEN 0 AND 36500)",
        "Keep receipts for 0 (forever) to 36500 days.",
    )

    def _days_ago(self, days):
        """The moment before which goes what is kept for ``days``; None for 0, which is for ever."""
        return database_now(self.env.cr) - timedelta(days=days) if days else None


class MarketplaceCancellationReceipt(models.Model):
    """Which receipts are old enough to be deleted, and what has to stay when they are.

    A repeat that comes after that is a request like any other: it gets a new receipt, and is
    answered by what its order is like then. So a receipt is not deleted while such an answer could
    do harm, see ``tools/expired_sql.py``. What must outlast it is kept on orders, see
    ``cancelled_at_marketplace`` in ``models/order/seller_cancellation.py``.
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
        free = []
        with holding(cr) as locks:
            for receipt_id, marketplace_order_id in self._look_for_expired(account):
                if try_lock_all(
                    cr, [("marketplace order", account.id, marketplace_order_id)], locks
                ):
                    free.append(receipt_id)
            cr.commit()  # pylint: disable=invalid-commit  # a fresh snapshot
            return repeat(cr, lambda: self._delete_those(account, tuple(free)), PATIENCE)

    @api.model
    def _delete_those(self, account, receipt_ids):
        """Delete those of the receipts that are expired still.

        :return: how many were deleted
        """
        expired = self._look_for_expired(account, receipt_ids) if receipt_ids else []
        receipts = self.browse(receipt_id for receipt_id, _order in expired)
        receipts._delete()
        return len(receipts)

    def _delete(self):
        """Delete these settled receipts, and leave what must be known without them."""
        confirmed = self.filtered(lambda receipt: receipt.state in CONFIRMED)
        confirmed.sale_order_id._remember_cancellation()
        # A denial belongs to the request that it denies. An invoice was sent for the order, once:
        # that call stays.
        self.outbound_call_ids.filtered(lambda call: call.kind not in CALL_OF_ORDER).unlink()
        self._unlink_expired()

    @api.model
    def _look_for_expired(self, account, among=None):
        """A batch of the receipts that ``account`` does not want to keep and nobody needs.

        :param among: IDs of the receipts to choose from, by default all
        :return: ``(receipt ID, marketplace order ID)``, oldest first
        """
        since = account._days_ago(account.retention_days)
        over = account._days_ago(account.unsettled_days)
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                EXPIRED,
                account=account.id,
                any=max(filter(None, (since, over)), default=None),
                among=SQL("receipt.id IN %s", among) if among else SQL("TRUE"),
                final=FINAL,
                part_final=PART_FINAL,
                since=since,
                unsettled=(*UNSETTLED, *PART_UNSETTLED),
                over=over,
                untold=CALL_UNTOLD,
                confirmed=CONFIRMED,
                batch=BATCH,
            )
        )


class MarketplaceOutboundCall(models.Model):
    """Answers of marketplaces are deleted with the receipts of their time.

    A call itself stays as long as its order may need it: an invoice is sent once. What came back
    may name the shopper, and nobody needs it any more.
    """

    _inherit = "marketplace.outbound.call"

    @api.model
    def _forget_answers(self, account):
        """Delete the answers that are older than ``account`` keeps receipts, and commit."""
        domain = [
            ("account_id", "=", account.id),
            ("last_attempt_at", "<", account._days_ago(account.retention_days)),
            ("answer_body", "!=", False),
            ("state", "not in", CALL_OPEN),
        ]
        cron = self.env["ir.cron"]
        while calls := self.search(domain, limit=BATCH).try_lock_for_update():
            calls._forget_answer()
            if not cron._commit_progress(len(calls), remaining=BATCH):
                return

    def _forget_answer(self):
        """Delete what the marketplace answered, wherever it was quoted."""
        self.answer_body = False
        self.attempt_ids.answer = False
        for attempt in self.attempt_ids.filtered("error"):
            attempt.error = stored(without(attempt.error, QUOTE))
        self.env["marketplace.cancellation.receipt"]._erase_from(self, QUOTE, "")
        for call in self.filtered("error"):
            call.error = stored(without(call.error, QUOTE))


class MarketplaceLogEntry(models.Model):
    """How entries of receipts that are no longer kept are removed from the log.

    A chain can only be cut at its beginning. Entries of that time whose receipts are still there
    are noted again at its end, unchanged: so earlier changes are still found.
    """

    _inherit = "marketplace.log.entry"

    @api.model
    def _cut(self, account):
        """Delete the entries that are older than ``account`` keeps receipts, and commit.

        The account remembers the last of them: there its log begins.
        """
        since = account._days_ago(account.retention_days)
        cr = self.env.cr
        self._chain_all(account)
        with locked(cr, ("log", account.id)):
            cr.execute(SQL(log_sql.LAST_BEFORE, account=account.id, since=since))
            if last := cr.fetchone():
                cut = {"account": account.id, "number": last[0]}
                self._write_entries(SQL(log_sql.STATES_SAID_LAST, **cut))
                while self._chain(account):
                    pass
                cr.execute(SQL(log_sql.CUT, **cut))
                account.write({"log_begins_after": last[0], "log_begins_hash": last[1]})
            cr.commit()  # pylint: disable=invalid-commit  # before the lock is given back
