from . import account, hook, order_reading, receipt
