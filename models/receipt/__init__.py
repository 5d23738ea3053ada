from . import (
    receipt,
    of_orders,
    arrival,
    unsettled,
    deadline,
    decision,
    links,
    notice,
    outcome,
    page,
)
