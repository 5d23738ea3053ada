"""When and from where a call came in."""

import re
import socket
import struct
import time
from dataclasses import dataclass
from datetime import datetime, timezone

#: An address with a port, or in the brackets that one of IPv6 then has.
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")

#: In Linux's ``struct tcp_info``: how many milliseconds ago the last data came (a u32 at 52).
_TCP_INFO = getattr(socket, "TCP_INFO", None)
_LAST_DATA = struct.Struct("=52xI")


@dataclass(frozen=True)
class Arrival:
    """The arrival of a cancellation: one call at the endpoint, or another way in which Odoo learned
    of it.

    :param received_at: naive datetime, UTC
    :param started: reading of the monotonic clock, in seconds
    :param remote_address: the caller's address, as Odoo sees it; None if nobody called
    :param source: how it came, a key of the receipt's field ``source``
    :param waited: seconds that the call lay there until a worker took it up; 0 where nobody knows
    """

    received_at: datetime
    started: float
    remote_address: str | None
    source: str = "call"
    waited: float = 0.0

    @classmethod
    def now(
        cls, remote_address: str | None = None, source: str = "call", waited: float = 0.0
    ) -> "Arrival":
        """An arrival at this very moment."""
        address = plain_address(remote_address)
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        return cls(now, time.monotonic(), address, source, waited)


def seconds_waited(connection: socket.socket | None, taken_up: float | None) -> float:
    """How long a call waited for a worker, by what the kernel knows of its connection.

    :param connection: on which the call came
    :param taken_up: ``time.time()`` when the worker began with the call
    :return: seconds; 0 where it is not known: in another system than Linux, on no TCP connection
    """
    if _TCP_INFO is None or connection is None or taken_up is None:
        return 0.0
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _LAST_DATA.size)
        milliseconds = int(_LAST_DATA.unpack(told)[0])
    except (OSError, struct.error):
        return 0.0
    return max(milliseconds / 1000 - (time.time() - taken_up), 0.0)


def plain_address(text: str | None) -> str | None:
    """A caller's address without the port that some proxies write beside it.

    If it is no address, it may be any text of a caller's: only some of its letters are kept.

    :param text: as a proxy says, None if nobody does
    """
    if text is None:
        return None
    text = re.sub(r"[^!-~]", "", text[:64])
    found = _WITH_PORT.fullmatch(text)
    return (found[1] or found[2]) if found else text
