"""What was asked and what became of it: receipts, their calls, decisions, deadlines and notices."""

from . import (
    receipt,
    of_orders,
    arrival,
    unsettled,
    deadline,
    activity,
    archiving,
    decision,
    finding,
    bulk,
    links,
    notice,
    outcome,
    page,
)
