"""How late is it at the marketplace? A clock that can run faster, and leap.

Only waiting goes by it: repeats, delays, the three days of a hook. Dates in documents are real.
"""

import threading
import time

DAY = 24 * 3600  # seconds


class OwnClock:
    """:param speed: function that returns how many of its seconds pass in a real one"""

    def __init__(self, speed):
        self._speed = speed
        self._lock = threading.Lock()
        self._reading, self._real = 0.0, time.monotonic()

    def now(self):
        """Seconds since the clock was made; never fewer than before."""
        with self._lock:
            real = time.monotonic()
            self._reading += (real - self._real) * self._speed()
            self._real = real
            return self._reading

    def advance(self, seconds):
        """Leap forward."""
        with self._lock:
            self._reading += seconds
