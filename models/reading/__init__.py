"""A feature: orders are read at their marketplace, because its Orders hook reported them, to
compare them, before goods leave, or to tell it of a cancellation."""

from . import (
    account,
    credential,
    permission,
    before_leaving,
    hook,
    look,
    notification,
    order_reading,
    receipt,
    reconciliation,
    reconciliation_account,
    reconciliation_finding,
    reconciliation_job,
    reconciliation_listing,
    reconciliation_order,
    reconciliation_reading,
    together,
    told,
    told_people,
)
