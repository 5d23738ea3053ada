from psycopg2 import IntegrityError
from psycopg2.errors import LockNotAvailable

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import fault
from ..tools.decision import Decision
from ..tools.discreet_log import discreet_logger, kind_of
from ..tools.lock import (
    PATIENCE,
    StillLocked,
    exclusive,
    exclusive_all,
    is_concurrency_error,
    limit_waiting,
)

_logger = discreet_logger(__name__)

#: How often work is begun anew when another transaction changed the same rows. Each time that
#: transaction has ended, so there is nothing to sleep for.
ATTEMPTS = 5
#: How long to wait for a row that another transaction has locked, in seconds: where an account
#: does not say when to go on in the background, and for what even that needs, the order's own row.
ROW_PATIENCE = 1
#: For how many products an order takes a lock at the most: all sessions share one table of locks.
#: They save collisions; what is cancelled without one is cancelled rightly all the same.
_MOST_PRODUCTS = 64


def stock_lock(company_id, product_id):
    """The key under which those take turns who cancel orders of one product."""
    return "stock", company_id, product_id


def stock_locks(company_id, product_ids):
    """The keys under which an order of these products takes turns with others.

    The same for everybody, however many products the order has.
    """
    return [stock_lock(company_id, product_id) for product_id in sorted(product_ids)][
        :_MOST_PRODUCTS
    ]


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
        :param request: a :class:`~..tools.inbound.cancellation_request.CancellationRequest`
        :param path_order_id: the order's ID as it stands in the address
        :param arrival: an :class:`~..tools.arrival.Arrival`
        :return: an :class:`~..tools.inbound.answer.Answer`
        """
        arguments = account, request, path_order_id, arrival
        try:
            return self._answer_at_once(*arguments) or self._answer_in_turn(*arguments)
        except StillLocked:
            self._put_off(*arguments)
            raise

    @api.model
    def _answer_in_turn(self, account, request, path_order_id, arrival):
        """:meth:`_answer`, one request for an order at a time.

        Commits more than once: the receipt first, so that it survives whatever comes after it.

        :raise StillLocked: if others keep what is needed for too long; then nothing is settled
        """
        cr = self.env.cr
        with exclusive(cr, "marketplace order", account.id, request.marketplace_order_id):
            fault.point("turn taken")
            receipt = self._put_on_record(account, request, path_order_id, arrival)
            locks = self._stock_locks(account, request)
            return self._settle_and_commit(account, receipt, locks, path_order_id, arrival)

    @api.model
    def _settle_and_commit(self, account, receipt, locks, path_order_id=None, arrival=None):
        """Settle ``receipt`` in transactions of its own; failures end up on the receipt.

        Cancellations that share stock rows take turns, or else they would only make each other
        fail to serialize. If that takes too long, a row that is needed is locked for too long, or
        many wait already, the order is put on hold and cancelled in the background.

        :param locks: what :meth:`_stock_locks` says
        :param arrival: of the call that is answered, to be recorded; None if nobody has called
        :return: an :class:`~..tools.inbound.answer.Answer`
        :raise StillLocked: if the account wants nothing to be cancelled in the background, or not
            even the order's own row can be had
        """
        if self._is_background(account):
            return self._attempt(receipt, path_order_id, arrival, defer=True)
        patience = account._settings().background_after / 1000
        try:
            with exclusive_all(self.env.cr, locks, patience or PATIENCE) as waited:
                fault.point("goods locked")
                if not patience:  # or else the others go to the background
                    self._wait_for_others(account, receipt, waited)
                return self._attempt(
                    receipt, path_order_id, arrival, locks, patience=patience or ROW_PATIENCE
                )
        except StillLocked:
            if not patience:
                raise
        return self._attempt(receipt, path_order_id, arrival, defer=True)

    @api.model
    def _attempt(
        self, receipt, path_order_id, arrival, locks=(), defer=False, patience=ROW_PATIENCE
    ):
        """Settle ``receipt`` and commit, several times if others are in the way.

        :param locks: the locks on goods that are held: others that wait for them are settled, too
        :param defer: do not cancel now, but queue the order for the background
        :param patience: how long to wait for a row that another transaction has locked, in seconds
        :return: an :class:`~..tools.inbound.answer.Answer`
        :raise StillLocked: if others are in the way for longer: that is no failure of the order
        """
        cr = self.env.cr
        attempts = 0
        while True:
            attempts += 1
            try:
                limit_waiting(cr, patience)
                answer = self._settled_answer(receipt, path_order_id, locks, defer)
                self._log_changes()
                receipt._record_delivery(arrival, answer.status)
                fault.point("outcome written")
                cr.commit()  # pylint: disable=invalid-commit  # wholly cancelled, or untouched
                fault.point("outcome committed")
                break
            except Exception as error:
                cr.rollback()
                collides = is_concurrency_error(error)
                # Who has waited for a row in vain, would do so again.
                if collides and not isinstance(error, LockNotAvailable) and attempts < ATTEMPTS:
                    _logger.info("Receipt %s: %s, once more", receipt.id, type(error).__name__)
                    continue
                if locks:  # it may have been because of somebody whom it was settled with
                    locks, attempts = (), 0
                    continue
                if collides:
                    raise StillLocked from error
                _logger.exception("Receipt %s could not be settled", receipt.id)
                limit_waiting(cr, ROW_PATIENCE)
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
        return stock_locks(company_id, [product_id for (product_id,) in self.env.cr.fetchall()])

    # -- Failures ---------------------------------------------------------------------------------

    @api.model
    def _is_collision(self, error):
        """Whether somebody else has just written what was to be written here."""
        return isinstance(error, IntegrityError) or is_concurrency_error(error)

    @api.model
    def _describe_error(self, order, error):
        """The cause of a failure to cancel ``order`` as people read it on the receipt.

        Without what tells who the shopper is: receipts outlast what is kept of shoppers.
        """
        if isinstance(error, UserError):
            return order._without_shopper(str(error))
        return self.env._("Unexpected error: %s. The server's log says where.", kind_of(error))
