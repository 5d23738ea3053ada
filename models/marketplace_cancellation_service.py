import logging

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..decision import Decision, decide
from ..exclusive import PATIENCE, StillLocked, exclusive, exclusive_all
from ..protocol.answer import Answer
from ..protocol.problem import CANCELLATION_FAILED, ORDER_MISMATCH, UNKNOWN_ORDER, Problem

_logger = logging.getLogger(__name__)

# How often a cancellation is begun anew when another transaction changed the same rows. Each time
# that transaction has ended, so there is nothing to sleep for.
_ATTEMPTS = 5


def stock_lock(company_id, product_id):
    """The key under which those take turns who cancel orders of one product."""
    return "stock", company_id, product_id


class MarketplaceCancellationService(models.AbstractModel):
    """Settles cancellation requests: from a checked request to its receipt and answer.

    Runs as the endpoint's technical user. Only :meth:`_answer` and the cron commit; everything
    below them works inside the caller's transaction.
    """

    _name = "marketplace.cancellation.service"
    _description = "Marketplace Cancellation Service"

    # -- Transactions ---------------------------------------------------------------------------

    @api.model
    def _answer(self, account, request, path_order_id, arrival):
        """Register ``request``, settle it, and return what to answer.

        Commits more than once: the receipt first, so that it survives whatever comes after it.

        :param account: the ``marketplace.account`` that asks
        :param request: a :class:`~..protocol.cancellation_request.CancellationRequest`
        :param path_order_id: the order's ID as it stands in the address
        :param arrival: an :class:`~..arrival.Arrival`
        :return: an :class:`~..protocol.answer.Answer`
        """
        cr = self.env.cr
        with exclusive(cr, "marketplace order", account.id, request.marketplace_order_id):
            receipt = self.env["marketplace.cancellation.receipt"]._find_or_create(
                account,
                request,
                path_order_id=path_order_id,
                received_at=arrival.received_at,
            )
            cr.commit()  # pylint: disable=invalid-commit  # the receipt survives from here on
            answer = self._answer_for(receipt, path_order_id)
            receipt._record_delivery(arrival, answer.status)
            cr.commit()  # pylint: disable=invalid-commit  # the lock ends with all on record
        return answer

    @api.model
    def _answer_for(self, receipt, path_order_id):
        """The answer that ``receipt`` has, or gets now that it is settled.

        :return: an :class:`~..protocol.answer.Answer`
        """
        if answer := receipt._stored_answer():  # nothing will change: no need to take turns
            other = self._find_order(receipt)._other_order_named(receipt, path_order_id)
            return self._problem_answer(receipt, Decision.MISMATCH) if other else answer
        decision = self._settle_and_commit(receipt, path_order_id)
        return receipt._stored_answer() or self._problem_answer(receipt, decision)

    @api.model
    def _problem_answer(self, receipt, decision):
        """The answer for what is not settled: a repeat of the call may fare better."""
        kind, detail = {
            Decision.MISMATCH: (
                ORDER_MISMATCH,
                "Address and marketplaceOrderId name two orders. Nothing was cancelled.",
            ),
            Decision.WAIT: (
                UNKNOWN_ORDER,
                "No order has this marketplaceOrderId yet. It will be cancelled when it arrives.",
            ),
        }.get(decision, (CANCELLATION_FAILED, "Nothing was cancelled. Please repeat the call."))
        return Answer.from_problem(Problem(kind, detail, receipt=receipt.protocol_code))

    @api.model
    def _settle_and_commit(self, receipt, path_order_id=None):
        """Settle ``receipt`` in transactions of its own; failures end up on the receipt.

        Cancellations that share stock rows take turns, or else they would only make each other
        fail to serialize. If that takes too long, or many wait already, the order is put on hold
        and cancelled in the background.

        :return: the :class:`Decision`, or None if the cancellation failed
        """
        account = receipt.account_id
        if account.settlement == "background" or self._is_queue_busy(account):
            return self._attempt(receipt, path_order_id, defer=True)
        patience = account.background_after / 1000 or PATIENCE
        try:
            with exclusive_all(self.env.cr, self._stock_locks(receipt), patience):
                return self._attempt(receipt, path_order_id)
        except StillLocked:
            if not account.background_after:
                raise
            return self._attempt(receipt, path_order_id, defer=True)

    @api.model
    def _attempt(self, receipt, path_order_id, defer=False):
        """Settle ``receipt`` and commit, several times if others are in the way."""
        cr = self.env.cr
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                decision = self._settle(receipt, path_order_id, defer)
                cr.commit()  # pylint: disable=invalid-commit  # wholly cancelled, or untouched
                return decision
            except Exception as error:
                cr.rollback()
                if self._is_concurrency_error(error) and attempt < _ATTEMPTS:
                    _logger.info("Receipt %s: %s, once more", receipt.id, type(error).__name__)
                    continue
                _logger.exception("Receipt %s could not be settled", receipt.id)
                receipt._set_failed(self._find_order(receipt), self._describe_error(error))
                cr.commit()  # pylint: disable=invalid-commit  # the failure is on record
                return None

    @api.model
    def _stock_locks(self, receipt):
        """Keys for ``exclusive_all``: whoever cancels orders of the same goods takes turns.

        Read past the ORM: what is read before one's turn is read once more after it.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT move.product_id
                  FROM sale_order named
                  JOIN sale_order sale ON sale.id = named.id OR sale.replaced_order_id = named.id
                  JOIN sale_order_line line ON line.order_id = sale.id
                  JOIN stock_move move ON move.sale_line_id = line.id
                 WHERE named.marketplace_account_id = %s
                   AND named.marketplace_order_id = %s
                   AND move.state NOT IN ('done', 'cancel')
                """,
                receipt.account_id.id,
                receipt.marketplace_order_id,
            )
        )
        products = [product_id for (product_id,) in self.env.cr.fetchall()]
        return [stock_lock(receipt.company_id.id, product_id) for product_id in products]

    @api.model
    def _cron_settle_pending(self):
        """Settle receipts that nobody else will: their order came in a transaction that could not
        see them, or the server stopped before it was done.
        """
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
            if receipt.state in ("received", "waiting"):
                # what was never settled is so for the first time, address and all
                path_order_id = receipt.path_order_id if receipt.state == "received" else None
                self._settle_and_commit(receipt, path_order_id)

    # -- One receipt, in the caller's transaction ------------------------------------------------

    @api.model
    def _settle(self, receipt, path_order_id=None, defer=False):
        """Do for ``receipt`` what its facts call for.

        :param defer: do not cancel now, but queue the order for the background
        :return: the :class:`Decision`
        """
        order = self._find_order(receipt)
        other = order._other_order_named(receipt, path_order_id)
        order._claim_fulfilment()
        facts = order._cancellation_facts(receipt, other)
        verdict = decide(facts, receipt.account_id._cancellation_policy())
        if defer and verdict.decision is Decision.CANCEL:
            self._queue(receipt, order)
        else:
            self._apply(verdict, receipt, order, other)
        return verdict.decision

    @api.model
    def _find_order(self, receipt):
        return self.env["sale.order"]._find_marketplace_order(
            receipt.account_id, receipt.marketplace_order_id
        )

    @api.model
    def _apply(self, verdict, receipt, order, other):
        """Carry ``verdict`` out and record it on ``receipt``."""
        decision = verdict.decision
        if decision is Decision.CANCEL:
            order._cancel_for_marketplace(receipt)
            receipt._set_cancelled(order)
        elif decision is Decision.CONFIRM:
            receipt._set_cancelled(order, self.env._("The order was cancelled already."))
        elif decision is Decision.ASK:
            receipt._ask_person(order, verdict.concerns)
        elif decision is Decision.REFUSE:
            receipt._set_refused(order, receipt._explain(verdict.concerns))
        elif decision is Decision.WAIT:
            receipt._set_waiting()
        elif receipt.state == "received":  # what it was before, waiting say, it stays
            receipt._set_mismatch(
                self.env._("The address names %s, which is another order.", other.name)
            )

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
            self.with_env(env)._settle(receipt.with_env(env))
        return receipts.sale_order_id & orders.filtered(lambda order: order.state == "cancel")

    # -- Failures ---------------------------------------------------------------------------------

    @api.model
    def _is_concurrency_error(self, error):
        """Whether the same work may succeed when it is simply done again."""
        return isinstance(error, (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError))

    @api.model
    def _describe_error(self, error):
        """The cause of a failure as people read it on the receipt."""
        if isinstance(error, UserError):
            return str(error)
        return f"{type(error).__name__}: {error}"
