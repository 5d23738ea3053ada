"""Counts frequent events in memory, and says now and then that the numbers are to be written."""

import threading
import time
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Tally(Generic[Key]):
    """What this worker has counted and not written down yet.

    The first things are due at once, so that people see them; where thousands come, they are due
    together, once in a while. What is not due yet when a worker ends is lost.

    :param most: of how many keys it counts each by itself; the caller says what becomes of others
    :param burst: how often in a row something is due at once
    :param interval: after how many seconds that is so once more
    """

    def __init__(self, most: int, burst: int, interval: float) -> None:
        self._most, self._burst, self._interval = most, burst, interval
        self._lock = threading.Lock()
        self._counts: dict[Hashable, dict[Key, tuple[int, float]]] = {}
        self._due, self._since = float(burst), 0.0

    def add(
        self, place: Hashable, key: Key, rest: Key, number: int = 1, moment: float | None = None
    ) -> None:
        """Count ``number`` more of ``key``, or of ``rest`` if there are too many keys.

        :param place: where it is to be written down, a database say
        :param moment: when, by the monotonic clock; None for now
        """
        moment = time.monotonic() if moment is None else moment
        with self._lock:
            counts = self._counts.setdefault(place, {})
            if key not in counts and len(counts) >= self._most:
                key = rest
            before, last = counts.get(key, (0, moment))
            counts[key] = before + number, max(last, moment)

    def take_due(self, place: Hashable) -> dict[Key, tuple[int, float]]:
        """What is to be written down now, each with its number and its last moment; or nothing.

        It is counted no more: give it back by :meth:`add` if it cannot be written.
        """
        with self._lock:
            now = time.monotonic()
            regained = (now - self._since) / self._interval
            self._due, self._since = min(self._due + regained, self._burst), now
            if self._due < 1 or not self._counts.get(place):
                return {}
            self._due -= 1
            return self._counts.pop(place)

    def forget(self) -> None:
        """Forget everything, as a worker that has just been started."""
        with self._lock:
            self._counts.clear()
            self._due, self._since = float(self._burst), 0.0
