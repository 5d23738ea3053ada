"""Which addresses may call: networks as people write them, IPv4 and IPv6."""

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

Network = IPv4Network | IPv6Network

#: Sources of calls are counted in this many groups, so there are at most this many rows.
_SOURCE_GROUPS = 65536


def networks(text: str | Literal[False] | None) -> tuple[Network, ...]:
    """The networks that ``text`` names, apart by spaces, commas or lines.

    A single address is one, too.

    :param text: None or False for no networks
    :raise ValueError: naming the first that is none
    """
    return tuple(ipaddress.ip_network(part) for part in re.split(r"[\s,;]+", text or "") if part)


def is_within(address: str | None, allowed: Iterable[Network]) -> bool:
    """Whether ``address`` (a text) belongs to one of the ``allowed`` networks.

    An IPv4 address is the same however it is written: servers that listen on IPv6 tell it as
    ``::ffff:192.0.2.1``.
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(parsed in network for network in allowed)


def address_alone(remote_address: str | None) -> str:
    """``remote_address`` if it is an address, and an empty text if it is a caller's own words."""
    try:
        address = ipaddress.ip_address(remote_address or "")
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def source_group(remote_address: str | None) -> int:
    """The number under which the calls of a source are counted together.

    Of an IPv6 address its network counts: a caller with one address of it has all of them.
    """
    try:
        address = ipaddress.ip_address(remote_address or "")
    except ValueError:
        source = remote_address or ""
    else:
        address = getattr(address, "ipv4_mapped", None) or address
        bits = 32 if address.version == 4 else 64
        source = str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    digest = hashlib.blake2b(source.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _SOURCE_GROUPS
