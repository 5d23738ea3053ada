"""Clients that call a server over and over, and what their calls took.

Odoo's workers speak HTTP/1.0 and close each connection after its answer, so there is nothing to
keep alive: every call has a connection of its own, for each side of a comparison alike. As the
clients share the machine with the server they do as little as can be: plain sockets in threads,
about a tenth of what `requests` would take.
"""

import json
import math
import re
import resource
import socket
import threading
import time
from dataclasses import dataclass, field

TIMEOUT = 120  # seconds for one answer
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Failed(Exception):
    """A call was not answered as it had to be."""


@dataclass
class Load:
    """What came of a number of jobs that several clients did at once; times in seconds."""

    started: list = field(default_factory=list)
    ended: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    repeated: int = 0  # calls that had to be made again because the server failed at first
    client_cpu: float = 0.0  # processor seconds that the clients themselves took

    @property
    def begin(self):
        return min(self.started)

    @property
    def end(self):
        return max(self.ended)

    @property
    def rate(self):
        """Answers per second, as long as every client was busy.

        What is still under way when no job is left is not counted, nor is that time: a client
        that waits alone at the end says nothing about the rate.
        """
        ran_out = max(self.started)
        done = sum(end <= ran_out for end in self.ended)
        if 2 * done < len(self.ended):
            return len(self.ended) / (self.end - self.begin)
        return done / (ran_out - self.begin)

    @property
    def times(self):
        """How long each job took."""
        return [end - start for start, end in zip(self.started, self.ended, strict=True)]


def percentile(times, percent):
    """The smallest of ``times`` within which so many percent of them are."""
    return sorted(times)[max(math.ceil(len(times) * percent / 100) - 1, 0)]


def run(jobs, clients, pause=0):
    """Let ``clients`` do ``jobs``, each the next one that nobody does yet.

    :param jobs: functions without arguments that return how many calls they made again, or
        raise :exc:`Failed`; any iterable, which may end when it likes
    :param pause: seconds for which a client rests after each
    :return: a :class:`Load`
    """
    load, todo, lock = Load(), iter(jobs), threading.Lock()
    barrier = threading.Barrier(clients)

    def work():
        barrier.wait()
        while True:
            with lock:
                job = next(todo, None)
            if job is None:
                return
            started, repeated, failure = time.monotonic(), 0, None
            try:
                repeated = job()
            except (Failed, OSError) as error:
                failure = f"{type(error).__name__}: {error}"
            ended = time.monotonic()
            with lock:
                load.started.append(started)
                load.ended.append(ended)
                load.repeated += repeated
                if failure:
                    load.failures.append(failure)
            time.sleep(pause)

    before = _processor_time()
    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.client_cpu = _processor_time() - before
    return load


def _processor_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def message(method, path, headers=None, payload=None):
    """The bytes of a request; what can be prepared is not to be measured."""
    body = b"" if payload is None else json.dumps(payload).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def call(port, request):
    """Send the bytes ``request``; return the answer's status and body.

    The connection is closed by us, as soon as the body is complete: a worker waits for that, up
    to 10 ms, before it takes the next call.
    """
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(request)
        answer, length = b"", None
        while length is None or len(answer) < length:
            part = connection.recv(65536)
            if not part:
                break
            answer += part
            if length is None and b"\r\n\r\n" in answer:
                length = _length(answer)
    if length is None or len(answer) < length:
        raise Failed("the connection was closed before the answer was complete")
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def _length(answer):
    """How long the whole answer will be; its head is complete."""
    head, _, _body = answer.partition(b"\r\n\r\n")
    found = _CONTENT_LENGTH.search(head)
    if not found:
        raise Failed("the answer does not say how long it is")
    return len(head) + 4 + int(found[1])
