"""Where a marketplace takes the seller's calls."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlencode, urlsplit

DEFAULT_ENVIRONMENT = "vtexcommercestable"
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class InvalidAddress(ValueError):
    """An address that cannot be called; ``problem`` names what is wrong with it.

    :param problem: ``unknown``, ``host``, ``scheme``, ``insecure``, ``credentials`` or ``id``
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Address:
    """A marketplace's services endpoint, as it comes with the order placement.

    It may bring a query of its own (``…/api/oms?an=luxstore``), which every call keeps.
    """

    parts: SplitResult

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read a services endpoint, with or without a scheme or a trailing slash.

        The app token is sent with every call, so it must be HTTPS, except on this machine.

        :raise InvalidAddress: if it cannot, or should not, be called
        """
        text = text.strip()
        try:
            parts = urlsplit(text if "://" in text else f"https://{text}")
            host, _port = parts.hostname, parts.port
        except ValueError as error:
            raise InvalidAddress("host") from error
        if parts.scheme not in ("https", "http"):
            raise InvalidAddress("scheme")
        if not host or any(character.isspace() or ord(character) < 32 for character in text):
            raise InvalidAddress("host")
        if parts.username or parts.password:
            raise InvalidAddress("credentials")
        if parts.scheme == "http" and not _is_loopback(host):
            raise InvalidAddress("insecure")
        return cls(parts._replace(path=parts.path.rstrip("/"), fragment=""))

    @classmethod
    def of_account(
        cls, endpoint: str | None, store_name: str | None, environment: str | None
    ) -> "Address":
        """The services endpoint, or else that of the VTEX store.

        :raise InvalidAddress: if there is neither, or it cannot be called
        """
        if endpoint:
            return cls.parse(endpoint)
        if not store_name:
            raise InvalidAddress("unknown")
        return cls.of_store(store_name, environment or DEFAULT_ENVIRONMENT)

    @classmethod
    def of_store(cls, name: str, environment: str = DEFAULT_ENVIRONMENT) -> "Address":
        """The services endpoint of a VTEX store, by its account's name and environment.

        :raise InvalidAddress: if these are no parts of a host's name
        """
        if not (_LABEL.fullmatch(name) and _LABEL.fullmatch(environment)):
            raise InvalidAddress("host")
        return cls.parse(f"https://{name}.{environment}.com.br/api/oms")

    def service(self, *path: str, query: Mapping[str, str] | None = None) -> str:
        """The URL of a call below the services endpoint.

        :param query: is added to the endpoint's own
        """
        return self._url(self.parts.path + _join(path), query)

    def platform(self, *path: str, query: Mapping[str, str] | None = None) -> str:
        """The URL of a call that the platform takes at its root (denials, reading orders).

        :param query: is added to the endpoint's own
        """
        return self._url(_join(path), query)

    def __str__(self) -> str:
        return self._url(self.parts.path)

    def _url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        both = "&".join(filter(None, (self.parts.query, urlencode(query or {}, quote_via=quote))))
        return self.parts._replace(path=path, query=both).geturl()


def _join(path: Sequence[str]) -> str:
    """A path of quoted segments: an ID may contain anything but be a step up or down.

    :raise InvalidAddress: for a segment that would end up as another path
    """
    if not {".", ".."}.isdisjoint(path):
        raise InvalidAddress("id")
    return "".join("/" + quote(segment, safe="") for segment in path)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
