"""The calls that the protocol documents (protocol page, "Outbound")."""

from dataclasses import dataclass

from .address import Address

#: A JSON object.
Body = dict[str, object]


@dataclass(frozen=True)
class Call:
    """One call: what is sent, and where to.

    :param method: HTTP method
    :param url: the whole address
    :param body: what goes out as JSON, None for no body
    """

    method: str
    url: str
    body: Body | None = None


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


#: The calls that change something at the marketplace, by the outbox's name for them.
BY_KIND = {"deny": deny, "cancel": cancel, "invoice": invoice, "return": invoice}
