import logging

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..decision import Decision, Facts, decide
from ..exclusive import StillLocked, exclusive
from ..protocol.problem import CANCELLATION_FAILED, ORDER_MISMATCH, UNKNOWN_ORDER, Problem

_logger = logging.getLogger(__name__)

# How often a cancellation is begun anew when another transaction changed the same rows. Each time
# that transaction has ended, so there is nothing to sleep for.
_ATTEMPTS = 5


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
        :return: a JSON text (the confirmation) or a :class:`~..protocol.problem.Problem`
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
            if receipt._is_settled():  # nothing will change: no need to wait for one's turn
                decision = self._settle(receipt, path_order_id)
            else:
                decision = self._settle_and_commit(receipt, path_order_id)
            answer = self._answer_for(receipt, decision)
            status = answer.status if isinstance(answer, Problem) else receipt.answer_status
            receipt._record_delivery(arrival, status)
            cr.commit()  # pylint: disable=invalid-commit  # the lock ends with all on record
        return answer

    @api.model
    def _settle_and_commit(self, receipt, path_order_id=None):
        """Settle ``receipt`` in transactions of its own; failures end up on the receipt.

        One cancellation at a time per company: they share stock rows, and would only make each
        other fail to serialize.

        :return: the :class:`Decision`, or None if the cancellation failed
        """
        cr = self.env.cr
        with exclusive(cr, "cancellation", receipt.company_id.id):
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    decision = self._settle(receipt, path_order_id)
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
    def _settle(self, receipt, path_order_id=None):
        """Do for ``receipt`` what its facts call for.

        :return: the :class:`Decision`
        """
        order = self._find_order(receipt)
        other = order._other_order_named(receipt, path_order_id)
        decision = decide(
            Facts(
                order_known=bool(order),
                order_cancelled=order.state == "cancel",
                path_names_another=bool(other),
            )
        )
        if not receipt._is_settled():
            self._apply(decision, receipt, order, other)
        return decision

    @api.model
    def _find_order(self, receipt):
        return self.env["sale.order"]._find_marketplace_order(
            receipt.account_id, receipt.marketplace_order_id
        )

    @api.model
    def _apply(self, decision, receipt, order, other):
        """Carry ``decision`` out and record it on ``receipt``."""
        if decision is Decision.CANCEL:
            order._cancel_for_marketplace(receipt)
            receipt._set_cancelled(order)
        elif decision is Decision.CONFIRM:
            receipt._set_cancelled(order, self.env._("The order was cancelled already."))
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
        return receipts.sale_order_id & orders

    # -- Answers --------------------------------------------------------------------------------

    @api.model
    def _answer_for(self, receipt, decision):
        """What to tell the marketplace now that ``receipt`` is settled as ``decision``."""
        if decision is Decision.MISMATCH:
            return Problem(
                ORDER_MISMATCH,
                "The ID in the address belongs to another order than marketplaceOrderId. "
                "Nothing was cancelled.",
                receipt=receipt.protocol_code,
            )
        if receipt._is_settled():
            return receipt.answer_body
        if decision is Decision.WAIT:
            return Problem(
                UNKNOWN_ORDER,
                "No order has this marketplaceOrderId yet. It will be cancelled when it arrives.",
                receipt=receipt.protocol_code,
            )
        return Problem(
            CANCELLATION_FAILED,
            "The order is as it was before. Please repeat the call.",
            receipt=receipt.protocol_code,
        )

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
