"""What follows from an answer, or from none: done, try again later, or give up."""

import random
from collections.abc import Callable, Sequence
from enum import Enum

#: Seconds before the second attempt; each further one waits twice as long, up to the longest.
FIRST_DELAY = 30
LONGEST_DELAY = 6 * 3600
#: A marketplace may ask for a longer pause than that, but not for more than this.
LONGEST_PAUSE = 24 * 3600
#: A marketplace is left alone if this many calls in a row got no answer …
SILENT_AFTER = 3
#: … for so many seconds, and then for twice as long each time, up to the longest.
FIRST_REST = 60
LONGEST_REST = 15 * 60
#: States of the marketplace's order in which a call has reached what it is for, should an earlier
#: attempt have been carried out without our hearing of it (protocol, "States of an order").
REACHED = {
    "cancel": ("cancel", "canceled"),
    "deny": ("ready-for-handling", "start-handling", "handling", "invoice", "invoiced"),
    "invoice": ("invoiced",),
    "return": (),  # its state does not say
}
#: Client errors that pass by themselves: time-out, too early, too many requests.
_PASSING = (408, 425, 429)
#: Says nothing about the call: no call is taken until the key is changed.
_UNKNOWN_KEY = 401


class Outcome(Enum):
    """What an answer means for the call."""

    DONE = "done"
    LATER = "later"
    REJECTED = "rejected"
    FINAL = "final"


def outcome(status: int) -> Outcome:
    """The :class:`Outcome` that follows from an HTTP ``status``.

    A redirect is final: it is not followed, and would come again.
    """
    if 200 <= status < 300:
        return Outcome.DONE
    if is_failure(status) or status in _PASSING:
        return Outcome.LATER
    if status == _UNKNOWN_KEY:
        return Outcome.REJECTED
    return Outcome.FINAL


def is_failure(status: int) -> bool:
    """Whether the marketplace failed, which may have carried the call out before it did."""
    return status >= 500


def delay(
    attempts: int,
    retry_after: float | None = None,
    jitter: Callable[[], float] = random.random,
) -> float:
    """Seconds to wait after ``attempts`` failed ones: exponential, with jitter.

    The jitter keeps many calls, and many sellers, from retrying at the same moment.

    :param attempts: how often it was tried, at least 1
    :param retry_after: seconds that the marketplace asked for, if it did; never come earlier
    :param jitter: returns a number from 0 to 1
    """
    exponential = min(FIRST_DELAY * 2 ** min(attempts - 1, 30), LONGEST_DELAY)
    seconds: float = exponential * (0.5 + jitter() / 2)
    if retry_after is None:
        return seconds
    return max(seconds, min(retry_after, LONGEST_PAUSE) + jitter() * FIRST_DELAY / 2)


def rest(tries: Sequence[float | None]) -> float | None:
    """Seconds to leave a marketplace alone, None if it is to be called.

    Each call to one that does not answer takes as long as a time-out, and calls to others wait.

    :param tries: the latest try of each of the last calls, newest first: None if it was answered,
        otherwise for how many seconds the marketplace was left alone after it
    """
    latest = [pause for pause in tries[:SILENT_AFTER] if pause is not None]
    if len(latest) < SILENT_AFTER:
        return None
    return min(max(2 * max(latest), FIRST_REST), LONGEST_REST)
