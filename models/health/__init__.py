from . import (
    health,
    checks,
    followers,
    setup,
)
