"""What is to go wrong with the next calls of the seller? A list, which calls use up.

The statuses are those of the protocol page, "Outbound"; the rest is what networks do.
"""

import itertools
import threading
from dataclasses import asdict, dataclass, field, fields

from .refusal import Refusal

CALLS = (
    "any", "read", "list", "deny", "cancel", "invoice", "hook",
    "change", "acknowledge", "confirm", "withdraw", "read-change", "retry",
)  # fmt: skip
STATUSES = (400, 401, 403, 404, 429, 500, 503)
KINDS = {
    "status": "answers with an error",
    "slow": "answers late, else as usual",
    "drop": "closes the connection without an answer",
    "garbage": "answers 200 with something that is no JSON",
    "huge": "answers 200 with a huge body",
    "endless": "answers 200 with a body that drips and never ends",
    "redirect": "sends the caller elsewhere",
    "down": "closes every connection at once, until it is cleared",
}


@dataclass
class Fault:
    """One thing that goes wrong.

    :param kind: a key of :data:`KINDS`
    :param call: for which calls, one of :data:`CALLS`
    :param times: for how many calls; None: until it is cleared
    :param after_work: the call is carried out, only its answer goes wrong
    :param seconds: wait so long first (every kind but ``down``)
    """

    kind: str
    call: str = "any"
    times: int | None = 1
    after_work: bool = False
    seconds: float = 0
    status: int = 500
    retry_after: int | None = None
    megabytes: int = 64
    location: str = "http://127.0.0.1:9/elsewhere"
    id: int = field(default=0)

    @classmethod
    def from_json(cls, values):
        """:raise Refusal: if the fault makes no sense"""
        known = {f.name for f in fields(cls)} - {"id"}
        unknown = set(values) - known
        if unknown:
            raise Refusal(400, "bad-value", f"unknown: {', '.join(sorted(unknown))}")
        if values.get("kind") not in tuple(KINDS):
            raise Refusal(400, "bad-value", f"kind is one of {', '.join(KINDS)}")
        fault = cls(**values)
        if fault.kind == "down":
            fault.call, fault.times = "any", None
        fault._check()
        return fault

    def _check(self):
        def whole(value, lowest):
            return isinstance(value, int) and not isinstance(value, bool) and value >= lowest

        problems = {
            f"call is one of {', '.join(CALLS)}": self.call in CALLS,
            f"status is one of {STATUSES}": self.status in STATUSES,
            "times is a number from 1, or null": self.times is None or whole(self.times, 1),
            "retry_after is a number of seconds": self.retry_after is None
            or whole(self.retry_after, 0),
            "seconds is 0 to 600": isinstance(self.seconds, (int, float))
            and 0 <= self.seconds <= 600,
            "megabytes is 1 to 4096": whole(self.megabytes, 1) and self.megabytes <= 4096,
            "after_work is true or false": isinstance(self.after_work, bool),
            "location is an address": isinstance(self.location, str)
            and self.location.isprintable(),
        }
        for message, fine in problems.items():
            if not fine:
                raise Refusal(400, "bad-value", message)

    def __str__(self):
        words = [self.kind]
        if self.kind == "status":
            words = [str(self.status)]
            if self.retry_after is not None:
                words.append(f"(Retry-After: {self.retry_after})")
        if self.kind == "redirect":
            words.append(f"to {self.location}")
        if self.kind == "huge":
            words.append(f"of {self.megabytes} MB")
        if self.seconds:
            words.append(f"({self.seconds:g} s later)")
        if self.after_work:
            words.append("after the work was done")
        return " ".join(words)

    def to_dict(self):
        return {**asdict(self), "text": str(self)}


class Faults:
    """:param changed: called after each change"""

    def __init__(self, changed):
        self._changed = changed
        self._lock = threading.Lock()
        self._faults = []
        self._ids = itertools.count(1)

    def add(self, fault):
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
        self._changed()
        return fault

    def all(self):
        with self._lock:
            return [fault.to_dict() for fault in self._faults]

    def clear(self, fault_id=None):
        """Clear one fault, or all."""
        with self._lock:
            self._faults = [f for f in self._faults if fault_id not in (None, f.id)]
        self._changed()

    def take(self, call):
        """The fault for this call, if any; ``down`` comes first, then the oldest."""
        with self._lock:
            fitting = [f for f in self._faults if f.call in ("any", call)]
            fitting.sort(key=lambda f: f.kind != "down")
            if not fitting:
                return None
            fault = fitting[0]
            if fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
        self._changed()
        return fault
