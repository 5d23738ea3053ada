from functools import partial

from odoo import api, models
from odoo.tools import SQL

from ...tools import fault
from ...tools.any_language import InAnyLanguage
from ...tools.decision import Decision, decide, find_stage
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.answer import unsettled_answer
from ...tools.lock import (
    ATTEMPTS,
    PATIENCE,
    ROW_PATIENCE,
    StillLocked,
    is_collision,
    limit_waiting,
    locked,
    repeat,
    stock_locks,
)
from ...tools.queries import IS_QUEUED, PRODUCTS_OF_ORDER

_logger = discreet_logger(__name__)

#: After so many seconds a call that no worker has taken up waits for a busy one: a free worker
#: takes it up earlier, even on a host with much else to do.
ALL_BUSY = 0.1


class MarketplaceCancellationService(models.AbstractModel):
    """From a checked request to its receipt and answer, in the order in which it happens.

    Runs as the endpoint's technical user. A call is put on record, and answered at once if that
    needs no lock (`at_once.py`); jobs cancel what is put off (`queue.py`); what other transactions
    keep from being settled is left to a job (`pending.py`); everything else is here.
    """

    _name = "marketplace.cancellation.service"
    _description = "Marketplace Cancellation Service"

    @api.model
    def _answer(self, account, request, path_order_id, arrival):
        """Put ``request`` on record, settle it, and return what to answer.

        :param account: the ``marketplace.account`` that asks
        :param request: a :class:`~tools.inbound.cancellation_request.CancellationRequest`
        :param path_order_id: the order's ID as it stands in the address
        :param arrival: an :class:`~tools.arrival.Arrival`
        :return: an :class:`~tools.inbound.answer.Answer`
        :raise StillLocked: if others keep what is needed for too long; the receipt holds the order
        """
        values = {
            "path_order_id": path_order_id,
            "received_at": arrival.received_at,
            "source": arrival.source,
        }
        receipt, answer = self._take_up(account, request, arrival, values)
        if answer:
            return answer
        receipts = self.env["marketplace.cancellation.receipt"]
        find_or_create = partial(receipts._find_or_create, account, request, **values)
        cr = self.env.cr
        try:
            with locked(cr, ("marketplace order", account.id, request.marketplace_order_id)):
                fault.point("order locked")
                receipt = receipt or self._put_on_record(find_or_create)
                return self._settle_under_locks(receipt, path_order_id, arrival)
        except StillLocked:
            self._leave_to_job(find_or_create, arrival)
            raise

    # -- The receipt first ------------------------------------------------------------------------

    @api.model
    def _put_on_record(self, find_or_create):
        """The receipt that ``find_or_create`` returns, committed: it survives from here on, and
        holds its order.

        Another call may create the same one meanwhile, if that is answered at once.

        :raise StillLocked: if it cannot be written, since another transaction is about to write it
        """

        def write():
            receipt = find_or_create()
            fault.point("receipt written")
            return receipt

        receipt = repeat(self.env.cr, write, ATTEMPTS * ROW_PATIENCE, is_collision)
        fault.point("receipt committed")
        return receipt

    # -- Then its order, in a transaction of its own ----------------------------------------------

    @api.model
    def _settle_under_locks(self, receipt, path_order_id=None, arrival=None):
        """Settle ``receipt`` in transactions of its own; failures end up on the receipt.

        The caller holds the lock of its order; those of its goods are taken here.

        Cancellations that share stock rows run one after the other, or else they would only make
        each other fail to serialize. If that takes too long, a row that is needed is locked for too
        long, or many wait already, the order is put on hold and cancelled in the background.

        :param arrival: of the call that is answered, to be recorded; None if nobody has called
        :return: an :class:`~tools.inbound.answer.Answer`
        :raise StillLocked: if the account wants nothing to be cancelled in the background, or not
            even the order's own row can be had
        """
        receipt._fetch_needed()
        account = receipt.account_id
        if self._is_background(account, arrival, self._is_queued(account)):
            return self._settle_and_commit(receipt, path_order_id, arrival, defer=True)
        locks = self._stock_locks(account, receipt.marketplace_order_id)
        patience = account._settings().background_after / 1000
        try:
            with locked(self.env.cr, *locks, patience=patience or PATIENCE):
                fault.point("goods locked")
                return self._settle_and_commit(
                    receipt, path_order_id, arrival, patience=patience or ROW_PATIENCE
                )
        except StillLocked:
            if not patience:
                raise
        return self._settle_and_commit(receipt, path_order_id, arrival, defer=True)

    @api.model
    def _is_background(self, account, arrival, is_queued):
        """Whether a new request of ``account`` is settled after its answer.

        Either it always is, or it has waited for a worker already, as others do behind it, or
        orders are queued: a request that comes now would wait, too.

        :param arrival: of the call that is answered; None if nobody has called
        :param is_queued: whether an order of the account's company is queued
        """
        settings = account._settings()
        if settings.settlement == "background":
            return True
        if not settings.background_after:
            return False
        if arrival and arrival.waited > max(settings.background_after / 1000, ALL_BUSY):
            return True
        return is_queued

    @api.model
    def _is_queued(self, account):
        """Whether an order of the account's company is queued."""
        self.env["marketplace.cancellation.receipt"].flush_model(["state", "company_id"])
        self.env.cr.execute(SQL(IS_QUEUED, company=account._settings().company_id))
        return self.env.cr.fetchone()[0]

    @api.model
    def _stock_locks(self, account, marketplace_order_id):
        """Keys for ``locked``: cancellations of the same goods wait for each other.

        Read past the ORM: what is read before the lock is taken is read once more under it.
        """
        self.env.flush_all()
        named = {"account": account.id, "marketplace_order": marketplace_order_id}
        self.env.cr.execute(SQL(PRODUCTS_OF_ORDER, **named))
        company_id = account._settings().company_id
        return stock_locks(company_id, [product_id for (product_id,) in self.env.cr.fetchall()])

    @api.model
    def _settle_and_commit(
        self, receipt, path_order_id, arrival, defer=False, patience=ROW_PATIENCE
    ):
        """Settle ``receipt`` and commit, several times if others are in the way.

        :param defer: do not cancel now, but queue the order for the background
        :param patience: how long to wait for a row that another transaction has locked, in seconds
        :return: an :class:`~tools.inbound.answer.Answer`
        :raise StillLocked: if others are in the way for longer: that is no failure of the order
        """

        def settle():
            receipt._fetch_needed()
            answer = self._answer_or_settle(receipt, path_order_id, defer, arrival)
            self.env["mail.thread"]._log_tracked_together("sale.order", "stock.picking")
            receipt._record_delivery(arrival, answer.status)
            fault.point("outcome written")
            return answer

        try:
            answer = repeat(self.env.cr, settle, patience)
            fault.point("outcome committed")
        except StillLocked:
            raise
        except Exception as error:
            _logger.exception("Receipt %s could not be settled", receipt.id)
            answer = self._fail(receipt, error, arrival)
        if defer:
            self._start_queue_unless_running()
        return answer

    @api.model
    def _answer_or_settle(self, receipt, path_order_id, defer, arrival):
        """The answer that ``receipt`` has; or settle it, and return the answer that it gets."""
        if answer := receipt._stored_answer():
            if receipt.sale_order_id._is_named(receipt, path_order_id):
                return answer
            order = self.env["sale.order"]._find_marketplace_order(
                receipt.account_id, receipt.marketplace_order_id
            )
            if not order._other_order_named(receipt, path_order_id):
                return answer
            return unsettled_answer(Decision.MISMATCH, receipt.protocol_code)
        decision = self._decide_and_carry_out(receipt, path_order_id, defer, arrival)
        receipt._fetch_needed()
        return receipt._stored_answer() or unsettled_answer(decision, receipt.protocol_code)

    @api.model
    def _fail(self, receipt, error, arrival):
        """Record that ``receipt`` could not be settled, and return what to answer."""
        cr = self.env.cr
        limit_waiting(cr, ROW_PATIENCE)
        answer = receipt._stored_answer()
        if not answer:  # or else it is settled: what failed came after that
            order = self.env["sale.order"]._find_marketplace_order(
                receipt.account_id, receipt.marketplace_order_id
            )
            receipt._set_failed(order, order._describe_failure(error))
            answer = unsettled_answer(None, receipt.protocol_code)
        receipt._record_delivery(arrival, answer.status)
        fault.point("failure written")
        cr.commit()  # pylint: disable=invalid-commit  # the failure is on record
        fault.point("failure committed")
        return answer

    # -- The decision, and what follows from it; nothing is committed here ------------------------

    @api.model
    def _decide_and_carry_out(self, receipt, path_order_id=None, defer=False, arrival=None):
        """Do for ``receipt`` what its facts call for, in the caller's transaction.

        :param defer: do not cancel now, but queue the order for the background
        :param arrival: of the call that this transaction answers, if it does
        :return: the :class:`Decision`
        """
        order = self.env["sale.order"]._find_marketplace_order(
            receipt.account_id, receipt.marketplace_order_id
        )
        other = order._other_order_named(receipt, path_order_id)
        order._claim_fulfilment()  # from here on nobody else decides on it, ships or invoices it
        # One that was refused, and was carried out there all the same, is asked about.
        open_receipts = receipt.filtered(lambda own: own.state != "refused")
        untouched = order._untouched_with_moves(open_receipts)
        facts = order._cancellation_facts(receipt, other, untouched)
        verdict = decide(facts, receipt.account_id._settings().policy)
        cancels = verdict.decision is Decision.CANCEL
        values = receipt._report_values(find_stage(facts), order if cancels else None)
        if cancels and arrival and arrival.source == "call" and not receipt.told_at:
            # Together with the rest: to be written when the arrival is, it would be written twice.
            values |= {"told_at": arrival.received_at, "told_how": "answer"}
        receipt.write(values)
        if cancels and defer:
            receipt._set_queued(order)
        elif cancels:
            # The receipt is marked before the order is cancelled, which empties Odoo's cache. If
            # the order cannot be cancelled, both are rolled back.
            receipt._set_cancelled(order)
            fault.point("receipt marked")
            order._cancel_for_marketplace({order: receipt}, untouched)
            fault.point("order cancelled")
        else:
            self._apply(verdict, receipt, order, other)
            fault.point("verdict applied")
        return verdict.decision

    @api.model
    def _apply(self, verdict, receipt, order, other):
        """Carry out a ``verdict`` other than to cancel, and record it on ``receipt``."""
        decision = verdict.decision
        if decision is Decision.CONFIRM:
            order._finish_cancellation(receipt)
            receipt._set_cancelled(
                order, InAnyLanguage(self.env)._("The order was cancelled already.")
            )
        elif decision is Decision.ASK:
            receipt._ask_person(order, verdict.concerns)
        elif decision is Decision.KEEP:
            receipt._set_kept(
                order, InAnyLanguage(self.env)._("The order stays open, as decided before.")
            )
        elif decision is Decision.REFUSE:
            receipt._set_refused(order, receipt._explain(verdict.concerns))
        elif decision is Decision.WAIT:
            receipt._set_waiting()
        elif receipt.state == "received":  # what it was before, waiting say, it stays
            receipt._set_mismatch(
                InAnyLanguage(self.env)._(
                    "The address names %s, which is another order.", other.name
                )
            )
