"""What a cancellation request means for an order: facts in, decision out, nothing else.

This is the one place where the addon decides. It knows neither the ORM nor HTTP, so that every
combination can be tested as a table (``tests/test_decision.py``).
"""

from dataclasses import dataclass
from enum import Enum


class Decision(Enum):
    """What to do about one request."""

    CANCEL = "cancel"  # cancel the order, then confirm
    CONFIRM = "confirm"  # the order is cancelled already: confirm
    WAIT = "wait"  # the order is not here yet: cancel it when it comes
    MISMATCH = "mismatch"  # two different orders are named: touch neither


@dataclass(frozen=True)
class Facts:
    """All that the decision depends on.

    :param order_known: an order of the account has the request's marketplace order ID
    :param order_cancelled: that order is cancelled already
    :param path_names_another: the path's ID is that of another order (protocol, "Identifiers")
    """

    order_known: bool
    order_cancelled: bool = False
    path_names_another: bool = False


def decide(facts):
    """Return the :class:`Decision` that follows from ``facts``."""
    if facts.path_names_another:
        return Decision.MISMATCH
    if not facts.order_known:
        return Decision.WAIT
    if facts.order_cancelled:
        # An error here would leave the marketplace stuck (protocol, known issue 1198719).
        return Decision.CONFIRM
    return Decision.CANCEL
