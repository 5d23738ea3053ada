from . import (
    arrival,
    receipt,
    retry,
    conversation,
    deadline,
    decision,
    arrivals,
    links,
    notice,
    outcome,
    refusal,
    resolution,
)
