"""Sending many calls at once, for as long as somebody can wait for them."""

import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from ..discreet_log import discreet_logger
from ..network import Network
from .call import Call
from .client import Credentials, Reply, Unreachable, send

_logger = discreet_logger(__name__)

#: How many calls one host gets at once, at most.
AT_ONCE = 16

_Key = TypeVar("_Key", bound=Hashable)


def send_together(
    calls: Mapping[_Key, tuple[Call, Credentials]],
    allowed: Iterable[Network],
    seconds: float,
) -> dict[_Key, Reply]:
    """Send all ``calls`` in threads; what has not answered within ``seconds`` is left out.

    A silent host does not delay calls to others. No thread lives much longer than that, except
    while it looks up a name, which cannot be interrupted.

    :param allowed: see :func:`~.client.send`
    """
    ends = time.monotonic() + seconds
    pools: dict[str, ThreadPoolExecutor] = defaultdict(partial(ThreadPoolExecutor, AT_ONCE))
    futures = {}
    for key, (call, credentials) in calls.items():
        pool = pools[urlsplit(call.url).netloc]
        with suppress(RuntimeError):  # the system gives no further thread
            futures[pool.submit(_send_until, ends, call, credentials, allowed)] = key
    done, _late = wait(futures, max(ends - time.monotonic(), 0))
    for pool in pools.values():
        pool.shutdown(wait=False, cancel_futures=True)
    replies = {futures[future]: reply for future in done if (reply := future.result())}
    _log_silent(call for key, (call, _credentials) in calls.items() if key not in replies)
    return replies


def _send_until(
    ends: float, call: Call, credentials: Credentials, allowed: Iterable[Network]
) -> Reply | None:
    """The reply, None if there is none until ``ends``, by the monotonic clock."""
    left = ends - time.monotonic()
    if left <= 0:
        return None
    try:
        return send(call, credentials, allowed, left)
    except Unreachable:
        return None
    except Exception:  # whatever it is, it is no answer
        _logger.exception("A marketplace could not be asked")
        return None


def _log_silent(calls: Iterable[Call]) -> None:
    for host, number in Counter(urlsplit(call.url).hostname for call in calls).items():
        _logger.info("No answer from %s to %s calls", host, number)
