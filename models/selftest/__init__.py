from . import account, receipt, sale_order, stock_picking
