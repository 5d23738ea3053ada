"""A feature: old receipts are deleted, and personal texts are erased on demand."""

from . import receipt, erasure, change
