from . import (
    receipt,
    of_orders,
    arrival,
    unsettled,
    conversation,
    deadline,
    decision,
    links,
    notice,
    outcome,
)
