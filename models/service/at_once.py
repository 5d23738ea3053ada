from odoo import api, models

from ...tools import fault
from ...tools.discreet_log import discreet_logger
from ...tools.lock import ROW_PATIENCE, StillLocked, is_collision, repeat

_logger = discreet_logger(__name__)


class MarketplaceCancellationService(models.AbstractModel):
    """Answers at once what needs no advisory lock: a repeat, and an order for the background.

    Most calls are one or the other where thousands come; so each takes one short transaction and
    as few queries as it can. Under the default settings a first call is neither, unless calls
    wait for a worker or orders are queued.
    """

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _answer_at_once(self, account, request, path_order_id, arrival):
        """The answer to a call that needs no advisory lock.

        Waits for a row no longer than the account wants. A request that collides
        with another one for the same order looks again, and sees what that one has left.

        :return: the :class:`~tools.inbound.answer.Answer`, None if everything has to be looked at
        """
        patience = account._settings().background_after / 1000 or ROW_PATIENCE

        def answer_at_once():
            outcome = self._try_at_once(account, request, path_order_id, arrival)
            fault.point("answered at once")
            return outcome

        try:
            answer, queued = repeat(self.env.cr, answer_at_once, patience, is_collision)
        except StillLocked:
            return None
        except Exception:
            _logger.exception("A call could not be answered at once; its receipt comes first")
            return None
        fault.point("answer at once committed")
        if queued:
            self._start_queue_unless_running()
            fault.point("queue woken")
        return answer

    @api.model
    def _try_at_once(self, account, request, path_order_id, arrival):
        """``(answer or None, whether an order was queued)``."""
        receipts = self.env["marketplace.cancellation.receipt"]
        if receipt := receipts._find(account, request):
            answer = receipt._stored_answer()
            if request.is_fact or not answer:  # what is cancelled there may be news here
                return None, False
            if not receipt.sale_order_id._is_named(receipt, path_order_id):
                return None, False
            receipt._record_delivery(arrival, answer.status, is_repeat=True)
            return answer, False
        if not self._is_background(account, arrival):
            return None, False
        order = self.env["sale.order"]._find_marketplace_order(
            account, request.marketplace_order_id
        )
        if not order._is_named(request, path_order_id) or not order._untouched_with_moves():
            return None, False
        order._claim_fulfilment()
        receipt = receipts._create_queued(
            account,
            request,
            order,
            path_order_id=path_order_id,
            received_at=arrival.received_at,
            source=arrival.source,
        )
        answer = receipt._stored_answer()
        receipt._record_delivery(arrival, answer.status, is_repeat=False)
        return answer, True
