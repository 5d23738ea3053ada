"""What a VTEX store's Orders hook reports: that an order has changed, but not how."""

from dataclasses import dataclass

from ..members import member
from .cancellation_request import check_id, load_object, read_text
from .marketplace_order import ASKED_FOR, CANCELLED
from .problem import INVALID_FIELD, Problem

#: States that an order enters when its cancellation is asked for, under way or done.
CANCELLATION_STATES = (*ASKED_FOR, *CANCELLED)
#: The state in which an order's items may be changed: what is changed is told as well (VTEX, "Feed
#: v3": updates are of the status, or items that are added or removed).
CHANGE_STATES = ("handling",)
#: All that the hook is to tell of.
HOOK_STATES = (*CANCELLATION_STATES, *CHANGE_STATES)


@dataclass(frozen=True)
class Notification:
    """One call of the hook (protocol, "The Orders hook"): late, repeated or out of order.

    :param order_id: the marketplace's; None for a ping, by which the hook is tried
    :param state: what the order has entered; empty for a ping
    """

    order_id: str | None
    state: str = ""

    @classmethod
    def from_body(cls, body: bytes) -> "Notification":
        """Read the raw bytes of a call's body; members that nobody knows are ignored.

        :raise Problem: not-json or invalid-field
        """
        document = load_object(body)
        order_id = member(document, "OrderId")
        if order_id is None and member(document, "hookConfig") == "ping":
            return cls(None)
        return cls(check_id(order_id, "OrderId"), _check_state(member(document, "State")))

    @property
    def concerns_cancellation(self) -> bool:
        """Whether the order is to be read, since its cancellation may be asked for."""
        return self.state in CANCELLATION_STATES

    @property
    def concerns_change(self) -> bool:
        """Whether the order's items may have changed."""
        return self.state in CHANGE_STATES


def _check_state(value: object) -> str:
    state = read_text(value) if isinstance(value, str) else None
    if state is None:
        raise Problem(INVALID_FIELD, "State must be a string that is not empty.", field="State")
    return state
