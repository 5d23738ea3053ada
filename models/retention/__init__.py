from . import receipt, erasure
