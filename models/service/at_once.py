from odoo import api, models

from ...tools import fault
from ...tools.discreet_log import discreet_logger
from ...tools.lock import ROW_PATIENCE, StillLocked, is_collision, repeat

_logger = discreet_logger(__name__)


class MarketplaceCancellationService(models.AbstractModel):
    """Puts calls on record, and answers at once what needs no advisory lock: a repeat, and an order
    for the background.

    Most calls are one or the other where thousands come; so each takes one short transaction and
    as few queries as it can. Under the default settings a first call is neither, unless calls
    wait for a worker or orders are queued.
    """

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _take_up(self, account, request, arrival, values):
        """Put a call on record, and answer it if that needs no advisory lock.

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
        if receipt := receipts._find(account, request):
            answer = receipt._stored_answer()
            if request.is_fact:  # what is cancelled there may be news here
                return None, None, False
            if not answer or not receipt.sale_order_id._is_named(receipt, path_order_id):
                return receipt, None, False
            receipt._record_delivery(arrival, answer.status, is_repeat=True)
            return receipt, answer, False
        if self._is_background(account, arrival):
            order = self.env["sale.order"]._find_marketplace_order(
                account, request.marketplace_order_id
            )
            if order._is_named(request, path_order_id) and order._untouched_with_moves():
                order._claim_fulfilment()
                receipt = receipts._create_queued(account, request, order, **values)
                answer = receipt._stored_answer()
                receipt._record_delivery(arrival, answer.status, is_repeat=False)
                return receipt, answer, True
        receipt = receipts._create_for(account, request, **values)
        fault.point("receipt written")
        return receipt, None, False
