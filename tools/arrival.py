"""When and from where a call came in."""

import time
from dataclasses import dataclass
from datetime import datetime, timezone

from .network import plain_address


@dataclass(frozen=True)
class Arrival:
    """The arrival of one call at the endpoint.

    :param received_at: naive datetime, UTC
    :param started: reading of the monotonic clock, in seconds
    :param remote_address: the caller's address, as Odoo sees it
    """

    received_at: datetime
    started: float
    remote_address: str | None

    @classmethod
    def now(cls, remote_address: str | None) -> "Arrival":
        """An arrival at this very moment."""
        address = plain_address(remote_address)
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        return cls(now, time.monotonic(), address)

    def elapsed_milliseconds(self) -> int:
        """Milliseconds since the arrival."""
        return round((time.monotonic() - self.started) * 1000)
