"""Signed calls as the Standard Webhooks specification has them: version 1, symmetric.

https://www.standardwebhooks.com: HMAC-SHA256 over ``{webhook-id}.{webhook-timestamp}.{raw body}``.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SECRET_PREFIX = "whsec_"

#: How many bytes a secret has: the specification's range.
_SECRET_BYTES = range(24, 65)
#: How far the time of a call may be from now, in seconds: what the reference libraries allow.
TOLERANCE = 300
#: A header with more signatures than this is rejected: no rotation needs so many.
_MAX_SIGNATURES = 16
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def read_secret(text: str) -> bytes:
    """The key that a secret stands for, as platforms show it: ``whsec_`` (or not) and Base64.

    :raise ValueError: naming no part of it
    """
    code = text.strip().removeprefix(SECRET_PREFIX)
    try:
        key = base64.b64decode(code + "=" * (-len(code) % 4), validate=True)  # some leave it out
    except (binascii.Error, ValueError):
        raise ValueError("not Base64") from None
    if len(key) not in _SECRET_BYTES:
        raise ValueError("not 24 to 64 bytes long")
    return key


def sign(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature of a call, of version 1: Base64.

    :param key: see :func:`read_secret`
    :param timestamp: seconds since 1970 as a text
    :param body: as it is sent
    """
    head = f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(key, head + body, hashlib.sha256)).decode()


@dataclass
class SignedCall:
    """What a caller has signed, and the signatures that it shows for that.

    :param message_id: the same in each attempt to deliver the same message; empty if missing
    :param timestamp: of this attempt, seconds since 1970 as a text; empty if missing
    :param signatures: of version 1, in Base64; several while a platform changes its secret
    :param body: as it came, before anybody has parsed it
    :param is_taken: whether this very object was taken: what is done with it again is the same call
    """

    message_id: str
    timestamp: str
    signatures: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)
    is_taken: bool = field(default=False, compare=False)

    @classmethod
    def from_http(cls, headers: Mapping[str, str], body: bytes) -> "SignedCall":
        """Read it from a request's headers; signatures of other versions are left out."""
        versions = [
            signature.partition(",")
            for signature in headers.get("webhook-signature", "").split()[:_MAX_SIGNATURES]
        ]
        return cls(
            headers.get("webhook-id", ""),
            headers.get("webhook-timestamp", ""),
            tuple(signature for version, _comma, signature in versions if version == "v1"),
            body,
        )

    def is_signed_with(self, key: bytes) -> bool:
        """Whether one of the signatures was made with ``key``."""
        if not (self.message_id and self.timestamp):
            return False
        expected = sign(key, self.message_id, self.timestamp, self.body).encode()
        found = False
        for signature in self.signatures:  # all of them: the time tells nothing
            presented = signature.encode("utf-8", "surrogatepass")
            found |= hmac.compare_digest(presented, expected)
        return found

    def is_fresh(self, now: float) -> bool:
        """Whether the call is of about ``now`` (seconds since 1970)."""
        if not _TIMESTAMP.fullmatch(self.timestamp):
            return False
        return abs(now - int(self.timestamp)) <= TOLERANCE

    def fingerprint(self) -> str:
        """A short text that no two attempts share, and that tells nothing of them."""
        attempt = f"{self.timestamp}.{self.message_id}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(attempt, digest_size=16).hexdigest()
