"""What was told before 19.0.1.10, as far as that can be known."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.log_sql import DELIVERY_FIELDS, digest_of
from ..helpers.migrations import MigrationCase

RECEIPT = "marketplace.cancellation.receipt"
BODY = '{"receipt": "x"}'


@tagged("post_install", "-at_install")
class TestToldBefore(MigrationCase):
    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()

    def receipt(self, name, *arrivals, state="cancelled", body=BODY, **values):
        """A receipt of the former version with ``arrivals``: status, and seconds before now."""
        receipt = self.env[RECEIPT].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": name,
                "state": state,
                "answer_status": 200,
                "answer_body": body,
                "settled_at": self.now,
                **values,
            }
        )
        for status, seconds in arrivals:
            self.env["marketplace.cancellation.delivery"].create(
                {
                    "receipt_id": receipt.id,
                    "received_at": self.now - timedelta(seconds=seconds),
                    "http_status": status,
                    "duration": 900,
                }
            )
        self.rewrite(receipt.delivery_ids, is_confirmation=None)
        self.rewrite(receipt, told_at=None, told_how=None, told_state=None)
        return receipt

    def migrate(self):
        for name in ("pre-told.py", "post-confirmations.py"):
            self.run_script("19.0.1.10.0", name, former="19.0.1.9.0")

    def known(self, receipt):
        """What is said of each arrival, and of the receipt; None for what is not known."""
        self.env.cr.execute(
            "SELECT is_confirmation FROM marketplace_cancellation_delivery"
            " WHERE receipt_id = %s ORDER BY id",
            [receipt.id],
        )
        of_arrivals = [value for (value,) in self.env.cr.fetchall()]
        return of_arrivals, receipt.told_state, receipt.told_how

    def test_confirmed_without_a_person(self):
        receipt = self.receipt("M-1", (503, 900), (200, 400), (409, 200), (200, 0))
        self.migrate()
        told = ([False, True, False, True], "told", "answer")
        self.assertEqual(self.known(receipt), told)
        self.assertEqual(receipt.told_at, self.now - timedelta(seconds=400))

    def test_accepted_and_asked_again(self):
        receipt = self.receipt("M-1", (200, 900), (200, -5), decided_at=self.now)
        self.migrate()
        self.assertEqual(self.known(receipt), ([None, True], "told", "answer"))

    def test_accepted_and_never_asked_again(self):
        receipt = self.receipt("M-1", (200, 900), decided_at=self.now)
        other = self.receipt("M-2", (200, 900), note="Cancelled in Odoo.")
        failed = self.receipt("M-3", (500, 900))
        self.migrate()
        self.assertEqual(self.known(receipt), ([None], "untold", False))
        self.assertEqual(self.known(other), ([None], "untold", False))
        self.assertEqual(self.known(failed), ([False], "untold", False))

    def test_confirmed_as_it_was_cancelled_already(self):
        receipt = self.receipt("M-1", (200, 1), note="It was cancelled already.")
        self.migrate()
        self.assertEqual(self.known(receipt), ([True], "told", "answer"))

    def test_what_is_not_accepted(self):
        evaluating = self.receipt("M-1", (200, 9), state="evaluating", body="", settled_at=False)
        refused = self.receipt("M-2", (200, 9), (409, 0), state="refused", answer_status=409)
        self.migrate()
        self.assertEqual(self.known(evaluating), ([False], "none", False))
        self.assertEqual(self.known(refused), ([False, False], "none", False))

    def test_told_by_the_seller(self):
        order = self.make_order("M-1", confirm=True)
        receipt = self.receipt(
            "M-1", (200, 900), decided_at=self.now, sale_order_id=order.id, received_at=self.now
        )
        order._cancel_at_marketplace("No.").write({"state": "sent", "last_attempt_at": self.now})
        self.env.flush_all()
        self.migrate()
        self.assertEqual(self.known(receipt), ([None], "told", "call"))

    def test_again_it_changes_nothing(self):
        receipt = self.receipt("M-1", (200, 400))
        self.migrate()
        before = self.known(receipt)
        self.migrate()
        self.assertEqual(self.known(receipt), before)

    def test_log_verifies_and_still_finds_what_was_changed(self):
        self.receipt("M-1", (200, 400))
        other = self.receipt("M-2", (200, 400))
        self.env.cr.flush()
        former = [name for name in DELIVERY_FIELDS if name != "is_confirmation"]
        self.env.cr.execute(
            SQL(
                """
                UPDATE marketplace_log_entry entry SET digest = %s
                  FROM marketplace_cancellation_delivery delivery
                 WHERE delivery.id = entry.delivery_id
                """,
                SQL(digest_of("delivery", former)),
            )
        )
        self.rewrite(other.delivery_ids, remote_address="somebody's")
        self.migrate()
        self.assertEqual(len(self.findings()), 2)
        self.run_script("19.0.1.10.0", former="19.0.1.9.0")
        (finding,) = self.findings()
        self.assertIn(other.protocol_code, finding)

    def findings(self):
        with self.own_transactions() as env:
            return env["marketplace.account"].browse(self.account.id).verify_log()["findings"]
