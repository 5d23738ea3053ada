from . import (
    receipt,
    erasure,
)
