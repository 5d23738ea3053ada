from . import (
    marketplace_account,
    people,
    policy,
)
