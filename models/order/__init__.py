"""Sales orders and their invoices: facts, cancellation, hold, goods, money, and what was bought or
made for them."""

from . import (
    account_move,
    sale_order,
    successors,
    waiting,
    cancellation,
    touched,
    goods,
    hold,
    billing,
    invoices,
    upstream,
    facts,
    notice,
    cancelled_by_hand,
    seller_cancellation,
    seller_preview,
    work,
    needed,
    supply,
)
