"""The dialogs that ask before something is decided, replaced, revealed or erased."""

from . import (
    marketplace_change_choice,
    marketplace_credential_rotation,
    marketplace_credential_show,
    marketplace_decision,
    marketplace_erasure,
    marketplace_give_up,
    marketplace_hook_replacement,
    marketplace_log_check,
    marketplace_order_cancel,
    marketplace_order_keep,
    marketplace_order_part,
    marketplace_resolution,
    sale_mass_cancel_orders,
)
