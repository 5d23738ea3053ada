import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools import fault
from ...tools.discreet_log import discreet_logger
from ...tools.lock import (
    StillLocked,
    holding,
    is_locked,
    locked,
    stock_locks,
    try_lock_all,
)
from ...tools.queries import PRODUCTS_OF_QUEUED

_logger = discreet_logger(__name__)

#: How many orders are cancelled together: with more, each further order costs as much as it saves.
BATCH = 100
#: How many products a job locks at a time, but for a single order that needs more: all sessions
#: of PostgreSQL share one table of locks.
_MOST_OF_JOB = 256
#: How far down the queue a job looks for orders whose goods no other job has locked.
_REACH = 8 * BATCH
#: How often in a row a job may find nothing that it can cancel before it ends.
_IDLE = 20
#: For how long an order may be queued while calls go first.
_PATIENCE = timedelta(minutes=1)
#: For how long a job waits so before other jobs get their turn, and how often it looks, in seconds.
_TURN, _LOOK = 8, 0.05
#: How long a job waits for the lock that shows that it is awake, in seconds.
_SIGN_PATIENCE = 0.05
#: The lock that shows that a job is at work.
AWAKE = ("cancellation queue", "awake")


class MarketplaceCancellationService(models.AbstractModel):
    """Cancels in batches what marketplaces were told is cancelled.

    Two jobs do so, on any worker and host, each with other goods: a job takes the oldest orders
    whose products it can lock. An order that fails, fails alone.
    """

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _start_queue_unless_running(self):
        """Have the jobs look for what this request has queued and committed.

        A job that is at work need not be woken: it looks once more after it has released the lock
        that shows this (:meth:`_awake`), and so sees what was committed while the lock was held.
        """
        cr = self.env.cr
        try:
            if not is_locked(cr, *AWAKE):
                self._wake_queue()
            cr.commit()  # pylint: disable=invalid-commit  # nothing else is in this transaction
        except Exception:  # the order is queued; a job comes by itself within a minute
            cr.rollback()
            _logger.exception("The job that cancels queued orders could not be woken")

    @api.model
    def _wake_queue(self, job=1):
        self.env["ir.cron"]._wake_own(f"cron_settle_queued_{job}")

    @api.model
    def _cron_settle_queued(self):
        """Cancel the orders that are queued, batch by batch."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        blocked = set()  # what others keep locked is left to the next run
        left, has_time, calls_go_first = self._count_queued(blocked), True, False
        while left and has_time:
            cron._commit_progress(remaining=left)
            has_time, calls_go_first = self._settle_while_awake(blocked)
            # Requests that saw this job awake did not wake it: they may have queued orders since.
            left = self._count_queued(blocked)
        if left:
            self._wake_queue()
        # As long as something is left, Odoo calls this again before it runs other jobs.
        cron._commit_progress(remaining=0 if calls_go_first else left)

    @api.model
    def _count_queued(self, blocked, limit=None):
        """How many receipts are queued, those with the IDs ``blocked`` apart; ``limit`` at most."""
        receipts = self.env["marketplace.cancellation.receipt"]
        queued = [("state", "=", "queued"), ("id", "not in", list(blocked))]
        return receipts.search_count(queued, limit=limit)

    @api.model
    def _patience(self):
        """For how many seconds calls go first at the most, which may be none.

        The orders are on hold: a moment more does no harm. A few of them cost nearly as much as
        many, and until then the calls have all workers and cores for themselves.
        """
        receipts = self.env["marketplace.cancellation.receipt"]
        # An order by date or ID could have PostgreSQL go through all receipts.
        queued = [("state", "=", "queued")]
        [(oldest,)] = receipts._read_group(queued, aggregates=["create_date:min"])
        # The database's clock: those of hosts differ.
        return (oldest + _PATIENCE - self.env.cr.now()).total_seconds() if oldest else 0

    @api.model
    def _newest_receipt(self):
        """ID of the newest receipt, be it queued or not: calls keep coming while it changes."""
        receipts = self.env["marketplace.cancellation.receipt"]
        return receipts.search([], order="id desc", limit=1).id or 0

    @api.model
    def _settle_while_awake(self, blocked):
        """Cancel what is queued until there is nothing left, or the job's time is over.

        :param blocked: IDs of receipts to leave alone, since others have locked what they need;
            those that turn out to be so are added
        :return: whether there is time left, and whether calls go first
        """
        cr, cron = self.env.cr, self.env["ir.cron"]
        idle, is_alone, known = 0, True, 0
        until = time.monotonic() + _TURN
        with self._awake():
            fault.point("job awake")
            calls_go_first_until = time.monotonic() + self._patience()
            while idle < _IDLE:
                if is_alone and self._count_queued(blocked, limit=BATCH + 1) > BATCH:
                    self._wake_queue(job=2)  # there is enough for two, or will be
                    is_alone = False
                newest = self._newest_receipt()
                if newest > known and time.monotonic() < calls_go_first_until:
                    known = newest
                    cr.commit()  # pylint: disable=invalid-commit  # to see what comes meanwhile
                    if time.monotonic() > until:
                        return False, True
                    time.sleep(_LOOK)
                    continue
                settled = self._settle_next_batch(blocked)
                if not settled and not self._wait_for_goods(blocked):
                    return True, False
                idle = 0 if settled else idle + 1
                if not cron._commit_progress(settled):
                    break
                calls_go_first_until = time.monotonic() + self._patience()
        return False, False

    @contextmanager
    def _awake(self):
        """Show that a job is at work (:meth:`_start_queue_unless_running`); one of several does."""
        with ExitStack() as stack:
            # Requests that look for this lock hold it for a moment; another job holds it for long.
            with suppress(StillLocked):
                stack.enter_context(locked(self.env.cr, AWAKE, patience=_SIGN_PATIENCE))
            yield

    @api.model
    def _wait_for_goods(self, blocked):
        """Wait until the goods of the oldest queued order may be had, or for a second.

        :return: whether anything is queued that is not ``blocked``
        """
        for _receipt_id, keys in self._look_for_queued(blocked, limit=1):
            with suppress(StillLocked), locked(self.env.cr, *keys, patience=1):
                pass
            return True
        return False

    @api.model
    def _settle_next_batch(self, blocked):
        """Cancel the oldest orders whose goods can be had, and others of the same goods.

        :return: how many receipts were settled
        """
        cr = self.env.cr
        with holding(cr) as locks:
            batch = self._take_batch(locks, blocked)
            fault.point("batch taken")
            cr.commit()  # pylint: disable=invalid-commit  # a fresh snapshot, now that it is ours
            receipts = self.env["marketplace.cancellation.receipt"].browse(batch)
            newly_blocked = set()
            self._settle_batch(receipts, newly_blocked)
            blocked |= newly_blocked
            return len(receipts.filtered(lambda receipt: receipt.state != "queued"))

    @api.model
    def _take_batch(self, locks, blocked):
        """IDs of the receipts to settle next; the locks on their goods are added to ``locks``.

        Orders of the same goods go together: so a job needs few goods, and leaves the others to
        the other job.
        """
        by_goods = defaultdict(list)
        for receipt_id, keys in self._look_for_queued(blocked, limit=_REACH):
            by_goods[keys].append(receipt_id)
        batch = []
        for keys, receipt_ids in by_goods.items():
            if batch and len(locks) + len(keys) > _MOST_OF_JOB:
                continue
            if try_lock_all(self.env.cr, keys, locks):
                batch += receipt_ids
            if len(batch) >= BATCH:
                break
        return sorted(batch)[:BATCH]

    @api.model
    def _look_for_queued(self, blocked, limit):
        """``(receipt ID, keys of the locks on its goods)`` of what is queued, oldest first.

        :param blocked: IDs of receipts that do not count
        """
        self.env.cr.execute(SQL(PRODUCTS_OF_QUEUED, blocked=list(blocked), number=limit))
        return [
            (receipt_id, frozenset(stock_locks(company_id, products or ())))
            for receipt_id, company_id, products in self.env.cr.fetchall()
        ]
