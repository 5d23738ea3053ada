from . import (
    account,
    erasure,
    receipt,
    log_entry,
    outbound_call,
)
