from functools import partial

from odoo import api, models

from ...tools import fault
from ...tools.decision import Decision
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.problem import UNKNOWN_CHANGE, Problem
from ...tools.lock import ROW_PATIENCE, StillLocked, limit_waiting, locked, repeat

_logger = discreet_logger(__name__)


class MarketplaceChangeService(models.AbstractModel):
    """From a checked change to its receipt and answer, in the order in which it happens.

    Runs as the endpoint's technical user. A call is put on record and decided on; a job carries out
    what the marketplace wants confirmed (`pending.py`), since the answer does not say that it is
    done: a call of ours does (protocol, "Order modifications").
    """

    _name = "marketplace.change.service"
    _description = "Marketplace Change Service"

    @api.model
    def _answer(self, account, change, arrival, asked_at=None):
        """Put ``change`` on record, decide on it, and return what to answer.

        :param account: the ``marketplace.account`` that asks
        :param change: an :class:`~tools.inbound.order_change.OrderChange`
        :param arrival: an :class:`~tools.arrival.Arrival`
        :param asked_at: when the change was made there, naive, UTC; None if that is not known
        :return: an :class:`~tools.inbound.answer.Answer`
        :raise Problem: unknown-change, if it agrees to a change that nobody has asked for
        :raise StillLocked: if others keep what is needed for too long; the receipt holds the lines
        """
        order_id = self.env["sale.order"]._marketplace_id_of(account, change.order_id)
        find_or_create = partial(
            self._find_or_create, account, change, order_id, arrival, asked_at=asked_at
        )
        # committed: it survives from here on, and holds its lines
        put_on_record = self.env["marketplace.cancellation.service"]._put_on_record
        try:
            with locked(self.env.cr, ("marketplace order", account.id, order_id)):
                fault.point("changed order locked")
                receipt = put_on_record(find_or_create)
                return self._decide_and_commit(receipt, change, arrival)
        except StillLocked:
            put_on_record(find_or_create)
            raise

    @api.model
    def _find_or_create(self, account, change, marketplace_order_id, arrival, asked_at):
        """The receipt of ``change``, with what this call says.

        :raise Problem: unknown-change
        """
        receipt = self.env["marketplace.cancellation.receipt"]._find_or_create_change(
            account,
            change,
            marketplace_order_id,
            received_at=arrival.received_at,
            source=arrival.source,
            cancellation_request_date=asked_at,
        )
        if not receipt:
            raise Problem(UNKNOWN_CHANGE, "Send the whole change: it has not arrived here.")
        receipt._take_agreement(change)
        self._wake()
        return receipt

    @api.model
    def _decide_and_commit(self, receipt, change, arrival):
        """Decide on ``receipt`` unless somebody has, and return what to answer."""

        def decide():
            self._decide_if_new(receipt)
            answer = receipt._answer_of_change()
            receipt._record_delivery(arrival, answer.status)
            return answer

        try:
            answer = repeat(self.env.cr, decide, ROW_PATIENCE)
        except StillLocked:
            raise
        except Exception as error:
            _logger.exception("Change %s could not be decided on", receipt.id)
            answer = self._fail(receipt, error, arrival)
        fault.point("change decided")
        return answer

    @api.model
    def _fail(self, receipt, error, arrival=None):
        """Record that ``receipt`` could not be settled; a person is asked for help."""
        cr = self.env.cr
        limit_waiting(cr, ROW_PATIENCE)
        order = receipt._order_here()
        receipt.sale_order_id = order
        receipt._set_part_failed(order._describe_failure(error))
        answer = receipt._answer_of_change()
        receipt._record_delivery(arrival, answer.status)
        cr.commit()  # pylint: disable=invalid-commit  # the failure is on record
        return answer

    # -- The decision; nothing is committed here --------------------------------------------------

    @api.model
    def _decide_if_new(self, receipt):
        """Decide on ``receipt`` if nobody has, unless its order, or another change, has to come
        first.
        """
        if receipt.state not in ("part_received", "part_waiting"):
            return
        order = receipt._order_here()
        order._claim_fulfilment()  # from here on nobody else decides on it, ships or invoices it
        if receipt._settle_as_own_change(order):
            return
        order._hold_invoice_calls()
        judged = order and receipt._judge(order)
        if judged:
            receipt._note_lines(judged.lines)
        if not order or (
            receipt._has_to_wait(order) and not receipt._is_refused_at_once(order, judged)
        ):
            receipt._set_part("part_waiting", sale_order_id=order.id)
        elif receipt.may_be_repeat and order._with_replacements():
            receipt._look_whether_it_is_a_repeat(order)
        else:
            self._apply(judged, receipt, order)

    @api.model
    def _apply(self, judged, receipt, order):
        """Record what is decided about ``receipt``, and have the marketplace told."""
        decision = judged.verdict.decision
        is_accepted = receipt.decision == "accept"
        if decision is Decision.REFUSE and not is_accepted:
            receipt._refuse_part(order, judged.note)
            return
        if decision is Decision.ASK or is_accepted:
            receipt._ask_about_part(order, judged.note)
        else:
            receipt._set_part("part_agreed", sale_order_id=order.id)
        if not receipt.cancelled_there:
            order._agree_at_marketplace("acknowledge", receipt)
        self._wake()

    # -- What the marketplace wants confirmed -----------------------------------------------------

    @api.model
    def _carry_out_if_due(self, receipt):
        """Take out of its order what ``receipt`` says, once the marketplace waits for it.

        It is looked at anew: a person is asked about goods that have left meanwhile, for example.
        """
        if not receipt._is_due():
            return
        order = receipt._order_here()
        if not order:
            receipt._set_part("part_waiting")
            return
        order._claim_fulfilment()
        judged = receipt._judge(order)
        receipt._note_lines(judged.lines)
        goes = judged.verdict.decision in (Decision.CANCEL, Decision.CONFIRM)
        if goes or (receipt.decision == "accept" and judged.is_known):
            receipt._carry_out_part(order, judged.quantities)
            fault.point("change carried out")
        else:
            self._apply(judged, receipt, order)

    @api.model
    def _wake(self):
        self.env["ir.cron"]._wake_own("cron_settle_changes")
