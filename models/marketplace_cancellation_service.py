from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .. import fault
from ..decision import Decision
from ..discretion import discreet_logger, kind_of
from ..exclusive import PATIENCE, StillLocked, exclusive, exclusive_all

_logger = discreet_logger(__name__)

#: How often work is begun anew when another transaction changed the same rows. Each time that
#: transaction has ended, so there is nothing to sleep for.
ATTEMPTS = 5


def stock_lock(company_id, product_id):
    """The key under which those take turns who cancel orders of one product."""
    return "stock", company_id, product_id


class MarketplaceCancellationService(models.AbstractModel):
    """Settles cancellation requests: from a checked request to its receipt and answer.

    Runs as the endpoint's technical user. This file knows the transactions; one receipt is settled
    in `marketplace_cancellation_settling.py`.
    """

    _name = "marketplace.cancellation.service"
    _description = "Marketplace Cancellation Service"

    @api.model
    def _answer(self, account, request, path_order_id, arrival):
        """Register ``request``, settle it, and return what to answer.

        :param account: the ``marketplace.account`` that asks
        :param request: a :class:`~..protocol.cancellation_request.CancellationRequest`
        :param path_order_id: the order's ID as it stands in the address
        :param arrival: an :class:`~..arrival.Arrival`
        :return: an :class:`~..protocol.answer.Answer`
        """
        arguments = account, request, path_order_id, arrival
        return self._answer_at_once(*arguments) or self._answer_in_turn(*arguments)

    @api.model
    def _answer_in_turn(self, account, request, path_order_id, arrival):
        """:meth:`_answer`, one request for an order at a time.

        Commits more than once: the receipt first, so that it survives whatever comes after it.
        """
        cr = self.env.cr
        with exclusive(cr, "marketplace order", account.id, request.marketplace_order_id):
            fault.point("turn taken")
            receipt = self.env["marketplace.cancellation.receipt"]._find_or_create(
                account,
                request,
                path_order_id=path_order_id,
                received_at=arrival.received_at,
            )
            locks = self._stock_locks(account, request)
            fault.point("receipt written")
            cr.commit()  # pylint: disable=invalid-commit  # the receipt survives from here on
            fault.point("receipt committed")
            return self._settle_and_commit(account, receipt, locks, path_order_id, arrival)

    @api.model
    def _settle_and_commit(self, account, receipt, locks, path_order_id=None, arrival=None):
        """Settle ``receipt`` in transactions of its own; failures end up on the receipt.

        Cancellations that share stock rows take turns, or else they would only make each other
        fail to serialize. If that takes too long, or many wait already, the order is put on hold
        and cancelled in the background.

        :param locks: what :meth:`_stock_locks` says
        :param arrival: of the call that is answered, to be recorded; None if nobody has called
        :return: an :class:`~..protocol.answer.Answer`
        """
        if self._is_background(account):
            return self._attempt(receipt, path_order_id, arrival, defer=True)
        background_after = account._settings().background_after
        try:
            with exclusive_all(self.env.cr, locks, background_after / 1000 or PATIENCE) as waited:
                fault.point("goods locked")
                if not background_after:  # or else the others go to the background
                    self._wait_for_others(account, receipt, waited)
                return self._attempt(receipt, path_order_id, arrival, locks)
        except StillLocked:
            if not background_after:
                raise
            return self._attempt(receipt, path_order_id, arrival, defer=True)

    @api.model
    def _attempt(self, receipt, path_order_id, arrival, locks=(), defer=False):
        """Settle ``receipt`` and commit, several times if others are in the way.

        :param locks: the locks on goods that are held: others that wait for them are settled, too
        :param defer: do not cancel now, but queue the order for the background
        :return: an :class:`~..protocol.answer.Answer`
        """
        cr = self.env.cr
        attempts = 0
        while True:
            attempts += 1
            try:
                answer = self._settled_answer(receipt, path_order_id, locks, defer)
                self._log_changes()
                receipt._record_delivery(arrival, answer.status)
                fault.point("outcome written")
                cr.commit()  # pylint: disable=invalid-commit  # wholly cancelled, or untouched
                fault.point("outcome committed")
                break
            except Exception as error:
                cr.rollback()
                if self._is_concurrency_error(error) and attempts < ATTEMPTS:
                    _logger.info("Receipt %s: %s, once more", receipt.id, type(error).__name__)
                    continue
                if locks:  # it may have been because of somebody whom it was settled with
                    locks, attempts = (), 0
                    continue
                _logger.exception("Receipt %s could not be settled", receipt.id)
                answer = self._fail(receipt, error)
                receipt._record_delivery(arrival, answer.status)
                fault.point("failure written")
                cr.commit()  # pylint: disable=invalid-commit  # the failure is on record
                fault.point("failure committed")
                break
        if defer:
            self._wake_queue_if_asleep()
        return answer

    @api.model
    def _settled_answer(self, receipt, path_order_id, locks, defer):
        """The answer that ``receipt`` has, or gets now that it is settled."""
        if answer := receipt._stored_answer():
            if receipt.sale_order_id._is_named(receipt, path_order_id):
                return answer
            other = self._order_of(receipt)._other_order_named(receipt, path_order_id)
            return self._problem_answer(receipt, Decision.MISMATCH) if other else answer
        plain = path_order_id == receipt.marketplace_order_id
        if locks and plain and self._settle_with_company(receipt, locks):
            return receipt._stored_answer()
        decision = self._settle(receipt, path_order_id, defer)
        return receipt._stored_answer() or self._problem_answer(receipt, decision)

    @api.model
    def _log_changes(self):
        """Write what has changed to the chatters of orders and transfers, together.

        Only for a transaction that nobody else has begun: it signs for everything.
        """
        self.env.flush_all()  # what is computed is tracked, too
        self.env["mail.thread"]._log_tracked_together("sale.order", "stock.picking")

    @api.model
    def _fail(self, receipt, error):
        """Record that ``receipt`` could not be settled, and return what to answer."""
        if answer := receipt._stored_answer():  # it is settled: what failed came after that
            return answer
        order = self._order_of(receipt)
        receipt._set_failed(order, self._describe_error(order, error))
        return self._problem_answer(receipt, None)

    @api.model
    def _stock_locks(self, account, request):
        """Keys for ``exclusive_all``: whoever cancels orders of the same goods takes turns.

        Read past the ORM: what is read before one's turn is read once more after it.

        :param request: what has a ``marketplace_order_id``: a request, or its receipt
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH named AS (
                    SELECT id FROM sale_order
                     WHERE marketplace_account_id = %s AND marketplace_order_id = %s
                ), involved AS (
                    SELECT id FROM named
                    UNION ALL
                    SELECT id FROM sale_order WHERE replaced_order_id IN (SELECT id FROM named)
                )
                SELECT DISTINCT move.product_id
                  FROM involved
                  JOIN sale_order_line line ON line.order_id = involved.id
                  JOIN stock_move move ON move.sale_line_id = line.id
                 WHERE move.state NOT IN ('done', 'cancel')
                """,
                account.id,
                request.marketplace_order_id,
            )
        )
        company_id = account._settings().company_id
        return [stock_lock(company_id, product_id) for (product_id,) in self.env.cr.fetchall()]

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
        with exclusive(self.env.cr, "marketplace order", *key):
            fault.point("pending receipt taken up")
            if receipt.state in ("received", "waiting"):
                # what was never settled is so for the first time, address and all
                path_order_id = receipt.path_order_id if receipt.state == "received" else None
                account = receipt.account_id
                locks = self._stock_locks(account, receipt)
                self._settle_and_commit(account, receipt, locks, path_order_id)

    # -- Failures ---------------------------------------------------------------------------------

    @api.model
    def _is_concurrency_error(self, error):
        """Whether the same work may succeed when it is simply done again."""
        return isinstance(error, (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError))

    @api.model
    def _describe_error(self, order, error):
        """The cause of a failure to cancel ``order`` as people read it on the receipt.

        Without what tells who the shopper is: receipts outlast what is kept of shoppers.
        """
        if isinstance(error, UserError):
            return order._without_shopper(str(error))
        return self.env._("Unexpected error: %s. The server's log says where.", kind_of(error))
