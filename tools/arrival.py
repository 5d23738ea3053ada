"""When and from where a call came in."""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone

#: An address with a port, or in the brackets that one of IPv6 then has.
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


@dataclass(frozen=True)
class Arrival:
    """The arrival of a cancellation: one call at the endpoint, or another way in which Odoo learned
    of it.

    :param received_at: naive datetime, UTC
    :param started: reading of the monotonic clock, in seconds
    :param remote_address: the caller's address, as Odoo sees it; None if nobody called
    :param source: how it came, a key of the receipt's field ``source``
    """

    received_at: datetime
    started: float
    remote_address: str | None
    source: str = "call"

    @classmethod
    def now(cls, remote_address: str | None = None, source: str = "call") -> "Arrival":
        """An arrival at this very moment."""
        address = plain_address(remote_address)
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        return cls(now, time.monotonic(), address, source)

    def elapsed_milliseconds(self) -> int:
        """Milliseconds since the arrival."""
        return round((time.monotonic() - self.started) * 1000)


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
