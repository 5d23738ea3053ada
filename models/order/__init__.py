"""Sales orders and their invoices: facts, cancellation, hold, goods, money, and what was bought or
made for them."""

from . import (
    account_move,
    sale_order,
    identity,
    successors,
    cancellation,
    touched,
    goods,
    hold,
    billing,
    invoices,
    upstream,
    facts,
    notice,
    seller_cancellation,
    seller_preview,
    work,
    supply,
)
