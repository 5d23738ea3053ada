"""The log of an account finds what was changed, taken away or put in past the addon."""

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...tools.arrival import Arrival
from ...tools.log_sql import (
    CHANGE_OUTCOME_FIELDS,
    CHANGE_REQUEST_FIELDS,
    DELIVERY_FIELDS,
    RECEIPT_FIELDS,
)
from ..helpers.log import ADDON, LogCase

#: Columns of a receipt that say nothing of what the marketplace asked, or what became of it. The
#: company is the account's, and is compared with that.
NOT_LOGGED = {"id", "create_uid", "create_date", "write_uid", "write_date"} | {
    "company_id", "reminded_at", "message_main_attachment_id",
    "stage", "called_off", "hours_to_settle",
    "told_state", "told_at", "told_how", "told_by_id", "told_checked_at",
    "totals_noted", "change_id_there", "own_change_call_id", "is_own_presumed",
    # what is not known yet; what it turns out to be shows in state and note, which are logged
    "same_as_id", "may_be_repeat",
    "erased_at", "erased_by_id",  # the texts say so themselves, and they are logged
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestMark(LogCase):
    """Each receipt and each delivery shows the entry that tells of it last."""

    def marks(self):
        records = (self.receipt, *self.receipt.delivery_ids, self.other, self.other.delivery_ids)
        self.env.invalidate_all()
        return [(record.log_number, record.log_hash) for record in records]

    def test_before_it_has_its_place(self):
        self.env.cr.flush()
        self.assertEqual(set(self.marks()), {(0, False)})
        self.assertEqual(self.env["marketplace.cancellation.receipt"].new().log_number, 0)

    def test_entry_and_hash_of_its_own(self):
        self.verify()
        marks = self.marks()
        self.assertEqual(len(set(marks)), 5)
        entries = {(entry.number, entry.hash) for entry in self.entries()}
        self.assertLessEqual(set(marks), entries)
        for number, digest in marks:
            (entry,) = self.entries(f"number = {number}")
            self.assertEqual(entry.hash, digest)

    def test_changed_receipt_shows_its_newest_entry(self):
        self.verify()
        before = self.marks()
        self.receipt.note = "Somebody has looked."
        self.env.cr.flush()
        self.assertEqual(self.marks(), [(0, False), *before[1:]])
        self.verify()
        after = self.marks()
        self.assertEqual(after[1:], before[1:])
        self.assertGreater(after[0], max(before))

    def test_for_whoever_sees_the_receipt(self):
        self.verify()
        salesperson = new_test_user(self.env, "looker", groups="sales_team.group_sale_manager")
        receipt = self.receipt.with_user(salesperson)
        self.assertEqual(receipt.read(["log_hash"])[0]["log_hash"], self.receipt.log_hash)
        self.assertTrue(receipt.delivery_ids[0].log_hash)


@tagged("post_install", "-at_install")
class TestGuards(LogCase):
    """What the addon itself lets nobody do, not even in superuser mode."""

    def test_every_column_is_logged_or_not_on_purpose(self):
        receipts = self.env["marketplace.cancellation.receipt"]
        own = {
            name
            for name, field in receipts._fields.items()
            if field.store
            and field.column_type
            # other addons add columns of their own, which the digest knows nothing of
            and (field._module == ADDON or field._module is None or field._module == "mail")
        }
        logged = {*RECEIPT_FIELDS, *CHANGE_REQUEST_FIELDS, *CHANGE_OUTCOME_FIELDS}
        self.assertEqual(own - NOT_LOGGED, logged)
        deliveries = self.env["marketplace.cancellation.delivery"]
        own = {
            name for name, field in deliveries._fields.items() if field.store and field.column_type
        }
        self.assertEqual(own - NOT_LOGGED, set(DELIVERY_FIELDS))

    def test_requests_cannot_be_changed(self):
        with self.assertRaises(UserError):
            self.receipt.sudo().reason = "x"
        with self.assertRaises(UserError):
            self.receipt.sudo().received_at = fields.Datetime.now()

    def test_arrivals_cannot_be_changed(self):
        with self.assertRaises(UserError):
            self.receipt.delivery_ids.sudo().write({"http_status": 409})

    def test_nothing_can_be_deleted(self):
        for records in (self.receipt, self.receipt.delivery_ids):
            for context in ({}, {"marketplace_expired": True}, {"force_delete": True}):
                with self.subTest(records=records, context=context), self.assertRaises(UserError):
                    records.sudo().with_context(**context).unlink()

    def test_account_with_receipts_cannot_be_deleted(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.account.unlink()

    def test_what_becomes_of_a_request_is_noted(self):
        order = self.make_order("LATE", confirm=True)
        self.ship(order.picking_ids)
        self.request_cancellation("LATE")
        receipt = self.receipts("LATE")
        self.assertEqual(receipt.state, "evaluating")
        self.verify()
        receipt.with_user(self.env.ref("base.user_admin")).action_refuse("Too late")
        self.assertEqual(self.findings(), [])

    def test_order_is_deleted(self):
        self.receipt.sale_order_id.unlink()
        self.assertFalse(self.receipt.sale_order_id)
        self.assertEqual(self.findings(), [])

    def test_account_moves_to_another_company(self):
        account = self.make_account("moving")
        self.request_cancellation("NOWHERE", account=account)
        account.company_id = self.env["res.company"].create({"name": "Another"})
        self.assertEqual(self.findings(account=account), [])

    def test_who_has_decided_stays(self):
        user = new_test_user(self.env, "decided", "base.group_user")
        self.receipt.decided_by_id = user
        self.env.flush_all()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            user.unlink()

    def test_what_is_undone_is_not_noted(self):
        before = self.verify()["number"]
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.receipt.note = "x"
            self.receipt._record_delivery(Arrival.now("::1"), 200)
            self.env.cr.flush()
            raise ZeroDivisionError
        self.receipt.invalidate_recordset()
        verified = self.verify()
        self.assertEqual((verified["number"], verified["findings"]), (before, []))
