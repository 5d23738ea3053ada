"""The states that a marketplace's order may have there, in words."""

from ..translator import Translator
from ..words import _lt

#: By the names that VTEX gives them (protocol: *Order flow and status*).
_WORDS = {
    "order-created": _lt("just placed"),
    "waiting-for-seller-confirmation": _lt("waiting for the seller's confirmation"),
    "waiting-for-seller-decision": _lt("waiting for the seller's decision"),
    "payment-pending": _lt("waiting for the payment"),
    "payment-approved": _lt("paid"),
    "payment-denied": _lt("payment denied"),
    "window-to-cancel": _lt("in the shopper's time to cancel"),
    "ready-for-handling": _lt("ready for handling"),
    "start-handling": _lt("handling has begun"),
    "handling": _lt("being handled"),
    "waiting-ffmt-authorization": _lt("waiting for permission to handle it"),
    "authorize-fulfillment": _lt("handling is permitted"),
    "invoice": _lt("being invoiced"),
    "invoiced": _lt("invoiced"),
    "replaced": _lt("replaced by another order"),
    "cancellation-requested": _lt("cancellation asked for"),
    "request-cancel": _lt("cancellation asked for"),
    "cancel": _lt("being cancelled"),
    "canceled": _lt("cancelled"),
}


def text_of_status(env: Translator, status: str) -> str:
    """What people read of ``status``: words with VTEX's own name; one we do not know as it is."""
    words = _WORDS.get(status)
    return env._(words) + f" ({status})" if words else status
