from . import account, sale_order
