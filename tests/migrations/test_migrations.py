"""Databases of earlier versions are brought up to date."""

from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.arrival import Arrival
from ...tools.log_sql import RECEIPT_FIELDS, digest_of
from ..helpers.migrations import MigrationCase


@tagged("post_install", "-at_install")
class TestFrom19012(MigrationCase):
    def migrate(self):
        self.run_script("19.0.1.3.0", former="19.0.1.2.0")

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


@tagged("post_install", "-at_install")
class TestFrom19015(MigrationCase):
    def setUp(self):
        super().setUp()
        for name in ("M-1", "M-2"):
            self.make_order(name, confirm=True)
            self.request_cancellation(name)
        self.receipt, self.other = self.receipts("M-1"), self.receipts("M-2")
        self.env.cr.flush()

    def note_as_before(self):
        """Give the log the digests that the former version made."""
        later = ("resolved_at", "resolved_by_id", "resolution_note", "source", "cancelled_there")
        former = [name for name in RECEIPT_FIELDS if name not in later]
        self.assertEqual(len(RECEIPT_FIELDS) - len(former), 5)
        self.env.cr.execute(
            SQL(
                """
                UPDATE marketplace_log_entry entry SET digest = %s
                  FROM marketplace_cancellation_receipt receipt
                 WHERE receipt.id = entry.receipt_id AND entry.delivery_id IS NULL
                """,
                SQL(digest_of("receipt", former)),
            )
        )

    def findings(self):
        with self.own_transactions() as env:
            return env["marketplace.account"].browse(self.account.id).verify_log()["findings"]

    def test_log_verifies_and_still_finds_what_was_changed(self):
        self.note_as_before()
        self.rewrite(self.other, reason="Somebody else's")
        self.run_script("19.0.1.6.0")
        (finding,) = self.findings()
        self.assertIn(self.other.protocol_code, finding)

    def test_without_the_script_nothing_verifies(self):
        self.note_as_before()
        self.assertEqual(len(self.findings()), 2)

    def test_followers_are_told_what_is_new(self):
        self.account.message_subscribe(self.env.user.partner_id.ids)
        follower = self.account.message_follower_ids[0]
        subtype = self.env.ref("marketplace_order_cancellation.subtype_account_keys")
        follower.subtype_ids -= subtype
        self.run_script("19.0.1.6.0")
        self.assertIn(subtype, follower.subtype_ids)

    def test_figures(self):
        before = self.receipt.read(["hours_to_settle", "called_off"])
        self.rewrite(self.receipt, hours_to_settle=0, called_off=0)
        self.run_script("19.0.1.6.0", "pre-figures.py")
        self.assertEqual(self.receipt.read(["hours_to_settle", "called_off"]), before)


@tagged("post_install", "-at_install")
class TestFrom19018(MigrationCase):
    def test_records_that_nobody_has_renamed_get_their_new_names(self):
        addon = "marketplace_order_cancellation"
        subtype = self.env.ref(f"{addon}.subtype_account_keys")
        job = self.env.ref(f"{addon}.cron_tell_health")
        names = subtype.name, job.name
        subtype.name = "Keys"
        job.name = "Tell everybody"
        self.run_script("19.0.1.9.0", "post-names.py", former="19.0.1.8.0")
        self.assertEqual((subtype.name, job.name), (names[0], "Tell everybody"))
        job.name = "Marketplace: tell who follows accounts what needs attention"
        self.run_script("19.0.1.9.0", "post-names.py", former="19.0.1.8.0")
        self.assertEqual((subtype.name, job.name), names)
        self.assertEqual(job.cron_name, job.name)
