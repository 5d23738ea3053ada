"""Ends calls at their deadlines."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

#: Seconds between two tries to end a call: a connection may just be being made.
_AGAIN = 0.2


class Watch:
    """One thread that watches the calls of a process, as long as there are any.

    With a thread for each, sixteen calls at once would take thirty-two. The C library sets address
    space aside for each of these, which counts towards Odoo's limit of a worker's memory.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: dict[object, tuple[float, Callable[[], None]]] = {}
        self._is_on = False

    @contextmanager
    def over(self, deadline: float, end: Callable[[], None]) -> Iterator[None]:
        """Call ``end`` at ``deadline``, by the monotonic clock, and again until it is over."""
        call = object()
        with self._changed:
            if not self._is_on:
                threading.Thread(target=self._watch, daemon=True).start()
                self._is_on = True
            self._calls[call] = deadline, end
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._calls[call]
                self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            try:
                while self._calls:
                    now = time.monotonic()
                    for deadline, end in self._calls.values():
                        if deadline <= now:
                            with suppress(Exception):  # or else nobody would watch the others
                                end()
                    soonest = min(deadline for deadline, _end in self._calls.values())
                    self._changed.wait(soonest - now if soonest > now else _AGAIN)
            finally:
                self._is_on = False  # if memory ran out, say, the next call starts another thread
