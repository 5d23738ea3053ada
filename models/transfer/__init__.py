"""Stock: hold, returns, unreserving, and what transfers and slips say."""

from . import (
    stock_move,
    goods,
    hold,
    unreserve,
    stock_picking,
    notice,
    returns,
)
