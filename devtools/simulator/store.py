"""What do the two sides do to an order? Each method is one step under one lock.

The rules on denial, cancellation and invoice are those of the protocol page, "Outbound: seller →
marketplace"; which state follows is in :mod:`.states`.
"""

import time
import uuid

from . import states
from .changing import INVOICED_EARLY, Changing
from .invoices import INPUT, OUTPUT, fit
from .orders import UNSETTLED, CancellationRequest, now_text
from .refusal import Refusal

#: How an answer is written down: the event, and the state of the request.
_SETTLING = {
    "confirmed": ("confirm", "confirmed"),
    "evaluating": ("evaluate", "evaluating"),
    "refused": ("refuse", "refused"),
}
#: Known issues 1400005 (an invoice overlaps a cancellation) and 1004978 (a denial does).
STUCK = "confirmed too late: the order is {state}, and both sides are stuck"


class Store(Changing):
    """The orders, what the marketplace asks about them, and what the seller calls for."""

    # -- The marketplace asks ----------------------------------------------------------------

    def request(self, order_id, reason, by_user, which="waiting", any_state=False):
        """The cancellation request to send.

        :param which: ``waiting`` (the one that waits, or else a new one), ``last`` (the last one,
            settled or not) or ``new``
        :param any_state: also where the order's state does not allow a new one
        """
        with self._step():
            order = self.get(order_id)
            last = order.last_request
            if last and (which == "last" or (which == "waiting" and last.state in UNSETTLED)):
                return last
            if order.permits("request-cancel"):
                order.before = (order.state, order.seller_state)
                order.follow("request-cancel")
            elif order.state not in states.ASKED and not any_state:
                message = f"The order is {order.state}: nothing to cancel any more."
                raise Refusal(409, "wrong-status", message)
            order.requests.append(CancellationRequest(reason, by_user))
            return order.requests[-1]

    def called(self, request):
        """Note that the seller is being called."""
        with self._step():
            request.calls += 1
            request.last_call = time.monotonic()

    def settle(self, order_id, request, verdict, exchanged, seller_order_id=None):
        """Note the seller's answer to a call.

        :param exchanged: the bodies that were sent and received, and when the call began
        :return: what the answer contradicts, as sentences
        """
        with self._step():
            order = self.get(order_id)
            before, request.last_call = request.state, time.monotonic()
            if before in ("confirmed", "refused"):
                return self._repeated(request, verdict, *exchanged)
            if verdict.kind not in _SETTLING:
                if before in UNSETTLED and verdict.kind != "later":
                    request.state = "failed"
                order.tell(f"the seller's answer settles nothing: {verdict.text}")
                return []
            event, request_state = _SETTLING[verdict.kind]
            if seller_order_id:
                order.seller_order_id = seller_order_id
            if before not in UNSETTLED or not order.permits(event):
                return self._too_late(order, request, request_state)
            request.state = request_state
            if request_state != "evaluating":
                request.answers[exchanged[0]] = verdict.kind, exchanged[1]
                request.settled = time.monotonic()
            order.follow(event)
            if event == "confirm":
                self._because_of(order, request)
                order.follow("finish-cancel")
            return []

    def _repeated(self, request, verdict, sent, received, began):
        """A repeat must get the same response (protocol page, "Authentication", last line).

        What differs in a field is no repeat, and an error (wrong credentials, too many calls) no
        response to it. Of calls at the same time, one may still have heard "evaluating".
        """
        overlapped = began < request.settled and verdict.kind == "evaluating"
        if overlapped or verdict.kind in ("later", "final"):
            return []
        first = request.answers.setdefault(sent, (verdict.kind, received))
        if first == (verdict.kind, received):
            return []
        return [f"a repeat got another answer than the one that {request.state} the request"]

    def _too_late(self, order, request, request_state):
        """An answer to a question that is settled, or was overtaken."""
        if request_state == "confirmed" and order.state in states.CANCELLED:
            request.state = request_state
            order.tell("the seller confirms what is cancelled already")
            return []
        if request_state in ("refused", "evaluating"):
            if request.state in UNSETTLED:
                request.state = request_state
            order.tell(f"the seller's answer ({request_state}) changes nothing any more")
            return []
        return [STUCK.format(state=order.state)]

    # -- The seller calls --------------------------------------------------------------------

    def deny(self, order_id, request_id, reason):
        """Deny a request, which is possible in exactly one pair of states."""
        with self._step():
            order = self.get(order_id)
            request = next((r for r in order.requests if r.id == request_id), None)
            if request is None:
                raise Refusal(400, "request-not-found", f"The order has no request {request_id}.")
            if order.state in states.CANCELLED:
                raise Refusal(400, "already-canceled", "The order is cancelled already.")
            if request.state not in UNSETTLED:
                raise Refusal(400, "wrong-status", f"The request is {request.state} already.")
            order.follow("deny")
            request.state, request.deny_reason = "denied", reason
            request.denied = now_text()

    def note_told(self, order_id, kind):
        """Count a call about an order, done or not; ``kind`` is one of :data:`.wire.TOLD`.

        ``again`` counts cancellations of what the seller had cancelled already, and agreements on
        changes that it had sent before; ``echo`` cancellations of what the marketplace had.
        """
        with self._step():
            if order := self._orders.get(order_id):
                order.told[kind] += 1

    def cancel_by_seller(self, order_id, reason, date):
        """Cancel; doing so again succeeds with the same answer (known issue 1198719)."""
        with self._step():
            order = self.get(order_id)
            if order.state == states.INVOICE:
                raise Refusal(400, "partly-invoiced", "A partly invoiced order stays.")
            if order.state in states.CANCELLED:
                order.told["again" if order.seller_cancellation else "echo"] += 1
            else:
                event = "seller-cancels"
                if order.state == states.INVOICED:
                    if any(order.open_quantities(INPUT).values()):
                        raise Refusal(400, "invoiced", "First send a return invoice for all of it.")
                    event = "seller-cancels-returned"
                order.follow(event, f"reason: {reason}")
                self._because(order, reason, by_seller=True)
                order.follow("finish-cancel")
                order.overtake()
            order.seller_cancellation = order.seller_cancellation or _receipt(order, date)
            return order.seller_cancellation

    def invoice(self, order_id, invoice, date):
        """Take an :class:`.invoices.Invoice`; it refuses what is pending."""
        with self._step():
            order, name = self.get(order_id), f"invoice {invoice.number}"
            if invoice in order.invoices:
                return order.receipts[invoice.number]
            if invoice.number in order.receipts:
                message = f"The order has another invoice {invoice.number} already."
                raise Refusal(400, "invoice-exists", message)
            # Whether the state allows it comes first, then what is left.
            event = "invoice" if invoice.type == OUTPUT else "return"
            order.check(event)
            fit(order, invoice)
            if event == "invoice" and order.open_change:
                order.stuck = INVOICED_EARLY
                order.tell(f"{name} comes while a change is open: the order is stuck")
            order.invoices.append(invoice)
            order.receipts[invoice.number] = _receipt(order, date)
            order.follow(event, name)
            if event == "invoice" and order.is_wholly_invoiced:
                order.follow("finish-invoice")
            for request in order.requests:
                if request.state in UNSETTLED:
                    request.state, request.deny_reason = "denied", name
                    request.denied = now_text()
            return order.receipts[invoice.number]


def _receipt(order, date):
    return {"date": date, "orderId": order.id, "receipt": uuid.uuid4().hex}
