"""What earlier versions have stored, and this one would refuse, is mended."""

from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.log_sql import digest_of
from ..helpers.migrations import MIGRATIONS, MigrationCase


@tagged("post_install", "-at_install")
class TestDates(MigrationCase):
    def setUp(self):
        super().setUp()
        self.script = self.load_script()
        self.early, self.late, self.good, self.forged = (
            self.receipt_of(f"M-{number}", date)
            for number, date in enumerate(
                ("0001-01-01 00:00:00", "9999-12-31 23:59:59", "2024-03-04 15:45:02", "0001-01-02")
            )
        )

    def load_script(self):
        namespace = {}
        path = MIGRATIONS / "19.0.1.7.0" / "pre-dates.py"
        exec(compile(path.read_text(), path, "exec"), namespace)
        return namespace

    def receipt_of(self, name, date):
        """A receipt as the former version stored and noted it."""
        self.make_order(name, confirm=True)
        self.request_cancellation(name)
        receipt = self.receipts(name)
        self.rewrite(receipt, cancellation_request_date=date)
        self.env.cr.execute(
            SQL(
                """
                UPDATE marketplace_log_entry entry SET digest = %s
                  FROM marketplace_cancellation_receipt receipt
                 WHERE receipt.id = entry.receipt_id AND entry.delivery_id IS NULL
                   AND receipt.id = %s
                """,
                SQL(digest_of("receipt", self.script["FIELDS"])),
                receipt.id,
            )
        )
        return receipt

    def migrate(self):
        self.run_script("19.0.1.7.0", "pre-dates.py", former="19.0.1.6.0")

    def noted(self):
        """The receipts of which the log's newest entry is the digest of what is there."""
        self.env.cr.execute(
            SQL(
                """
                SELECT receipt.id FROM marketplace_cancellation_receipt receipt
                  JOIN LATERAL (
                       SELECT digest FROM marketplace_log_entry entry
                        WHERE entry.receipt_id = receipt.id AND entry.delivery_id IS NULL
                        ORDER BY number DESC NULLS FIRST, id DESC LIMIT 1
                       ) noted ON noted.digest = %s
                """,
                SQL(digest_of("receipt", self.script["FIELDS"])),
            )
        )
        return self.env["marketplace.cancellation.receipt"].browse(
            row[0] for row in self.env.cr.fetchall()
        )

    def test_dates_that_nobody_can_show_are_gone(self):
        before = self.good.cancellation_request_date
        self.migrate()
        for receipt in (self.early, self.late, self.forged):
            self.assertFalse(receipt.cancellation_request_date)
        self.assertEqual(self.good.cancellation_request_date, before)
        receipts = self.early | self.late | self.good
        groups = receipts.formatted_read_group(
            [("id", "in", receipts.ids)], ["cancellation_request_date:month"], ["__count"]
        )
        self.assertEqual([group["__count"] for group in groups], [1, 2])
        self.assertTrue(receipts.export_data(["cancellation_request_date"])["datas"])

    def test_log_verifies_and_still_finds_what_was_changed(self):
        self.rewrite(self.forged, reason="Somebody else's")
        own = self.early | self.late | self.good
        self.assertLessEqual(own, self.noted())
        self.migrate()
        self.assertLessEqual(own, self.noted())
        self.assertNotIn(self.forged, self.noted())

    def test_again_it_changes_nothing(self):
        self.migrate()
        self.env.cr.execute("DROP TABLE marketplace_unshown, marketplace_verified")
        entries = self.env["marketplace.log.entry"].search_count([])
        self.migrate()
        self.assertEqual(self.env["marketplace.log.entry"].search_count([]), entries)


@tagged("post_install", "-at_install")
class TestOrderIds(MigrationCase):
    def stored(self, name, order_id):
        """An order whose ID was stored as it is by the former version."""
        order = self.make_order(name)
        self.rewrite(order, marketplace_order_id=order_id)
        return order

    def test_blanks_around_an_id_are_gone(self):
        orders = [
            self.stored(f"X-{number}", text)
            for number, text in enumerate((" M-1", "M-2\n", "\u200bM-3\xa0", "M-4", "(M-5)"))
        ]
        self.run_script("19.0.1.7.0", "post-order-ids.py")
        found = [order.marketplace_order_id for order in orders]
        self.assertEqual(found, ["M-1", "M-2", "M-3", "M-4", "(M-5)"])

    def test_other_orders_id_is_left_alone(self):
        self.make_order("M-1")
        other = self.stored("X-1", " M-1")
        twin, again = self.stored("X-2", "M-2 "), self.stored("X-3", " M-2")
        self.run_script("19.0.1.7.0", "post-order-ids.py")
        self.assertEqual(other.marketplace_order_id, " M-1")
        self.assertEqual((twin.marketplace_order_id, again.marketplace_order_id), ("M-2", " M-2"))

    def test_cancellation_that_did_not_find_its_order_does_so(self):
        self.assertEqual(self.request_cancellation("M-1").status, 404)
        order = self.stored("X-1", " M-1")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.run_script("19.0.1.7.0", "post-order-ids.py")
        self.run_cron()
        self.assertCancelled(order)
