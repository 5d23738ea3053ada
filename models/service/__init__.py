from . import (
    service,
    locks,
    pending,
    queue,
    batch,
    at_once,
)
