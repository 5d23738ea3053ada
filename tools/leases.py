"""Parts of a limit that a worker takes at a time, so that few calls ask the database."""

import threading
import time
from collections.abc import Hashable


class Leases:
    """What this worker has taken and not used yet, and where it need not ask: the limit is spent.

    Bounded, as there are so many accounts and so many groups of sources.

    :param duration: how long what was taken may be used, in seconds
    """

    def __init__(self, duration: float) -> None:
        self._duration = duration
        self._lock = threading.Lock()
        self._left: dict[Hashable, tuple[int, float]] = {}
        self._spent: dict[Hashable, float] = {}

    def use(self, key: Hashable) -> bool:
        """Whether there was a call left."""
        with self._lock:
            left, until = self._left.get(key, (0, 0.0))
            if not left or time.monotonic() > until:
                return False
            self._left[key] = left - 1, until
            return True

    def take(self, key: Hashable, calls: int) -> None:
        """Note that so many calls were taken."""
        with self._lock:
            self._left[key] = calls, time.monotonic() + self._duration

    def spend(self, key: Hashable, seconds: float) -> None:
        """Note that the limit is spent for so long."""
        with self._lock:
            self._spent[key] = time.monotonic() + seconds

    def wait(self, key: Hashable) -> float:
        """For how many seconds the limit is known to be spent."""
        with self._lock:
            return max(self._spent.get(key, 0.0) - time.monotonic(), 0)

    def forget(self) -> None:
        """Forget everything, as a worker that has just been started."""
        with self._lock:
            self._left.clear()
            self._spent.clear()
