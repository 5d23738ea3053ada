from . import (
    receipt,
    of_orders,
    arrival,
    unsettled,
    deadline,
    decision,
    finding,
    links,
    notice,
    outcome,
    page,
)
