"""What a worker keeps in memory of a credential."""

from datetime import datetime
from typing import NamedTuple


def has_ended(expires_at, now):
    """Whether what expires at one moment is over at another, both naive and UTC.

    :param expires_at: False for never
    """
    return bool(expires_at) and expires_at <= now


class Key(NamedTuple):
    """A pair of app key and app token that is not revoked; of the token, no more than is stored.

    :param prefix: what the token begins with; False where that was not kept
    :param expires_at: naive, UTC; False for never
    """

    credential_id: int
    app_key: str
    prefix: str
    token_hash: str
    expires_at: datetime

    def works(self, now):
        return not has_ended(self.expires_at, now)
