from . import account, permission, hook, order_reading, receipt
