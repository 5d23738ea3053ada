from . import (
    slips,
    stock_location,
    stock_move,
    goods,
    hold,
    move_line_done,
    unreserve,
    stock_picking,
    notice,
    returns,
    move_returns,
    stock_picking_type,
)
