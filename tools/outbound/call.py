"""The calls that the protocol documents (protocol page, "Outbound")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .address import Address

#: A JSON object.
Body = dict[str, object]

_HOOK = ("api", "orders", "hook", "config")
#: Of a list of orders a marketplace gives so many on a page, and so many pages, at most.
ORDERS_PER_PAGE = 100
MAX_PAGES = 30


@dataclass(frozen=True)
class Call:
    """One call: what is sent, and where to.

    :param method: HTTP method
    :param url: the whole address
    :param body: what goes out as JSON, None for no body
    """

    method: str
    url: str
    body: Body | None = field(default=None, repr=False)  # a hook's has our token in it


def deny(address: Address, order_id: str, body: Body) -> Call:
    """Deny a cancellation request: for VTEX sellers, while it waits for a decision."""
    path = ("api", "orders", "pvt", "document", order_id, "deny-cancellation-request")
    return Call("POST", address.platform(*path), body)


def cancel(address: Address, order_id: str, body: Body) -> Call:
    """Cancel an order at the marketplace, on the seller's own account."""
    return Call("POST", address.service("pvt", "orders", order_id, "cancel"), body)


def invoice(address: Address, order_id: str, body: Body) -> Call:
    """Send an invoice, which refuses a pending cancellation as well, or a return invoice."""
    return Call("POST", address.service("pvt", "orders", order_id, "invoice"), body)


def read_order(address: Address, order_id: str) -> Call:
    """Read an order; it tests the credentials as well."""
    return Call("GET", address.platform("api", "oms", "pvt", "orders", order_id))


def list_orders(
    address: Address,
    statuses: Iterable[str],
    created_from: datetime,
    created_to: datetime,
    page: int = 1,
) -> Call:
    """List the orders that have one of ``statuses``, as far as the marketplace has indexed them.

    What is beyond :data:`MAX_PAGES` is not told: ask for a shorter time then.

    :param created_from: the first moment of the orders' creation, naive, UTC
    :param created_to: the last one
    :param page: from 1
    """
    query = {
        "f_status": ",".join(statuses),
        "f_creationDate": f"creationDate:[{_moment(created_from)} TO {_moment(created_to)}]",
        "page": str(page),
        "per_page": str(ORDERS_PER_PAGE),
    }
    return Call("GET", address.platform("api", "oms", "pvt", "orders", query=query))


def _moment(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"


def read_hook(address: Address) -> Call:
    """Read how the Orders hook of this key is set up (protocol, "The Orders hook")."""
    return Call("GET", address.platform(*_HOOK))


def set_hook(address: Address, url: str, headers: Mapping[str, str], states: Iterable[str]) -> Call:
    """Set the Orders hook up, in place of what this key has.

    :param url: what is called; the marketplace tries that at once
    :param headers: what each call brings, such as what it authenticates with
    :param states: the hook reports each order that enters one of them
    """
    body: Body = {
        "filter": {"type": "FromWorkflow", "status": list(states)},
        "hook": {"url": url, "headers": dict(headers)},
    }
    return Call("POST", address.platform(*_HOOK), body)


def remove_hook(address: Address) -> Call:
    """Remove the Orders hook of this key, also one that somebody else has set up."""
    return Call("DELETE", address.platform(*_HOOK))


#: The calls that change something at the marketplace, by the outbox's name for them.
BY_KIND = {"deny": deny, "cancel": cancel, "invoice": invoice, "return": invoice}
