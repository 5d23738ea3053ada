from . import (
    stock_move,
    goods,
    hold,
    unreserve,
    stock_picking,
    notice,
    returns,
)
