"""Which orders are there? All of them, in memory, behind one lock."""

import threading
from contextlib import contextmanager
from datetime import datetime, timezone

from .made_up import new_order
from .orders import now_text
from .refusal import Refusal


class Book:
    """
    :param changed: called after each change
    :param clock: the marketplace's :class:`~.own_clock.OwnClock`
    :param notify: called with an order that has another status, and with the status before
    """

    def __init__(self, changed, clock, notify):
        self._lock = threading.RLock()
        self._orders = {}
        self._changed = changed
        self._clock = clock
        self._notify = notify

    @contextmanager
    def _step(self):
        """One change: alone, and told about."""
        with self._lock:
            try:
                yield
            finally:
                self._changed()

    # -- Orders ------------------------------------------------------------------------------

    def add(self, **values):
        """Make an order; return it."""
        order = new_order(**values)
        with self._step():
            if order.id in self._orders:
                raise Refusal(409, "order-exists", f"There is an order {order.id} already.")
            self._orders[order.id] = order
            order.tell("the shopper has paid")
            order.changed = self._has_status
            self._has_status(order, None)
        return order

    def _has_status(self, order, before, silently=False):
        """An order has another status: keep it for the index, and tell those who want to know."""
        order.statuses.append((self._clock.now(), order.status))
        if not silently:
            self._notify(order, before)
        order.last_change = now_text()

    def get(self, order_id):
        """The order with this ID at the marketplace."""
        with self._lock:
            try:
                order = self._orders[order_id]
            except KeyError:
                raise Refusal(404, "order-not-found", f"There is no order {order_id}.") from None
            ends = order.window_ends
            if ends and ends <= datetime.now(timezone.utc) and order.permits("close-window"):
                order.follow("close-window")
                self._changed()
            return order

    def all(self):
        """All orders, the newest first."""
        with self._lock:
            return [self.get(order_id) for order_id in reversed(self._orders)]

    def read(self, order_id):
        """The order as a dictionary."""
        with self._lock:
            return self.get(order_id).to_dict()

    @contextmanager
    def reading(self, order_id):
        """The order, which does not change meanwhile."""
        with self._lock:
            yield self.get(order_id)

    @contextmanager
    def reading_all(self):
        """All orders, the newest first, which do not change meanwhile."""
        with self._lock:
            yield self.all()

    def read_all(self):
        with self._lock:
            return [order.to_dict() for order in self.all()]

    def states(self):
        """Of each order, by ID: its states, those of its changes, what is left, what was told."""
        with self._lock:
            return {
                order.id: {
                    "status": order.state,
                    "sellerStatus": order.seller_state,
                    "told": dict(order.told),
                    "left": order.left,
                    "changes": {change.id: change.status for change in order.changes},
                    "stuck": order.stuck,
                }
                for order in self.all()
            }

    def clear(self):
        with self._step():
            self._orders.clear()
