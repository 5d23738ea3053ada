"""The three forms in which a marketplace may send the secret that the seller gave it."""

import re
from dataclasses import dataclass, field

_VTEX_PAIR = re.compile(r'(\w+)\s*=\s*"([^"]*)"')

#: The query parameter of the registered address that may hold the token.
QUERY_TOKEN = "token"


@dataclass(frozen=True)
class Credentials:
    """What a caller says to prove who it is. The token is kept out of the representation."""

    app_key: str | None = None
    token: str | None = field(default=None, repr=False)
    from_query: bool = False

    @classmethod
    def from_http(cls, headers, query):
        """Read them from a request's headers, or else from its address.

        :param headers: mapping of HTTP headers
        :param query: mapping of query parameters; unknown ones are ignored
        """
        app_key = headers.get("X-VTEX-API-AppKey")
        token = headers.get("X-VTEX-API-AppToken")
        if app_key or token:
            return cls(app_key, token)
        scheme, _separator, parameters = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "vtex":
            pairs = {name.lower(): value for name, value in _VTEX_PAIR.findall(parameters)}
            return cls(pairs.get("key"), pairs.get("token"))
        return cls(token=query.get(QUERY_TOKEN), from_query=True)
