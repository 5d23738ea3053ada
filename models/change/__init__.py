from . import (
    receipt,
    line,
    outcome,
    hold,
    judgement,
    decision,
    undecided,
    service,
    pending,
    withdrawal,
    billing,
)
