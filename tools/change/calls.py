"""The calls about a change of an order (protocol, "Part of an order: Order modifications")."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from ..outbound.address import Address
from ..outbound.call import Body, Call

_ORDERS = ("api", "order-system", "orders")


def create(address: Address, order_id: str, body: Body) -> Call:
    """Have the marketplace change an order: the seller's own wish."""
    url = address.platform(*_ORDERS, order_id, "changes", query=_account(address))
    return Call("PATCH", url, body)


def send_agreement(address: Address, order_id: str, change_id: str, body: Body) -> Call:
    """Acknowledge a change, or confirm that it is carried out."""
    path = ("pvt", "orders", order_id, "changes", change_id, "send-agreement")
    return Call("POST", address.service(*path, query=_account(address)), body)


def withdraw(address: Address, order_id: str, change_id: str, body: Body) -> Call:
    """Have a change cancelled that is not carried out."""
    path = (*_ORDERS, order_id, "changes", change_id, "cancel")
    return Call("POST", address.platform(*path), body)


def read_changes(address: Address, order_id: str) -> Call:
    """Read which changes there are of an order; it does not say how far they have got."""
    return Call("GET", address.platform(*_ORDERS, order_id, "changes"))


def read_change(address: Address, order_id: str, change_id: str) -> Call:
    """Read a change, and how far it has got."""
    return Call("GET", address.platform(*_ORDERS, order_id, "changes", change_id))


def _account(address: Address) -> Mapping[str, str]:
    """What two of the calls have as ``accountName``, and the endpoint's query as ``an``."""
    names = parse_qs(address.parts.query).get("an", ())
    return {"accountName": names[0]} if names else {}
