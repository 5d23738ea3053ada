"""What does one running marketplace consist of?"""

import itertools
import threading

from .conversation import Conversation
from .faults import Faults
from .hooks import Hooks
from .items import Item
from .keys import Keys
from .mail import Mail
from .notifications import Notifications
from .own_clock import OwnClock
from .quotas import Quotas
from .redaction import Redaction
from .settings import CurrentSettings
from .store import Store

#: The orders of the addon's demo data: marketplace's ID, and (item, quantity) pairs.
_DEMO = (
    ("1138342255787-01", (("MKT-BAG", 1), ("MKT-LAMP", 1))),
    ("1138342255786-01", (("MKT-LAMP", 2),)),
    ("1138342255785-01", (("MKT-MUG", 2),)),
    ("1138342255784-01", (("MKT-BAG", 5),)),
    ("1138342255783-01", (("MKT-MUG", 4),)),
    ("1138342255782-01", (("MKT-BAG", 2),)),
    ("1138342255781-01", (("MKT-MUG", 1), ("MKT-LAMP", 1))),
    ("1138342255780-01", (("MKT-BAG", 3),)),
    ("1138342255779-01", (("MKT-MUG", 6),)),
    ("1138342255778-01", (("MKT-LAMP", 500),)),
    ("1138342255777-01", (("MKT-LAMP", 1),)),
    ("959311095", (("MKT-MUG", 2), ("MKT-BAG", 1))),
)


class Version:
    """A number that grows with every change: pages ask whether it has."""

    def __init__(self):
        self._numbers = itertools.count(1)
        self.number = 0

    def changed(self):
        self.number = next(self._numbers)


class Marketplace:
    """Everything that the web application shows and changes.

    :param settings: the :class:`~.settings.Settings` to begin with
    :param keys: the app keys to begin with
    """

    def __init__(self, settings, keys):
        self.version = Version()
        changed = self.version.changed
        self.stop = threading.Event()  # set when the process is to end
        self.settings = CurrentSettings(settings, changed)
        self.keys = Keys(keys)
        self.redaction = Redaction(self._secrets)
        self.conversation = Conversation(self.redaction, changed)
        self.clock = OwnClock(lambda: self.settings.get().clock_speed)
        self.hooks = Hooks(self.clock, changed)
        self.quotas = Quotas(self.settings)
        self.mail = Mail(self)
        self.notifications = Notifications(self.settings, self.hooks, self.mail)
        self.store = Store(changed, self.clock, self.notifications.raise_for, self.settings.get)
        self.faults = Faults(changed)
        self.jobs = {}

    def _secrets(self):
        tokens = (key.token for key in self.keys.all())
        return [*self.settings.get().secrets(), *tokens, *self.hooks.secrets()]

    def add_demo_orders(self):
        """The orders that the addon's demo data has too."""
        for order_id, lines in _DEMO:
            items = [Item.of(ware, count) for ware, count in lines]
            self.store.add(order_id=order_id, items=items)

    def reset(self):
        """Back to the start, without any order."""
        self.jobs.clear()
        self.hooks.clear()
        self.notifications.clear()
        self.quotas.clear()
        self.faults.clear()
        self.keys.reset()
        self.settings.reset()
        self.store.clear()
        self.conversation.clear()
