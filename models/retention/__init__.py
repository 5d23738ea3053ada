from . import (
    account,
    erasure,
    receipt,
)
