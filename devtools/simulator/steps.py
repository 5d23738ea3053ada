"""What happens to an order without a call? A person at the marketplace, or time, takes a step."""

from . import states
from .book import Book
from .orders import Cancellation, CancellationRequest
from .refusal import Refusal

CANCEL_AT_ONCE = "cancel"  # begin-cancel and finish-cancel
EVENTS = (*states.BY_HAND, CANCEL_AT_ONCE)
NO_REASON = "Cancelled by the marketplace"


class Steps(Book):
    """The orders, and what happens to them without a call."""

    def happen(self, order_id, event="", reason=NO_REASON, by_user=False, silently=False):
        """Let one of :data:`EVENTS` happen to an order.

        :param reason: of a cancellation; ``by_user``: whether the shopper asks for it
        :param silently: the hook is not told
        """
        if event not in EVENTS:
            raise Refusal(400, "bad-value", f"event is one of {', '.join(EVENTS)}")
        with self._step():
            order = self.get(order_id)
            first = "begin-cancel" if event == CANCEL_AT_ONCE else event
            before = order.state, order.seller_state
            order.follow(first, silently=silently)
            if event == "ask-to-cancel":
                order.before = before
                order.requests.append(CancellationRequest(reason, by_user, state="evaluating"))
            elif first == "begin-cancel":
                self._because(order, reason, by_user)
            elif event == "pass-30-days":
                self._because_of(order, order.last_request)
            if event in (CANCEL_AT_ONCE, "pass-30-days"):
                order.follow("finish-cancel", silently=silently)
            if order.state == states.CANCELED:
                order.overtake()

    def happen_to_all(self, order_ids, event="", **how):
        """The same for several orders; returns why not, by ID, where it was not possible."""
        problems = {}
        for order_id in order_ids:
            try:
                self.happen(order_id, event, **how)
            except (Refusal, states.NotPermitted) as error:
                problems[order_id] = str(error)
        return problems

    def _because(self, order, reason, by_user=False, by_seller=False):
        """Note why an order is cancelled; one that was asked for is what has been decided."""
        request = order.last_request
        request_id = request.id if request and request.state == "evaluating" else None
        order.cancellation = Cancellation(
            reason, by_user, by_seller, request_id, since=self._clock.now()
        )

    def _because_of(self, order, request):
        """Note that an order is cancelled because of a request."""
        order.cancellation = Cancellation(
            request.reason, request.by_user, request_id=request.id, since=self._clock.now()
        )
