"""Whether marketplaces can call the address that Odoo gives as its own."""

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

#: How names end that only exist within one network (RFC 6761, RFC 6762, RFC 8375).
_PRIVATE = (
    ".local", ".localhost", ".internal", ".intranet", ".lan", ".home", ".home.arpa", ".corp",
    ".private", ".test", ".invalid",
)  # fmt: skip


def host_of(url: str) -> str:
    """The host of an address, in small letters; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def doubt_about(url: str) -> Literal["private", "plain"] | None:
    """What speaks against registering an address at a marketplace.

    :return: ``private`` if it cannot be reached from the internet, ``plain`` if it is not encrypted
    """
    if _is_private(host_of(url)):
        return "private"
    return None if url.lower().startswith("https://") else "plain"


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE)
