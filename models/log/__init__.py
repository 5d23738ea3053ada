from . import (
    mixin,
    account,
    receipt,
    log_entry,
    check,
)
