"""What have the two sides said to each other? Every exchange, without secrets."""

import itertools
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from time import monotonic

from .orders import now_text

KEPT = 1000  # exchanges
SHOWN = 20_000  # characters of a body
TO_SELLER, FROM_SELLER = "to-seller", "from-seller"


@dataclass
class Exchange:
    """A call and its answer. While ``done`` is False the answer is still awaited."""

    direction: str
    kind: str  # cancellation, modification, ping, notification; one of faults.CALLS, unknown
    order_id: str
    method: str
    url: str
    request_headers: list
    request_body: str
    id: int = 0
    time: str = field(default_factory=now_text)
    done: bool = False
    status: int | None = None  # None: no answer has come
    answer_headers: list = field(default_factory=list)
    answer_body: str = ""
    duration_ms: int | None = None
    verdict: str = "awaited"
    text: str = ""
    violations: list = field(default_factory=list)
    fault: str = ""
    started: float = field(default_factory=monotonic, repr=False)

    def to_dict(self):
        values = asdict(self)
        del values["started"]
        return values


class Conversation:
    """:param redaction: what hides the secrets
    :param changed: called after each change
    """

    def __init__(self, redaction, changed):
        self._redaction = redaction
        self._changed = changed
        self._lock = threading.Lock()
        self._exchanges = deque(maxlen=KEPT)
        self._ids = itertools.count(1)

    def begin(self, direction, kind, order_id, request, body):
        """Note a call.

        :param request: ``(method, url, headers)``
        :param body: its bytes
        """
        method, url, headers = request
        exchange = Exchange(
            direction,
            kind,
            order_id,
            method,
            self._redaction.url(url),
            self._redaction.headers(headers),
            self._body(body),
        )
        with self._lock:
            exchange.id = next(self._ids)
            self._exchanges.append(exchange)
        self._changed()
        return exchange

    def end(self, exchange, verdict, text, answer=None, violations=(), fault=""):
        """Note what has come of a call.

        :param answer: ``(status, headers, body)``, if there was one
        """
        text = self._redaction.text(text)
        with self._lock:
            if answer:
                exchange.status, headers, body = answer
                exchange.answer_headers = self._redaction.headers(headers)
                exchange.answer_body = self._body(body)
            exchange.verdict, exchange.text, exchange.fault = verdict, text, fault
            exchange.violations = [self._redaction.text(line) for line in violations]
            exchange.duration_ms = round((monotonic() - exchange.started) * 1000)
            exchange.done = True
        self._changed()

    def read(self, order_id=None, after=0):
        """Exchanges, the oldest first.

        :param after: only those with a higher ID
        """
        with self._lock:
            return [
                exchange.to_dict()
                for exchange in self._exchanges
                if exchange.id > after and order_id in (None, exchange.order_id)
            ]

    def clear(self):
        with self._lock:
            self._exchanges.clear()
        self._changed()

    def _body(self, body):
        text = self._redaction.text(body.decode("utf-8", "replace"))
        if len(text) > SHOWN:
            text = f"{text[:SHOWN]}\n… {len(text)} characters in all"
        return text
