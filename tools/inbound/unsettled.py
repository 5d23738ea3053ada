"""The answer for what is not settled: a repeat of the call may fare better."""

from ..decision import Decision
from .answer import Answer
from .problem import CANCELLATION_FAILED, ORDER_MISMATCH, UNKNOWN_ORDER, Problem

_PROBLEMS = {
    Decision.MISMATCH: (
        ORDER_MISMATCH,
        "Address and marketplaceOrderId name two orders. Nothing was cancelled.",
    ),
    Decision.WAIT: (
        UNKNOWN_ORDER,
        "No order has this marketplaceOrderId yet. It will be cancelled when it arrives.",
    ),
}
_FAILED = CANCELLATION_FAILED, "Nothing was cancelled. Please repeat the call."


def unsettled_answer(decision: Decision | None, receipt: str) -> Answer:
    """The answer to a request that was not settled.

    :param decision: what was decided, None if that failed
    :param receipt: the protocol code
    """
    kind, detail = _PROBLEMS.get(decision, _FAILED) if decision else _FAILED
    return Answer.from_problem(Problem(kind, detail, receipt=receipt))
