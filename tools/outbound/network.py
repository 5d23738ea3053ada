"""Which addresses Odoo may call: those of the internet, and those that the server's configuration
allows.

An account's address is what a person enters. Without this check, a user who may enter one could
make the server call machines that only it can reach: those beside its database, the cloud's
metadata service, or the server itself.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from ..network import Network, is_within

#: All of IPv6 that is routed on the internet (RFC 4291, 2.4).
_IPV6 = ip_network("2000::/3")
#: IPv4 behind a translator (RFC 6052): the address in its last 32 bits is the one that is called.
_TRANSLATED = ip_network("64:ff9b::/96")


class Forbidden(Exception):
    """The host has an address that this server does not call."""


def resolve(host: str | None, port: int | None, allowed: Iterable[Network] = ()) -> list[str]:
    """The addresses of ``host``, as texts, in the order in which to try them.

    Call these and not the name, which may resolve to something else the next time.

    :param allowed: networks that may be called although they are not of the internet
    :raise Forbidden: if any of them may not be called
    :raise socket.gaierror: if there is no such host
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_kind, address in found))
    if not all(is_public(address) or is_within(address, allowed) for address in addresses):
        raise Forbidden
    return addresses


def is_public(address: str) -> bool:
    """Whether ``address`` (a text) is one of the internet's.

    Not loopback, private, shared, link-local, multicast or reserved, nor an IPv4 address that is
    written as IPv6 (mapped, 6to4, Teredo), which reaches the same machine.
    """
    parsed = ip_address(address)
    if parsed in _TRANSLATED:
        parsed = ip_address(int(parsed) & 0xFFFFFFFF)
    if isinstance(parsed, IPv6Address) and (
        parsed not in _IPV6 or parsed.sixtofour or parsed.teredo
    ):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved
