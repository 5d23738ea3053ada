"""How are secrets kept out of what people see?

Tokens travel in headers and in registered addresses (protocol page, "Authentication"). Every token
that the simulator knows is replaced wherever it appears (unless it is so short that half the text
would go with it); of the others, what stands where a token belongs. An app key is a name, not a
secret.
"""

import re
from urllib.parse import quote

HIDDEN = "[hidden]"
SHORTEST = 4  # characters of a token that is replaced in running text
#: Names of query parameters whose values are secrets.
PARAMETER_NAME = re.compile(r"token|key|secret|password|signature", re.I)
_PARAMETER = re.compile(
    rf"([?&][^=&#\s\"']*(?:{PARAMETER_NAME.pattern})[^=&#\s\"']*=)[^&#\s\"']*", re.I
)
_USER = re.compile(r"(://)[^/@\s]+@")
_PAIR = re.compile(r"(token\s*=\s*\")[^\"]*", re.I)
_HEADERS = frozenset({"x-vtex-api-apptoken", "cookie", "set-cookie", "proxy-authorization"})


class Redaction:
    """:param secrets: function that returns the tokens known at the moment"""

    def __init__(self, secrets):
        self._secrets = secrets

    def text(self, text):
        """``text`` without any known token."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            if len(secret) < SHORTEST:
                break
            for form in (secret, quote(secret, safe="")):
                text = text.replace(form, HIDDEN)
        return text

    def url(self, url):
        """An address without the secrets in its query or in front of its host."""
        return self.text(_USER.sub(rf"\1{HIDDEN}@", _PARAMETER.sub(rf"\1{HIDDEN}", url)))

    def headers(self, headers):
        """Pairs of header name and value."""
        return [[name, self._header(name.lower(), value)] for name, value in headers]

    def _header(self, name, value):
        if name in _HEADERS:
            return HIDDEN
        if name == "authorization":
            if not value.lower().startswith("vtex "):
                return HIDDEN
            value = _PAIR.sub(rf"\1{HIDDEN}", value)
        return self.url(value)
