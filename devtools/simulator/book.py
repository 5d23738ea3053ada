"""Which orders are there? All of them, in memory, behind one lock."""

import threading
from contextlib import contextmanager
from datetime import datetime, timezone

from . import states
from .made_up import new_order
from .refusal import Refusal


class Book:
    """:param changed: called after each change"""

    def __init__(self, changed):
        self._lock = threading.RLock()
        self._orders = {}
        self._changed = changed

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
        return order

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

    def read_all(self):
        with self._lock:
            return [order.to_dict() for order in self.all()]

    def clear(self):
        with self._step():
            self._orders.clear()

    def happen(self, order_id, event):
        """Let one of :data:`.states.BY_HAND` happen to an order."""
        if event not in states.BY_HAND:
            raise Refusal(400, "bad-value", f"event is one of {', '.join(states.BY_HAND)}")
        with self._step():
            order = self.get(order_id)
            order.follow(event)
            if order.state == states.CANCEL:
                order.follow("finish-cancel")
                order.overtake()
