from . import account, receipt, log_entry
