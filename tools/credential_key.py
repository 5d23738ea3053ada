"""What a worker keeps in memory of a credential."""

from datetime import datetime
from typing import Literal, NamedTuple

#: Odoo's value of an empty field.
_Empty = Literal[False]


def has_ended(expires_at: datetime | _Empty, now: datetime) -> bool:
    """Whether what expires at one moment is over at another, both naive and UTC.

    :param expires_at: False for never
    """
    return bool(expires_at and expires_at <= now)


class Key(NamedTuple):
    """A credential that is not revoked: a pair of app key and app token, or a signing secret.

    :param prefix: what the token begins with; False where that was not kept
    :param token_hash: no more of the token than is stored; False for a signing secret
    :param signing_key: what signatures are made with, bytes; None for a pair
    :param expires_at: naive, UTC; False for never
    """

    credential_id: int
    app_key: str
    prefix: str | _Empty
    token_hash: str | _Empty
    signing_key: bytes | None
    expires_at: datetime | _Empty

    def __repr__(self) -> str:  # as dumps and logs may show it
        return f"Key({self.app_key!r})"

    def works(self, now: datetime) -> bool:
        return not has_ended(self.expires_at, now)
