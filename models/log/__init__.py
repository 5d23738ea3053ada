"""A feature: the log that shows whether receipts and arrivals are as they were written."""

from . import account, receipt, log_entry
