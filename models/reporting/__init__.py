from . import receipt, dashboard, digest
