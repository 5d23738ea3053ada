from . import (
    ir_http,
    marketplace_account,
    marketplace_account_credential,
    marketplace_cancellation_delivery,
    marketplace_cancellation_receipt,
    marketplace_cancellation_service,
    res_config_settings,
    res_users,
    sale_order,
    stock_move,
    stock_picking,
)
