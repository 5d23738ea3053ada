from odoo import api, models
from odoo.tools import SQL

from ...tools import fault
from ...tools.discreet_log import discreet_logger
from ...tools.lock import (
    ROW_PATIENCE,
    StillLocked,
    is_collision,
    lock_until_commit,
    repeat,
    stock_locks,
)
from ...tools.needed import OF_ORDER, OF_RECEIPT, TO_FREE
from ...tools.queries import LOOK_UP

_logger = discreet_logger(__name__)

#: What a look at a call reads.
_LOOKED_UP = (("marketplace.cancellation.receipt", OF_RECEIPT), ("sale.order", OF_ORDER))
_COLUMNS = ", ".join(
    f"{table}.{name}"
    for table, (_model, names) in zip(("receipt", "sale"), _LOOKED_UP, strict=True)
    for name in ("id", *names)
)
#: With more moves, or lines of them (serial numbers, say), an order is not cancelled in the
#: transaction that puts its call on record.
_MOST_LINES = 50


class MarketplaceCancellationService(models.AbstractModel):
    """Puts calls on record, and answers at once what nothing has to be waited for: a repeat, an
    order for the background, and an untouched order whose locks are free.

    Nearly all calls are one of these; so each takes one transaction and as few queries as it can.
    If it fails, the receipt comes first, in a transaction of its own.
    """

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _take_up(self, account, request, arrival, values):
        """Put a call on record, and answer it if no lock has to be waited for.

        Waits for a row no longer than the account wants. A request that collides
        with another one for the same order looks again, and sees what that one has left.

        :param values: of a new receipt
        :return: the receipt, None if it is to be looked for once more, and the
            :class:`~tools.inbound.answer.Answer`, None if everything has to be looked at
        """
        patience = account._settings().background_after / 1000 or ROW_PATIENCE

        def take_up():
            outcome = self._try_at_once(account, request, arrival, values)
            fault.point("answered at once")
            return outcome

        try:
            receipt, answer, queued = repeat(self.env.cr, take_up, patience, is_collision)
        except StillLocked:
            return None, None
        except Exception:
            _logger.exception("A call could not be answered at once; its receipt comes first")
            return None, None
        if not answer:
            fault.point("receipt committed")
            return receipt, None
        fault.point("answer at once committed")
        if queued:
            self._start_queue_unless_running()
            fault.point("queue woken")
        return receipt, answer

    @api.model
    def _try_at_once(self, account, request, arrival, values):
        """``(receipt or None, answer or None, whether an order was queued)``."""
        receipts = self.env["marketplace.cancellation.receipt"]
        path_order_id = values["path_order_id"]
        receipt, order, is_queued = self._look_up(account, request)
        if receipt:
            answer = receipt._stored_answer()
            if request.is_fact:  # what is cancelled there may be news here
                return None, None, False
            if not answer or not receipt.sale_order_id._is_named(receipt, path_order_id):
                return receipt, None, False
            receipt._record_delivery(arrival, answer.status, is_repeat=True)
            return receipt, answer, False
        is_background = self._is_background(account, arrival, is_queued)
        untouched = order._is_named(request, path_order_id) and order._untouched_with_moves()
        if untouched and is_background:
            order._claim_fulfilment()
            receipt = receipts._create_confirmed("queued", account, request, order, **values)
        elif untouched and self._is_free(account, request, arrival, untouched[order]):
            order._claim_fulfilment()
            receipt = receipts._create_confirmed("cancelled", account, request, order, **values)
            order._cancel_for_marketplace({order: receipt}, untouched)
            fault.point("order cancelled at once")
            self.env["mail.thread"]._log_tracked_together("sale.order", "stock.picking")
            receipt._fetch_needed()
        else:
            receipt = receipts._create_for(account, request, **values)
            fault.point("receipt written")
            return receipt, None, False
        answer = receipt._stored_answer()
        receipt._record_delivery(arrival, answer.status, is_repeat=False)
        return receipt, answer, is_background

    @api.model
    def _look_up(self, account, request):
        """What ``_find`` and ``_find_marketplace_order`` find, and whether an order is queued.

        One query past the ORM: it begins every call, and takes less time than to prepare a search.

        :return: the receipt of ``request`` and the order that it names, each perhaps empty, and
            whether an order of the account's company is queued
        """
        self.env.flush_all()
        query = SQL(
            LOOK_UP,
            columns=SQL(_COLUMNS),
            account=account.id,
            marketplace_order=request.marketplace_order_id,
            request=request.cancellation_request_id or "",
            company=account._settings().company_id,
        )
        self.env.cr.execute(query)
        is_queued, *row = self.env.cr.fetchone()
        found = []
        for model, names in _LOOKED_UP:
            (id_, *values), row = row[: len(names) + 1], row[len(names) + 1 :]
            record = self.env[model].browse(id_ and [id_])
            if record:
                record._update_cache(dict(zip(names, values, strict=True)), validate=False)
            found.append(record)
        return *found, is_queued

    @api.model
    def _is_free(self, account, request, arrival, moves):
        """Whether an order with these untouched ``moves`` is to be cancelled in this transaction.

        Nobody else is at work on it or cancels orders of the same goods, and nobody will until the
        commit. A large one has its receipt first, whatever becomes of the worker meanwhile.
        """
        if arrival.source != "call" or len(moves) > _MOST_LINES:
            return False
        self.env["sale.order"]._fetch_fields(TO_FREE, moves)
        if len(moves.move_line_ids) > _MOST_LINES:
            return False
        order = ("marketplace order", account.id, request.marketplace_order_id)
        goods = stock_locks(account._settings().company_id, moves.product_id.ids)
        return lock_until_commit(self.env.cr, [order, *goods])
