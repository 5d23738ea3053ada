"""The log of an account finds what was changed, taken away or put in past the addon."""

import logging
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ...models.log.receipt import DELIVERY_FIELDS, RECEIPT_FIELDS
from ...tools.arrival import Arrival
from ..helpers.common import MarketplaceCase

ADDON = "marketplace_order_cancellation"
LOG_LOGGER = f"odoo.addons.{ADDON}.models.log.account"
#: Columns of a receipt that say nothing of what the marketplace asked, or what became of it. The
#: company is the account's, and is compared with that.
NOT_LOGGED = {"id", "create_uid", "create_date", "write_uid", "write_date"} | {
    "company_id", "reminded_at", "message_main_attachment_id",
    "stage", "called_off", "hours_to_settle",
    "erased_at", "erased_by_id",  # the texts say so themselves, and they are logged
}  # fmt: skip


class LogCase(MarketplaceCase):
    def setUp(self):
        super().setUp()
        for name in ("L-1", "L-2"):
            self.make_order(name, confirm=True)
            self.request_cancellation(name)
        self.request_cancellation("L-1")  # a repeat
        self.receipt, self.other = self.receipts("L-1"), self.receipts("L-2")

    def verify(self, noted=None, account=None):
        """What the verification says, up to now."""
        self.env.cr.flush()  # as a commit does
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse((account or self.account).id)
            return account.verify_log(noted)

    def findings(self, noted=None, account=None):
        return self.verify(noted, account)["findings"]

    def noted(self):
        verified = self.verify()
        self.assertEqual(verified["findings"], [])
        return f"{verified['number']}:{verified['hash']}"

    def entries(self, condition="TRUE"):
        self.env.cr.execute(
            f"SELECT id FROM marketplace_log_entry WHERE account_id = {self.account.id}"
            f" AND {condition} ORDER BY number"
        )
        return self.env["marketplace.log.entry"].browse(row[0] for row in self.env.cr.fetchall())

    def delete(self, records):
        """Delete ``records`` past the addon."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(records._table), tuple(records.ids))
        )
        self.env.invalidate_all()

    def duplicate(self, record, **values):
        """Put a copy of ``record`` in past the addon."""
        self.env.flush_all()
        names = [
            name
            for name, field in record._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        columns = SQL(", ").join(map(SQL.identifier, names))
        copied = SQL(", ").join(
            SQL("%s", values[name]) if name in values else SQL.identifier(name) for name in names
        )
        table = SQL.identifier(record._table)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %s",
                table, columns, copied, table, record.id,
            )
        )  # fmt: skip


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

    def test_newest_state(self):
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
class TestVerify(LogCase):
    def test_nothing_to_find(self):
        verified = self.verify()
        self.assertEqual(verified["findings"], [])
        # Two receipts, each registered and settled with its delivery, and a repeat.
        self.assertEqual(verified["number"], len(self.entries()))
        self.assertEqual(verified["number"], 7)
        self.assertEqual(self.verify(), verified)

    def test_each_entry_hangs_on_its_predecessor(self):
        self.verify()
        entries = self.entries()
        self.assertEqual(entries.mapped("number"), list(range(1, 8)))
        self.assertEqual(len(set(entries.mapped("hash"))), 7)

    def test_each_account_has_its_own(self):
        other = self.make_account("other")
        self.request_cancellation("NOWHERE", account=other)
        self.assertEqual(self.verify(account=other)["number"], 3)
        self.rewrite(self.receipt, reason="x")
        self.assertEqual(self.findings(account=other), [])
        self.assertEqual(len(self.findings()), 1)

    def test_whatever_is_edited(self):
        other = self.make_account("other")
        order = self.make_order()
        changes = {
            "account_id": other.id,
            "sale_order_id": order.id,
            "decided_by_id": self.env.uid,
            "resolved_by_id": self.env.uid,
            "received_at": self.receipt.received_at - timedelta(seconds=1),
            "state": "kept",
            "requested_by_user": "shopper",
            "answer_status": 409,
        }
        for name in (
            "cancellation_request_date", "settled_at", "decide_before", "decided_at", "resolved_at",
        ):  # fmt: skip
            changes[name] = fields.Datetime.now() - timedelta(days=1)
        self.verify()
        for name in RECEIPT_FIELDS:
            with self.subTest(name), self.rolled_back():
                self.rewrite(self.receipt, **{name: changes.get(name, "other")})
                self.assertTrue(self.findings())
        for name in DELIVERY_FIELDS:
            value = {"receipt_id": self.other.id, "is_repeat": True, "remote_address": "::1"}
            value["received_at"] = self.receipt.received_at - timedelta(seconds=1)
            with self.subTest(name), self.rolled_back():
                delivery = self.receipt.delivery_ids[-1]
                self.rewrite(delivery, **{name: value.get(name, 999)})
                self.assertTrue(self.findings())

    def rolled_back(self):
        """Undo what is done, and be sure that it was the cause of what was found."""
        case = self

        class RolledBack:
            def __enter__(self):
                self.savepoint = case.env.cr.savepoint()

            def __exit__(self, *exc_info):
                self.savepoint.rollback()
                self.savepoint.close(rollback=False)
                case.env.invalidate_all()
                case.assertEqual(case.findings(), [])

        return RolledBack()

    def test_edited(self):
        code = self.receipt.protocol_code
        self.rewrite(self.receipt, answer_status=409)
        self.assertEqual(self.findings(), [f"Receipt {code} was changed."])

    def test_edited_delivery(self):
        delivery = self.receipt.delivery_ids[0]
        self.rewrite(delivery, remote_address="203.0.113.9")
        name = f"Delivery {delivery.id} of receipt {self.receipt.protocol_code}"
        self.assertEqual(self.findings(), [f"{name} was changed."])

    def test_edited_before_it_was_chained(self):
        """There is no moment in which a change would not be found."""
        self.assertFalse(self.entries("number IS NOT NULL"))
        self.rewrite(self.receipt, reason="x")
        self.assertEqual(len(self.findings()), 1)

    def test_moved_to_another_company(self):
        company = self.env["res.company"].create({"name": "Another"})
        self.rewrite(self.receipt, company_id=company.id)
        self.assertEqual(len(self.findings()), 1)

    def test_missing_receipt(self):
        receipt_id, deliveries = self.receipt.id, self.receipt.delivery_ids
        self.delete(self.receipt)  # and its deliveries
        self.assertEqual(len(deliveries), 2)
        findings = self.findings()
        self.assertIn(f"Receipt no. {receipt_id} is missing.", findings)
        self.assertEqual(len(findings), 3)

    def test_missing_delivery(self):
        delivery = self.receipt.delivery_ids[0]
        self.delete(delivery)
        name = f"Delivery {delivery.id} of receipt {self.receipt.protocol_code}"
        self.assertEqual(self.findings(), [f"{name} is missing."])

    def test_inserted_receipt(self):
        self.duplicate(self.receipt, protocol_code="forged", marketplace_order_id="L-3")
        self.assertEqual(self.findings(), ["Receipt forged was inserted."])

    def test_inserted_delivery(self):
        self.duplicate(self.receipt.delivery_ids[0])
        (finding,) = self.findings()
        self.assertIn("was inserted", finding)

    def test_forged_entry(self):
        """Who also writes the digest anew breaks the chain."""
        self.verify()
        self.rewrite(self.receipt, reason="x")
        entry = self.entries(f"receipt_id = {self.receipt.id} AND delivery_id IS NULL")[-1]
        self.env.cr.execute(
            SQL("SELECT digest FROM (%s) s", self.receipt._log_states(tuple(self.receipt.ids)))
        )
        self.rewrite(entry, digest=self.env.cr.fetchone()[0])
        self.assertEqual(
            self.findings(),
            [f"Entry {entry.number} of the log was changed, or the one before it."],
        )

    def test_forged_hash(self):
        self.verify()
        entry = self.entries()[2]
        self.rewrite(entry, hash="f" * 64)
        self.assertEqual(len(self.findings()), 2)  # the entry, and its successor

    def test_missing_entries(self):
        self.verify()
        self.delete(self.entries("number IN (3, 4)"))
        findings = self.findings()
        self.assertIn("Entries 3 to 4 of the log are missing.", findings)

    def test_receipt_and_all_its_entries_are_missing(self):
        self.verify()
        entries = self.entries(f"receipt_id = {self.receipt.id}")
        self.delete(self.receipt)
        self.delete(entries)
        self.assertTrue(self.findings())

    def test_last_entries_are_missing(self):
        """Nothing within the database tells of what is gone from its end; what was noted does."""
        noted = self.noted()
        self.delete(self.receipt)
        self.delete(self.other)
        self.delete(self.entries())
        self.assertEqual(self.findings(), [])
        (finding,) = self.findings(noted)
        self.assertIn("The log ends at entry 0, before entry 7 that was noted", finding)

    def test_log_that_was_made_anew(self):
        noted = self.noted()
        self.rewrite(self.receipt, reason="x")
        self.delete(self.entries())
        for records in (self.receipt | self.other, (self.receipt | self.other).delivery_ids):
            self.env["marketplace.log.entry"]._write_entries(
                records._log_states(tuple(records.ids))
            )
        self.assertEqual(self.findings(), [])
        self.assertTrue(self.findings(noted))

    def test_noted(self):
        noted = self.noted()
        self.request_cancellation("L-2")
        self.assertEqual(self.findings(noted), [])
        self.assertEqual(self.findings(noted.replace(":", " : ")), [])
        number, _colon, hash_ = noted.partition(":")
        another = f"{number}:{hash_[::-1]}"
        self.assertEqual(self.findings(another), [f"Entry {number} is another one than was noted."])

    def test_what_was_noted_is_no_entry(self):
        for text in ("7", "seven:" + "0" * 64, "7:00", "7:" + "g" * 64, 7, ["7"]):
            with self.subTest(text), self.assertRaises(UserError):
                self.verify(text)

    def test_many_findings(self):
        receipts = self.env["marketplace.cancellation.receipt"]
        for number in range(60):
            receipts |= self.register(f"MANY-{number}")
        self.verify()
        self.rewrite(receipts, note="x")
        findings = self.findings()
        self.assertEqual(len(findings), 51)
        self.assertEqual(findings[-1], "And 10 more receipts and deliveries.")

    def test_job_chains(self):
        self.run_cron("cron_chain_log")
        self.assertFalse(self.entries("number IS NULL"))
        self.assertEqual(self.findings(), [])

    def test_job_tells_the_responsible(self):
        self.account.user_id = new_test_user(self.env, "responsible", "stock.group_stock_user")
        self.run_cron("cron_verify_logs")
        silent = len(self.account.message_ids)
        self.rewrite(self.receipt, reason="<b>x</b>")
        self.run_cron("cron_verify_logs")
        message = self.account.message_ids[0]
        self.assertEqual(len(self.account.message_ids), silent + 1)
        self.assertIn("was changed", self.chatter(self.account)[0])
        self.assertIn(self.account.user_id.partner_id, message.notified_partner_ids)

    def test_newest_entry_is_in_the_servers_log(self):
        """Which is kept elsewhere than the database."""
        with self.assertLogs(LOG_LOGGER, logging.INFO) as logged:
            verified = self.verify()
        self.assertIn(verified["hash"], logged.output[0])

    def test_who_may_verify(self):
        user = new_test_user(self.env, "user", f"{ADDON}.group_marketplace_user")
        nobody = new_test_user(self.env, "nobody", "base.group_user")
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            self.assertEqual(account.with_user(user).verify_log()["findings"], [])
            with self.assertRaises(AccessError):
                account.with_user(nobody).verify_log()

    def test_button(self):
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            action = account.action_verify_log()
            check = env[action["res_model"]].browse(action["res_id"])
            self.assertFalse(check.findings)
            self.assertTrue(check.head.startswith("7:"))
            self.rewrite(env[self.receipt._name].browse(self.receipt.id), reason="x")
            check.noted = check.head
            check.action_verify()
            self.assertIn("was changed", check.findings)


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
        self.assertEqual(own - NOT_LOGGED, set(RECEIPT_FIELDS))
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

    def test_deliveries_cannot_be_changed(self):
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


@tagged("post_install", "-at_install")
class TestRetention(LogCase):
    def setUp(self):
        super().setUp()
        self.account.retention_days = 30
        self.verify()

    def age(self, days):
        """Let time go by, for the log as well. What it says of the time is its own to verify, so
        it is written anew by those who can."""
        earlier = timedelta(days=days)
        for receipt in self.receipt | self.other:
            self.rewrite(
                receipt,
                received_at=receipt.received_at - earlier,
                settled_at=receipt.settled_at - earlier,
            )
        self.delete(self.entries())
        for records in (self.receipt | self.other, (self.receipt | self.other).delivery_ids):
            self.env["marketplace.log.entry"]._write_entries(
                records._log_states(tuple(records.ids))
            )
        self.env.cr.execute(
            SQL("UPDATE marketplace_log_entry SET noted_at = noted_at - %s", earlier)
        )
        self.assertEqual(self.findings(), [])

    def test_what_the_job_deletes_is_not_missing(self):
        self.age(31)
        self.run_cron("cron_delete_expired")
        self.assertFalse((self.receipt | self.other).exists())
        self.assertEqual(self.findings(), [])

    def test_log_is_cut(self):
        noted = self.noted()
        self.age(31)
        aged = self.noted()
        self.run_cron("cron_delete_expired")
        self.assertEqual(self.account.sudo().log_begins_after, 5)
        self.assertEqual(self.entries().mapped("digest"), [False, False])  # that they are deleted
        self.assertEqual(self.findings(), [])
        self.assertEqual(self.findings(aged), [])
        self.assertTrue(self.findings(noted))

    def test_what_stays_is_noted_once_more(self):
        self.age(31)
        self.receipt.sale_order_id.action_draft()  # revived: its receipt is needed
        self.run_cron("cron_delete_expired")
        self.assertEqual((self.receipt | self.other).exists(), self.receipt)
        self.assertEqual(self.findings(), [])
        self.rewrite(self.receipt, reason="x")
        self.assertEqual(len(self.findings()), 1)

    def test_what_was_changed_is_not_noted_as_right(self):
        self.age(31)
        self.receipt.sale_order_id.action_draft()
        self.rewrite(self.receipt, reason="x")
        self.run_cron("cron_delete_expired")
        self.assertEqual(len(self.findings()), 1)

    def test_what_was_missing_stays_missing(self):
        self.age(31)
        self.delete(self.receipt.delivery_ids[0])
        self.receipt.sale_order_id.action_draft()
        self.run_cron("cron_delete_expired")
        self.assertEqual(len(self.findings()), 1)

    def test_younger_entries_stay(self):
        self.age(29)
        self.run_cron("cron_delete_expired")
        self.assertFalse(self.account.sudo().log_begins_after)

    def test_nothing_is_cut_without_retention(self):
        self.age(31)
        self.account.retention_days = 0
        self.run_cron("cron_delete_expired")
        self.assertFalse(self.account.sudo().log_begins_after)
        self.assertEqual(len((self.receipt | self.other).exists()), 2)
