"""How often may a key call? So many calls in so many seconds; more are answered with 429.

How many is documented nowhere; that a caller waits a minute after a 429 is (protocol page, "A VTEX
store's own back office: the Orders hook").
"""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from time import monotonic

from .refusal import Refusal


@dataclass
class Use:
    """The calls of one key: how many of which kind, refused ones, and the latest moments.

    :param most: how many it has made in any ``quota_seconds``, refused ones included
    """

    kinds: Counter = field(default_factory=Counter)
    refused: int = 0
    most: int = 0
    made: deque = field(default_factory=deque)
    granted: deque = field(default_factory=deque)

    def to_dict(self):
        return {
            "calls": self.kinds.total(),
            "refused": self.refused,
            "most": self.most,
            "kinds": dict(self.kinds),
        }


class Quotas:
    """:param settings: the marketplace's :class:`~.settings.CurrentSettings`"""

    def __init__(self, settings):
        self._settings = settings
        self._lock = threading.Lock()
        self._uses = {}

    def take(self, key, kind):
        """Count a call.

        :raise Refusal: if it is one too many
        """
        settings, now = self._settings.get(), monotonic()
        with self._lock:
            use = self._uses.setdefault(key, Use())
            for moments in (use.made, use.granted):
                while moments and moments[0] <= now - settings.quota_seconds:
                    moments.popleft()
            use.kinds[kind] += 1
            use.made.append(now)
            use.most = max(use.most, len(use.made))
            if settings.quota_calls and len(use.granted) >= settings.quota_calls:
                use.refused += 1
                raise Refusal(429, "too-many-calls", "The quota of this key is used up: wait.")
            use.granted.append(now)

    def to_dict(self):
        """By key."""
        with self._lock:
            return {key: use.to_dict() for key, use in self._uses.items()}

    def clear(self):
        with self._lock:
            self._uses.clear()
