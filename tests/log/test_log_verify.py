"""What verifying a log finds: what was changed, taken away or put in past the addon."""

import logging
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ...tools.log_sql import DELIVERY_FIELDS, RECEIPT_FIELDS
from ..helpers.log import ADDON, LogCase

LOG_LOGGER = f"odoo.addons.{ADDON}.models.log.account"


@tagged("post_install", "-at_install")
class TestVerify(LogCase):
    def test_nothing_to_find(self):
        verified = self.verify()
        self.assertEqual(verified["findings"], [])
        # Two receipts, each settled at once with its delivery, and a repeat.
        self.assertEqual(verified["number"], len(self.entries()))
        self.assertEqual(verified["number"], 5)
        self.assertEqual(self.verify(), verified)

    def test_each_entry_hangs_on_its_predecessor(self):
        self.verify()
        entries = self.entries()
        self.assertEqual(entries.mapped("number"), list(range(1, 6)))
        self.assertEqual(len(set(entries.mapped("hash"))), 5)

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
            "cancelled_there": True,
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
            value["is_confirmation"] = not self.receipt.delivery_ids[-1].is_confirmation
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

    def test_edited_receipt_is_found(self):
        code = self.receipt.protocol_code
        self.rewrite(self.receipt, answer_status=409)
        self.assertEqual(self.findings(), [f"Receipt {code} was changed."])

    def test_edited_arrival_is_found(self):
        delivery = self.receipt.delivery_ids[0]
        self.rewrite(delivery, remote_address="203.0.113.9")
        name = f"Call {delivery.id} of receipt {self.receipt.protocol_code}"
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

    def test_missing_receipt_is_found(self):
        receipt_id, deliveries = self.receipt.id, self.receipt.delivery_ids
        self.delete(self.receipt)  # and its deliveries
        self.assertEqual(len(deliveries), 2)
        findings = self.findings()
        self.assertIn(f"Receipt no. {receipt_id} is missing.", findings)
        self.assertEqual(len(findings), 3)

    def test_missing_arrival_is_found(self):
        delivery = self.receipt.delivery_ids[0]
        self.delete(delivery)
        name = f"Call {delivery.id} of receipt {self.receipt.protocol_code}"
        self.assertEqual(self.findings(), [f"{name} is missing."])

    def test_inserted_receipt_is_found(self):
        self.duplicate(self.receipt, protocol_code="forged", marketplace_order_id="L-3")
        self.assertEqual(self.findings(), ["Receipt forged was inserted."])

    def test_inserted_arrival_is_found(self):
        self.duplicate(self.receipt.delivery_ids[0])
        (finding,) = self.findings()
        self.assertIn("was inserted", finding)

    def test_forged_entry_is_found(self):
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

    def test_forged_hash_is_found(self):
        self.verify()
        entry = self.entries()[2]
        self.rewrite(entry, hash="f" * 64)
        self.assertEqual(len(self.findings()), 2)  # the entry, and its successor

    def test_missing_entries_are_found(self):
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
        self.assertIn("The log ends at entry 0, before entry 5 that was noted", finding)

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

    def test_entry_is_compared_with_what_was_noted_elsewhere(self):
        noted = self.noted()
        self.request_cancellation("L-2")
        self.assertEqual(self.findings(noted), [])
        self.assertEqual(self.findings(noted.replace(":", " : ")), [])
        number, _colon, hash_ = noted.partition(":")
        another = f"{number}:{hash_[::-1]}"
        self.assertEqual(self.findings(another), [f"Entry {number} is not the one that was noted."])

    def test_what_was_noted_is_no_entry(self):
        for text in ("7", "seven:" + "0" * 64, "7:00", "7:" + "g" * 64, 7, ["7"]):
            with self.subTest(text), self.assertRaises(UserError):
                self.verify(text)

    def test_no_more_than_fifty_findings_are_listed(self):
        receipts = self.env["marketplace.cancellation.receipt"]
        for number in range(60):
            receipts |= self.register(f"MANY-{number}")
        self.verify()
        self.rewrite(receipts, note="x")
        findings = self.findings()
        self.assertEqual(len(findings), 51)
        self.assertEqual(findings[-1], "And 10 more receipts and calls.")

    def test_job_chains_the_entries(self):
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

    def test_button_verifies_and_shows_the_findings(self):
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            action = account.action_verify_log()
            check = env[action["res_model"]].browse(action["res_id"])
            self.assertFalse(check.findings)
            self.assertTrue(check.head.startswith("5:"))
            self.rewrite(env[self.receipt._name].browse(self.receipt.id), reason="x")
            check.noted = check.head
            check.action_verify()
            self.assertIn("was changed", check.findings)
