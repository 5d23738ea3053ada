"""Parts of a limit that a worker takes at once, so that few calls ask the database."""

import threading
import time
from collections.abc import Hashable

#: Takes a part of a limit: ``(whether it was taken, after how many seconds there is as much)``.
#: ``key`` is the limit's, ``step`` the part in seconds, ``ahead`` how many seconds ahead of now the
#: limit's moment may be then, and ``most`` how far ahead it can be at all.
TAKE = """
    WITH moment AS (
        SELECT now() AT TIME ZONE 'UTC' AS now,
               make_interval(secs => %(ahead)s) AS ahead,
               make_interval(secs => %(most)s) AS most,
               make_interval(secs => %(step)s) AS step
    ), taken AS (
        INSERT INTO marketplace_call_rate AS rate (key, used_until)
        SELECT %(key)s, now + step FROM moment
        ON CONFLICT (key) DO UPDATE
           SET used_until = (
                   -- no further ahead than it can be: the clock may have been set back
                   SELECT LEAST(GREATEST(rate.used_until, now), now + most) + step
                     FROM moment
               )
         WHERE (
                   SELECT LEAST(GREATEST(rate.used_until, now), now + most) + step
                          <= now + ahead
                     FROM moment
               )
        RETURNING key
    )
    SELECT EXISTS (SELECT FROM taken), (
        SELECT EXTRACT(
                   EPOCH FROM LEAST(rate.used_until, now + most) + step - now - ahead
               )
          FROM marketplace_call_rate rate, moment
         WHERE rate.key = %(key)s
    )::float
"""

#: Takes a part of a limit, or what there is left of it, for calls that did not wait for it.
TAKE_ANYWAY = """
    INSERT INTO marketplace_call_rate AS rate (key, used_until)
    SELECT %(key)s, now() AT TIME ZONE 'UTC' + make_interval(secs => %(step)s)
    ON CONFLICT (key) DO UPDATE
       SET used_until = LEAST(
               GREATEST(rate.used_until, now() AT TIME ZONE 'UTC')
                   + make_interval(secs => %(step)s),
               now() AT TIME ZONE 'UTC' + make_interval(secs => %(most)s)
           )
    RETURNING TRUE, 0
"""


class Leases:
    """What this worker has taken and not used yet, and which limits it knows to be spent.

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
        """Note for how long the limit is spent."""
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
