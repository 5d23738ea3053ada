"""Databases of earlier versions are brought up to date."""

import importlib.util
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import SQL

from ..arrival import Arrival
from .common import MarketplaceCase

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@tagged("post_install", "-at_install")
class TestFrom19012(MarketplaceCase):
    def migrate(self):
        script = MIGRATIONS / "19.0.1.3.0" / "post-migrate.py"
        spec = importlib.util.spec_from_file_location("migration", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()

    def test_former_default_becomes_the_new_one(self):
        chosen = self.make_account("chosen", background_after=70)
        never = self.make_account("never", background_after=0)
        self.account.background_after = 50
        self.migrate()
        self.assertEqual(self.account.background_after, 20)
        self.assertEqual((chosen.background_after, never.background_after), (70, 0))

    def test_repeats_are_noted(self):
        self.make_order("M-1", confirm=True)
        self.request_cancellation("M-1")
        receipt = self.receipts("M-1")
        for _repeat in range(2):
            receipt._record_delivery(Arrival.now("192.0.2.7"), 200, is_repeat=False)
        self.migrate()
        self.assertEqual(receipt.delivery_ids.sorted("id").mapped("is_repeat"), [False, True, True])

    def test_again_it_changes_nothing(self):
        self.make_order("M-1", confirm=True)
        self.request_cancellation("M-1")
        self.migrate()
        before = self.receipts("M-1").delivery_ids.read()
        self.migrate()
        self.assertEqual(self.receipts("M-1").delivery_ids.read(), before)

    def test_indexes_that_others_replace_are_gone(self):
        table = "marketplace_cancellation_receipt"
        for column in ("company_id", "marketplace_order_id"):
            index = f"{table}__{column}_index"
            parts = [SQL.identifier(name) for name in (index, table, column)]
            self.env.cr.execute(SQL("CREATE INDEX IF NOT EXISTS %s ON %s (%s)", *parts))
        self.migrate()
        self.env.cr.execute(
            """
            SELECT indexname FROM pg_indexes
             WHERE tablename = 'marketplace_cancellation_receipt'
               AND indexname IN ('marketplace_cancellation_receipt__company_id_index',
                                 'marketplace_cancellation_receipt__marketplace_order_id_index')
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])
