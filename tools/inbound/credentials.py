"""The three forms in which a marketplace may send the secret that the seller gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Longest ``Authorization`` header that is read, in characters; a real one has about 100.
MAX_AUTHORIZATION = 1024

#: The query parameter of the registered address that may hold the token.
QUERY_TOKEN = "token"


@dataclass(frozen=True)
class Credentials:
    """What a caller says to prove who it is. The token is kept out of the representation."""

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
