"""The scripts that bring databases of earlier versions up to date."""

import importlib.util
from pathlib import Path

from .common import MarketplaceCase

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class MigrationCase(MarketplaceCase):
    def run_script(self, version, name="post-migrate.py", former=None):
        """Run a version's script, as an update from the ``former`` version does."""
        script = MIGRATIONS / version / name
        spec = importlib.util.spec_from_file_location("migration", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, former)
        self.env.invalidate_all()
