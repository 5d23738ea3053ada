"""Which addresses may call: networks as people write them, IPv4 and IPv6."""

import ipaddress
import re


def networks(text):
    """The networks that ``text`` names, apart by spaces, commas or lines.

    :return: a tuple of networks; a single address is one, too
    :raise ValueError: naming the first that is none
    """
    return tuple(ipaddress.ip_network(part) for part in re.split(r"[\s,;]+", text or "") if part)


def is_within(address, allowed):
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
