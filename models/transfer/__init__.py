from . import (
    stock_move,
    goods,
    hold,
    unreserve,
    stock_picking,
    closed_period,
    notice,
    returns,
)
