"""The credentials that a caller shows, and what a worker keeps in memory to compare them with."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Literal, NamedTuple

from .signature import SignedCall

#: Longest ``Authorization`` header that is read, in characters; a real one has about 100.
MAX_AUTHORIZATION = 1024

#: The query parameter of the registered address that may hold the token.
QUERY_TOKEN = "token"

#: How many of a token's 43 characters are kept to know it by; the other 35 have 210 random bits.
PREFIX = 8

#: Odoo's value of an empty field.
_Empty = Literal[False]


@dataclass(frozen=True)
class Credentials:
    """What a caller shows, in one of three forms. The token is kept out of the representation."""

    app_key: str | None = None
    token: str | None = field(default=None, repr=False)
    from_query: bool = False

    @classmethod
    def from_http(cls, headers: Mapping[str, str], query: Mapping[str, str]) -> "Credentials":
        """Read them from a request's headers, or else from its address.

        :param headers: whatever their case
        :param query: the query's parameters; unknown ones are ignored
        """
        app_key = headers.get("X-VTEX-API-AppKey")
        token = headers.get("X-VTEX-API-AppToken")
        if app_key or token:
            return cls(app_key, token)
        scheme, _separator, parameters = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "vtex":
            pairs = _quoted_pairs(parameters) if len(parameters) <= MAX_AUTHORIZATION else {}
            return cls(pairs.get("key"), pairs.get("token"))
        return cls(token=query.get(QUERY_TOKEN), from_query=True)


def _quoted_pairs(text: str) -> dict[str, str]:
    """Read ``name="value"`` pairs, whatever stands between them; names in small letters.

    Anybody may send this header, so each character is looked at a fixed number of times.
    """
    *pieces, _rest = text.split('"')  # what comes after the last quote is no value
    pairs = {}
    for before, value in zip(pieces[::2], pieces[1::2], strict=False):
        name, equals, blank = before.rpartition("=")
        words = name.replace(",", " ").split()
        if equals and words and not blank.strip():
            pairs[words[-1].lower()] = value
    return pairs


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


def hash_token(token: str) -> str:
    """What is stored of an app token, which has 256 random bits: SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


#: Compared with if there is no token to compare with.
_NOBODY = Key(0, "", False, hash_token(secrets.token_urlsafe()), None, False)


def find_pair(keys: Iterable[Key], credentials: Credentials) -> Key | None:
    """The pair that ``credentials`` are of, None if there is none; it may have ended.

    The app key says which one it may be, or the token's first characters do: these are no secrets.
    Then one token is compared, in constant time, even if there is none to compare with: how long it
    takes tells nothing about what exists. (Tokens in the address of which no beginning was kept,
    from before 19.0.1.4.0, are compared one by one.)
    """
    token = credentials.token or ""
    pairs = [key for key in keys if key.token_hash]
    if credentials.from_query:
        candidates = [key for key in pairs if key.prefix in (False, token[:PREFIX])]
    else:
        candidates = [key for key in pairs if key.app_key == credentials.app_key]
    found, presented = None, hash_token(token)
    for key in candidates or [_NOBODY]:
        if compare_digest(presented, key.token_hash or "") and key is not _NOBODY:
            found = key
    return found


def find_signing_key(keys: Iterable[Key], call: SignedCall) -> Key | None:
    """The signing secret that ``call`` is signed with, None if there is none; it may have ended."""
    found = None
    for key in keys:
        if key.signing_key and call.is_signed_with(key.signing_key):
            found = key
    return found
