from . import (
    receipt,
    arrival,
    unsettled,
    conversation,
    deadline,
    decision,
    links,
    notice,
    outcome,
    refusal,
)
