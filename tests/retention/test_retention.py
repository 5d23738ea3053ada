"""How long receipts are kept, and what must still hold when they are gone."""

# pylint: disable=translation-required

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.arrival import Arrival
from ...tools.lock import release
from ...tools.trusted_context import MarketplaceCancellation
from ..helpers.locks import try_lock
from ..helpers.retention import RECEIPT, RetentionCase

#: Whether a receipt of this state goes when it is old.
GOES = {
    "received": False, "waiting": False, "mismatch": False, "failed": False, "evaluating": False,
    "queued": False, "cancelled": True, "refused": True, "kept": True,
    "part_received": False, "part_waiting": False, "part_failed": False, "part_evaluating": False,
    "part_agreed": False, "part_cancelled": True, "part_refused": True, "part_kept": True,
    "part_withdrawn": True,
}  # fmt: skip


def asked_by(receipt):
    return MarketplaceCancellation(tuple(receipt.ids)).as_context()


@tagged("post_install", "-at_install")
class TestWhatGoes(RetentionCase):
    def test_accounts_keep_receipts_for_ever_unless_told_otherwise(self):
        other = self.make_account("other")
        self.assertEqual(other.retention_days, 0)
        receipt = self.make_receipt(days=10_000, account_id=other.id)
        self.assertTrue(self.left(receipt))

    def test_days_are_neither_negative_nor_beyond_the_calendar(self):
        for days in (-1, 36_501):
            with (
                self.subTest(days),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.account.retention_days = days
        self.account.retention_days = 36_500
        self.assertTrue(self.left(self.make_receipt()))

    def test_change_of_the_days_is_on_the_accounts_chatter(self):
        self.flush_tracking()
        self.account.retention_days = 60
        self.flush_tracking()
        values = self.account.message_ids.tracking_value_ids
        change = values.filtered(lambda value: value.field_id.name == "retention_days")[:1]
        self.assertEqual((change.old_value_integer, change.new_value_integer), (30, 60))

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_days_count_from_the_moment_of_settlement(self):
        now = fields.Datetime.now()
        receipts = {
            "long settled": self.make_receipt("1", 31),
            "settled lately": self.make_receipt("2", 29),
            "decided lately": self.make_receipt("3", 90, settled_at=now - timedelta(days=29)),
            "decided long ago": self.make_receipt("4", 90, settled_at=now - timedelta(days=31)),
        }
        self.run_job()
        left = [name for name, receipt in receipts.items() if receipt.exists()]
        self.assertEqual(left, ["settled lately", "decided lately"])

    def test_only_what_is_settled_goes(self):
        states = dict(self.env[RECEIPT]._fields["state"].selection)
        self.assertEqual(list(GOES), list(states))
        receipts = {state: self.make_receipt(state, state=state) for state in states}
        self.run_job()
        gone = {state: not receipt.exists() for state, receipt in receipts.items()}
        self.assertEqual(gone, GOES)

    def test_each_account_has_its_own_days(self):
        other = self.make_account("other", retention_days=100)
        receipts = {
            "own": self.make_receipt("1", 31),
            "others": self.make_receipt("1", 31, account_id=other.id),
            "others, older": self.make_receipt("2", 101, account_id=other.id),
        }
        self.run_job()
        left = [name for name, receipt in receipts.items() if receipt.exists()]
        self.assertEqual(left, ["others"])

    def test_companies_and_archived_accounts_are_not_left_out(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        elsewhere = self.make_account("elsewhere", company_id=company.id, retention_days=30)
        receipts = self.make_receipt() + self.make_receipt(account_id=elsewhere.id)
        self.account.active = False
        self.assertFalse(self.left(receipts))

    def test_deliveries_messages_and_activities_go_along(self):
        receipt, young = self.make_receipt("1"), self.make_receipt("2", 1)
        records = {}
        for each in (receipt, young):
            each.message_post(body="Looks odd.")
            each.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.user.id)
            each._record_delivery(Arrival.now("192.0.2.7"), 200)
            each._record_delivery(Arrival.now("192.0.2.7"), 200)
            records[each] = (each.delivery_ids, each.message_ids, each.activity_ids)
            self.assertTrue(all(records[each]))
        self.assertEqual(self.left(receipt + young), young)
        self.assertFalse(any(record.exists() for record in records[receipt]))
        self.assertTrue(all(record.exists() for record in records[young]))

    def test_order_and_what_it_tells_stay(self):
        order, receipt = self.cancelled_order()
        chatter = self.chatter(order)
        self.assertIn("Test Market cancelled this order.", chatter)
        self.assertFalse(self.left(receipt))
        self.assertEqual((order.state, self.chatter(order)), ("cancel", chatter))
        self.assertEqual(order.cancellation_receipt_count, 0)

    def test_return_for_the_cancellation_stays(self):
        receipt = self.make_receipt()
        picking = self.make_order("2", confirm=True).picking_ids
        picking.return_receipt_id = receipt
        self.assertFalse(self.left(receipt))
        self.assertTrue(picking.exists())
        self.assertFalse(picking.return_receipt_id)


@tagged("post_install", "-at_install")
class TestNoHarm(RetentionCase):
    """What was true before the receipt went is true after it."""

    def test_repeat_is_a_new_request_and_gets_its_confirmation(self):
        order, receipt = self.cancelled_order()
        code, messages = receipt.protocol_code, self.chatter(order)
        self.assertFalse(self.left(receipt))
        answer = self.request_cancellation("1")
        again = self.receipts("1")
        self.assertEqual(answer.status, 200)
        self.assertIn(again.protocol_code, answer.body)
        self.assertNotEqual(again.protocol_code, code)
        self.assertEqual((again.state, again.sale_order_id), ("cancelled", order))
        self.assertEqual(again.note, "The order was cancelled already.")
        self.assertEqual(self.chatter(order), messages)
        self.assertEqual(self.request_cancellation("1"), answer)

    def test_receipt_stays_while_its_order_goes_on(self):
        """A repeat must get the confirmation, not cancel the order."""
        kept, revived, replaced = (self.make_order(name, confirm=True) for name in "123")
        receipts = [
            self.make_receipt("1", state="kept", sale_order_id=kept.id),
            self.make_receipt("2", sale_order_id=revived.id),
            self.make_receipt("3", sale_order_id=replaced.id),
        ]
        self.rewrite(receipts[2], state="refused")  # a replacement is confirmed before, not after
        replacement = self.make_order(replaced_order_id=replaced.id, confirm=True)
        self.rewrite(receipts[2], state="cancelled")
        replaced.with_context(**asked_by(receipts[2])).action_cancel()
        for order, receipt in zip((kept, revived, replacement), receipts, strict=True):
            with self.subTest(receipt.marketplace_order_id):
                self.assertTrue(self.left(receipt))
                order.with_context(**asked_by(receipt)).action_cancel()
                self.assertFalse(self.left(receipt))

    def test_refusal_goes_although_its_order_goes_on(self):
        order = self.make_order("1", confirm=True)
        receipt = self.make_receipt("1", state="refused", sale_order_id=order.id)
        self.assertFalse(self.left(receipt))
        self.assertFalse(order._is_cancelled_at_marketplace())

    def test_only_orders_without_their_receipts_carry_the_note(self):
        order, receipt = self.cancelled_order()
        young, young_receipt = self.cancelled_order("2")
        young_receipt.settled_at = fields.Datetime.now()
        self.assertEqual(self.left(receipt + young_receipt), young_receipt)
        self.assertEqual((order | young).mapped("cancelled_at_marketplace"), [True, False])
        copy = order.copy()
        self.assertFalse(copy.cancelled_at_marketplace)

    def test_request_that_is_being_answered_keeps_its_receipt(self):
        """As the endpoint holds the order's lock, from another connection."""
        receipts = self.make_receipt("1") + self.make_receipt("2")
        with db_connect(self.env.cr.dbname).cursor() as other:
            lock = try_lock(other, "marketplace order", self.account.id, "1")
            try:
                self.assertEqual(self.left(receipts), receipts[0])
            finally:
                release(other, [lock])
        self.assertFalse(self.left(receipts))
