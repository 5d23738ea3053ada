"""What a marketplace says of an order just before its goods leave, and how people read it."""

from enum import Enum

from ..inbound.marketplace_order import MarketplaceOrder
from ..translator import Translator
from .client import Reply


class Look(Enum):
    """What a look at an order has shown."""

    GOES_ON = "goes on"
    CANCELLED = "cancelled"
    ASKED_FOR = "asked for"
    SILENT = "silent"  # it gave no usable answer, for any reason
    NOT_ALLOWED = "not allowed"  # the key may not read orders
    CHANGED = "changed"  # a part was taken out, and it is not known here
    NOT_ASKED = "not asked"  # others would have waited meanwhile


#: Something is to be settled here before goods leave.
TO_SETTLE = (Look.CANCELLED, Look.ASKED_FOR, Look.CHANGED)


def look(reply: Reply | None, order_id: str) -> tuple[Look, MarketplaceOrder | None]:
    """What ``reply`` to reading the order says, and the order that it shows, if it does.

    An order that the marketplace does not know goes on: nobody can have cancelled it there.

    :param reply: None if there was none
    """
    if reply is None:
        return Look.SILENT, None
    if reply.status in (401, 403):
        return Look.NOT_ALLOWED, None
    if reply.status == 404:
        return Look.GOES_ON, None
    if reply.status != 200:
        return Look.SILENT, None
    try:
        order = MarketplaceOrder.from_text(reply.text, order_id)
    except ValueError:
        return Look.SILENT, None
    if order.is_cancelled:
        return Look.CANCELLED, order
    return (Look.ASKED_FOR if order.requests else Look.GOES_ON), order


def text_of_look(
    env: Translator, found: Look, transfer: str, marketplace: str, order_id: str
) -> str:
    """Why ``transfer`` is not done."""
    names = {"transfer": transfer, "marketplace": marketplace, "order": order_id}
    if found is Look.CANCELLED:
        return env._(
            "%(transfer)s was not validated: %(marketplace)s has cancelled its order %(order)s. "
            "The cancellation is settled here within moments.",
            **names,
        )
    if found is Look.ASKED_FOR:
        return env._(
            "%(transfer)s was not validated: the cancellation of order %(order)s was asked for at "
            "%(marketplace)s. It is settled here within moments.",
            **names,
        )
    if found is Look.CHANGED:
        return env._(
            "%(transfer)s was not validated: %(marketplace)s has changed its order %(order)s. The "
            "change is settled here within moments.",
            **names,
        )
    if found is Look.NOT_ASKED:
        return env._(
            "%(transfer)s was not validated: %(marketplace)s must first be asked whether its "
            "order %(order)s is cancelled, and meanwhile other users would wait for the stock "
            "that was changed in the same step. Make that change separately, then validate the "
            "transfer.",
            **names,
        )
    return env._(
        "%(transfer)s was not validated: %(marketplace)s has not said in time whether its order "
        "%(order)s is cancelled. Try again.",
        **names,
    )
