from . import (
    receipt,
    of_orders,
    arrival,
    unsettled,
    deadline,
    decision,
    finding,
    bulk,
    links,
    notice,
    outcome,
    page,
)
