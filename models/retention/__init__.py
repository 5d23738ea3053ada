from . import receipt, erasure, change
