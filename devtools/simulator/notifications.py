"""What do the hooks hear? Notifications, as late, doubled, shuffled or lost as the settings say.

Source: protocol page, "A VTEX store's own back office: the Orders hook". How the intervals grow is
documented nowhere; that a notification is given up after a hundred attempts or four days is.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass

from .orders import FULFILLMENT, now_text
from .own_clock import DAY

ACCOUNT = "simulator"
FIRST_INTERVAL, LONGEST_INTERVAL = 60, 3600  # own seconds between two attempts
MOST_ATTEMPTS, MOST_AGE = 100, 4 * DAY
KEPT_LOST = 2000


@dataclass
class Notification:
    """One notification for the hook of an app key.

    :param raised: when the order changed, on the marketplace's own clock
    """

    key: str
    order_id: str
    state: str
    body: bytes
    raised: float = 0.0
    attempts: int = 0

    @classmethod
    def of(cls, key, order_id, state, before=None, last_change=None, domain=FULFILLMENT):
        """:param before: the state before; None: not told"""
        told = {
            "Domain": domain,
            "OrderId": order_id,
            "State": state,
            "LastState": before,
            "LastChange": last_change or now_text(),
            "CurrentChange": now_text(),
            "Origin": {"Account": ACCOUNT, "Key": key},
        }
        told = {name: value for name, value in told.items() if value is not None}
        return cls(key, order_id, state, json.dumps(told).encode())

    def next_interval(self):
        """Own seconds until it is sent again; None: never."""
        if self.attempts >= MOST_ATTEMPTS:
            return None
        return min(FIRST_INTERVAL * 2 ** min(self.attempts - 1, 20), LONGEST_INTERVAL)


class Notifications:
    """What is raised and what has become of it.

    :param mail: the :class:`~.mail.Mail` that sends
    """

    def __init__(self, settings, hooks, mail):
        self._settings = settings
        self._hooks = hooks
        self._mail = mail
        self.clear()

    def clear(self):
        self.counts, self.lost = Counter(), []
        self._mail.clear()

    def raise_for(self, order, before):
        """An order has another status."""
        for hook in self._hooks.all():
            if hook.wants(order.status):
                notification = Notification.of(
                    hook.key, order.id, order.status, before, order.last_change, order.domain
                )
                self._let_go(notification, len(order.statuses))

    def send(self, notification, times=1):
        """Send one as it is, whatever the hook wants and the settings say."""
        for _ in range(times):
            self._mail.post(notification, 0)

    def _let_go(self, notification, number):
        """Send it, unless it gets lost; the same seed decides the same, whatever comes between.

        :param number: tells one from another of the same order and state
        """
        settings = self._settings.get()
        name = f"{settings.seed} {notification.order_id} {notification.state} {number}"
        chance = random.Random(name)
        is_lost, is_doubled, is_joined = (
            chance.random() < share
            for share in (settings.notify_lost, settings.notify_doubled, settings.notify_irrelevant)
        )
        self.counts["raised"] += 1
        if is_lost:
            self.counts["lost"] += 1
            self.lost.append({"orderId": notification.order_id, "state": notification.state})
            del self.lost[:-KEPT_LOST]
            return

        def delay():
            return settings.notify_late + chance.uniform(0, settings.notify_shuffled)

        self._mail.post(notification, delay())
        if is_doubled:
            self.counts["doubled"] += 1
            self._mail.post(notification, delay())
        if is_joined:
            self.counts["irrelevant"] += 1
            self._mail.post(_irrelevant(notification, chance), delay())

    def to_dict(self):
        return {
            "waiting": self._mail.waiting,
            **{name: self.counts[name] for name in ("raised", "lost", "doubled", "irrelevant")},
            **self._mail.to_dict(),
        }


def _irrelevant(notification, chance):
    """One that means nothing to the seller: of an order that is unknown, or of another state."""
    if chance.random() < 0.5:
        order_id = f"unknown-{chance.randrange(10**9)}"
        return Notification.of(notification.key, order_id, notification.state)
    return Notification.of(notification.key, notification.order_id, "payment-approved")
