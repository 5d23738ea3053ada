from . import (
    account,
    permission,
    hook,
    order_reading,
    receipt,
    reconciliation,
    reconciliation_account,
    reconciliation_finding,
    reconciliation_job,
    reconciliation_listing,
    reconciliation_order,
    reconciliation_reading,
)
