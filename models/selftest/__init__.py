"""A feature: test cancellations of sample orders."""

from . import account, receipt, sale_order, stock_picking
