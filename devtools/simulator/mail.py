"""How does a notification get to its hook? When its time has come, and again if it must be."""

import heapq
import itertools
import json
import queue
import threading
from collections import Counter
from dataclasses import replace

import requests

from .calling import explain, send
from .conversation import TO_SELLER
from .notifications import MOST_AGE
from .redaction import HIDDEN
from .refusal import Refusal

SENDERS = 8  # notifications under way at the same time; those of one order follow each other
TICK = 0.05  # seconds
PING = json.dumps({"hookConfig": "ping"}).encode()


class Mail:
    """:param marketplace: the :class:`~.marketplace.Marketplace` whose hooks are called"""

    def __init__(self, marketplace):
        self._here = marketplace
        self._lock = threading.Lock()
        self._due = []  # heap of (own time, number, round, notification)
        self._numbers = itertools.count()
        self._wake = threading.Event()
        self._queues = [queue.SimpleQueue() for _ in range(SENDERS)]
        self._round = 0  # what is under way when all is forgotten does not count any more
        self.clear()

    def clear(self):
        with self._lock:
            self._round += 1
            self._due.clear()
            self._counts, self.waiting = Counter(), 0

    def to_dict(self):
        with self._lock:
            return {name: self._counts[name] for name in ("sent", "delivered", "given_up")}

    def start(self):
        """Send what is due until the marketplace stops."""
        for waiting in self._queues:
            threading.Thread(target=self._send_all, args=(waiting,), daemon=True).start()
        threading.Thread(target=self._run, daemon=True).start()

    def post(self, notification, delay):
        """Send a notification once, ``delay`` own seconds from now, and again if it must be."""
        now = self._here.clock.now()
        with self._lock:
            self.waiting += 1
            self._push(now + delay, self._round, replace(notification, raised=now))
        self._wake.set()

    def ping(self, hook):
        """:raise Refusal: if the hook does not answer 200, so that it cannot be set up"""
        status, why = self._call(hook, "ping", "", PING, "a hook that answers")
        if status != 200:
            raise Refusal(400, "ping-failed", f"The hook has not answered the ping with 200: {why}")

    def _push(self, moment, number_of_round, notification):
        heapq.heappush(self._due, (moment, next(self._numbers), number_of_round, notification))

    def _run(self):
        while not self._here.stop.is_set():
            now = self._here.clock.now()
            with self._lock:
                while self._due and self._due[0][0] <= now:
                    *_, number_of_round, notification = heapq.heappop(self._due)
                    sender = hash(notification.order_id) % SENDERS
                    self._queues[sender].put((number_of_round, notification))
                idle = not self._due
            self._wake.wait(1 if idle else TICK)
            self._wake.clear()

    def _send_all(self, waiting):
        while not self._here.stop.is_set():
            number_of_round, notification = waiting.get()
            if number_of_round == self._round:
                self._send(number_of_round, notification)

    def _send(self, number_of_round, notification):
        hook = self._here.hooks.get(notification.key)  # which may be another one meanwhile
        status = None
        if hook:
            notification.attempts += 1
            status, _why = self._call(
                hook, "notification", notification.order_id, notification.body, "delivered"
            )
            if status == 200:
                self._here.hooks.delivered(hook)
        self._account(number_of_round, notification, hook, status)

    def _account(self, number_of_round, notification, hook, status):
        """Note what has come of an attempt, and make another one if it must be."""
        now, again = self._here.clock.now(), notification.next_interval()
        is_old = now - notification.raised >= MOST_AGE
        with self._lock:
            if number_of_round != self._round:
                return
            self._counts["sent"] += hook is not None
            if hook and status != 200 and again and not is_old:
                self._push(now + again, number_of_round, notification)
            else:
                self.waiting -= 1
                self._counts["delivered" if status == 200 else "given_up"] += 1
        self._wake.set()
        self._here.version.changed()

    def _call(self, hook, kind, order_id, body, success):
        """Call the hook: the status of its answer or None, and a word on it."""
        here = self._here
        timeout = here.settings.get().hook_timeout
        shown = [("Content-Type", "application/json"), *((name, HIDDEN) for name in hook.headers)]
        headers = {"Content-Type": "application/json", **hook.headers}
        exchange = here.conversation.begin(
            TO_SELLER, kind, order_id, ("POST", hook.url, shown), body
        )
        try:
            status, answer_headers, content = send("POST", hook.url, headers, body, timeout)
        except requests.RequestException as error:
            why = f"no answer: {explain(error, timeout)}"
            here.conversation.end(exchange, "later", why)
            return None, why
        answer = status, answer_headers.items(), content
        verdict, why = ("done", success) if status == 200 else ("later", f"{status} is not 200")
        here.conversation.end(exchange, verdict, why, answer)
        return status, why
