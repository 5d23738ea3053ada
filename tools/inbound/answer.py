"""The answers to requests.

An answer that settles a request can be stored, and sent again byte for byte. If a request is not
settled, a repeat of the call may be.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from ..decision import Decision
from . import problem

#: How a date is written: the protocol's own example, or ISO 8601 with an offset.
DATE_FORMATS = {"plain": "2014-10-06 18:52:00", "iso8601": "2014-10-06T18:52:00+00:00"}

#: What a change is at the marketplace (protocol, "Order modifications").
ChangeStatus = Literal["waiting-acknowledgement", "waiting-confirmation", "done", "canceled"]

_PROBLEMS = {
    Decision.MISMATCH: (
        problem.ORDER_MISMATCH,
        "Address and marketplaceOrderId name two orders. Nothing was cancelled.",
    ),
    Decision.WAIT: (
        problem.UNKNOWN_ORDER,
        "No order has this marketplaceOrderId yet. It will be cancelled when it arrives.",
    ),
}
_FAILED = problem.CANCELLATION_FAILED, "Nothing was cancelled. Please repeat the call."


@dataclass(frozen=True)
class Answer:
    """One HTTP answer.

    :param status: HTTP status code
    :param body: JSON text, or nothing for "still deciding" (protocol, "evaluate")
    """

    status: int
    body: str = ""

    @classmethod
    def from_problem(cls, error: problem.Problem) -> "Answer":
        """The answer that tells of ``error``."""
        return cls(error.status, error.to_json())

    @property
    def media_type(self) -> str | None:
        """The body's media type, or None if there is no body."""
        if not self.body:
            return None
        return "application/json" if self.status < 400 else problem.MEDIA_TYPE


#: "Still deciding": 200 without a body. Only a recorded evaluation may be answered so.
EVALUATING = Answer(200)
#: What the Orders hook is answered: its notification is noted, or its ping has arrived.
TAKEN = Answer(200)


def format_date(moment: datetime, date_format: str = "plain", zone: str = "UTC") -> str:
    """Write ``moment`` (naive, UTC) as the account wants it.

    :param date_format: a key of :data:`DATE_FORMATS`
    :param zone: name of an IANA time zone
    """
    local = moment.replace(microsecond=0, tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
    if date_format == "iso8601":
        return local.isoformat()
    return local.strftime("%Y-%m-%d %H:%M:%S")


def confirmation_body(
    date: str, marketplace_order_id: str, order_name: str, protocol_code: str
) -> str:
    """The JSON text of a confirmation (protocol, "Response 200")."""
    return json.dumps(
        {
            "date": date,
            "marketplaceOrderId": marketplace_order_id,
            "orderId": order_name,
            "receipt": protocol_code,
        },
        ensure_ascii=False,
    )


def change_body(
    change_id: str, marketplace_order_id: str, status: ChangeStatus, protocol_code: str
) -> str:
    """The JSON text that takes a change of an order, and says what has become of it so far."""
    return json.dumps(
        {
            "requestId": change_id,
            "orderId": marketplace_order_id,
            "status": status,
            "receipt": protocol_code,
        },
        ensure_ascii=False,
    )


def unsettled_answer(decision: Decision | None, receipt: str) -> Answer:
    """The answer to a request that was not settled.

    :param decision: what was decided, None if that failed
    :param receipt: the protocol code
    """
    kind, detail = _PROBLEMS.get(decision, _FAILED) if decision else _FAILED
    return Answer.from_problem(problem.Problem(kind, detail, receipt=receipt))
