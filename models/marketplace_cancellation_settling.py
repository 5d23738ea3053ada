from odoo import api, models

from ..tools import fault
from ..tools.decision import Decision, decide, find_stage
from ..tools.inbound.answer import Answer
from ..tools.inbound.problem import CANCELLATION_FAILED, ORDER_MISMATCH, UNKNOWN_ORDER, Problem


class MarketplaceCancellationService(models.AbstractModel):
    """Settles one receipt, in the transaction of whoever calls: here nothing is committed."""

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _settle(self, receipt, path_order_id=None, defer=False):
        """Do for ``receipt`` what its facts call for.

        :param defer: do not cancel now, but queue the order for the background
        :return: the :class:`Decision`
        """
        order = self._order_of(receipt)
        other = order._other_order_named(receipt, path_order_id)
        order._claim_fulfilment()
        untouched = order._untouched([receipt])
        facts = order._cancellation_facts(receipt, other, untouched)
        verdict = decide(facts, receipt.account_id._settings().policy)
        cancels = order if verdict.decision is Decision.CANCEL else None
        receipt.write(receipt._figures(find_stage(facts), cancels))
        if defer and verdict.decision is Decision.CANCEL:
            receipt._set_queued(order)
        elif verdict.decision is Decision.CANCEL:
            receipt._set_cancelled(order)  # before: to cancel makes Odoo forget what it has read
            fault.point("receipt marked")
            order._cancel_for_marketplace(receipt, untouched)
            fault.point("order cancelled")
        else:
            self._apply(verdict, receipt, order, other)
            fault.point("verdict applied")
        return verdict.decision

    @api.model
    def _order_of(self, receipt):
        return self._find_order(receipt.account_id, receipt)

    @api.model
    def _find_order(self, account, request):
        """The order that ``request`` (or its receipt) is about."""
        orders = self.env["sale.order"]
        return orders._find_marketplace_order(account, request.marketplace_order_id)

    @api.model
    def _apply(self, verdict, receipt, order, other):
        """Carry a ``verdict`` out that cancels nothing, and record it on ``receipt``."""
        decision = verdict.decision
        if decision is Decision.CONFIRM:
            order._finish_cancellation(receipt)
            receipt._set_cancelled(order, self.env._("The order was cancelled already."))
        elif decision is Decision.ASK:
            receipt._ask_person(order, verdict.concerns)
        elif decision is Decision.KEEP:
            receipt._set_kept(order, self.env._("It stays open, as was decided before."))
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
            fault.point("waiting receipt settled")
        return receipts.sale_order_id & orders.filtered(lambda order: order.state == "cancel")

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
