"""A feature: the dashboard, the analysis and the digest."""

from . import receipt, change, dashboard, digest
