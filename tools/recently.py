"""What this process has noted a moment ago."""

import threading
import time
from collections.abc import Hashable


class Recently:
    """Keeps what was noted for so many ``seconds``; it stays small by itself."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until: dict[Hashable, float] = {}

    def note(self, key: Hashable) -> None:
        """Keep ``key`` from now on."""
        now = time.monotonic()
        with self._lock:
            self._until = {old: until for old, until in self._until.items() if until > now}
            self._until[key] = now + self._seconds

    def has(self, key: Hashable) -> bool:
        """Whether ``key`` was noted so recently."""
        with self._lock:
            return self._until.get(key, 0.0) > time.monotonic()

    def forget(self) -> None:
        """Forget everything, as a process that has just been started."""
        with self._lock:
            self._until.clear()
