from . import receipt, change, dashboard, digest
