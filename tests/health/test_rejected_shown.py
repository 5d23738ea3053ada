"""What health, the set-up and Settings tell of calls that were rejected."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ...tools.inbound.rejection import REASONS
from ..helpers.health import ADDON, HealthCase

MODEL = "marketplace.rejected.call"


@tagged("post_install", "-at_install")
class TestRejectedShown(HealthCase):
    def setUp(self):
        super().setUp()
        self.env[MODEL].search([]).unlink()
        self.manager = new_test_user(self.env, "manager", f"{ADDON}.group_marketplace_manager")

    def reject(self, reason, address="203.0.113.7", calls=1, account=None, **ago):
        last = fields.Datetime.now() - timedelta(**ago)
        return self.env[MODEL].create(
            {
                "account_id": (self.account if account is None else account).id,
                "reason": reason,
                "hour": last.replace(minute=0, second=0, microsecond=0),
                "remote_address": address,
                "calls": calls,
                "last_at": last,
            }
        )

    def to_nobody(self, *values, **ago):
        return self.reject(*values, account=self.account.browse(), **ago)

    def call_let_in(self, **ago):
        moment = fields.Datetime.now() - timedelta(**ago)
        self.rewrite(self.account.credential_ids, last_used_at=moment)

    def test_how_many_when_from_where_and_why(self):
        self.assertCheck("rejected", "ok", "None")
        self.reject("wrong_token", calls=40, minutes=5)
        self.reject("wrong_token", "198.51.100.2", calls=2, hours=3)
        self.reject("paused", "", calls=3, hours=20)
        self.reject("limit", calls=100, hours=25)
        self.assertCheck(
            "rejected",
            "attention",
            "45",
            "Wrong app token: 42, the last one 5 minutes ago, from 203.0.113.7, 198.51.100.2 · "
            "Account paused: 3, the last one 20 hours ago, from other addresses",
        )

    def test_who_manages_no_marketplace_is_told_no_address(self):
        self.reject("wrong_token", minutes=5)
        user = new_test_user(self.env, "reader", f"{ADDON}.group_marketplace_user")
        line = self.account.with_user(user)._check_rejected()["rejected"]
        self.assertIn("Wrong app token: 1", str(line))
        self.assertNotIn("203.0.113.7", str(line))
        rejected = self.env[MODEL].search([]).with_user(user)
        for name in ("remote_address", "source"):
            with self.assertRaises(AccessError):
                rejected.read([name])
        self.assertNotIn("203.0.113.7", str(rejected.read()))

    def test_each_line_says_what_to_do(self):
        for reason in REASONS:
            with self.subTest(reason):
                rejected = self.reject(reason)
                self.assertTrue(rejected.advice)
                self.assertEqual(rejected.display_name, REASONS[reason])

    def test_a_manager_reads_what_is_right(self):
        key = self.account.credential_ids.app_key
        self.account.allowed_networks = "192.0.2.0/24"
        wrong_key, address = self.reject("unknown_key"), self.reject("address")
        nowhere = self.to_nobody("no_account").with_user(self.manager)
        self.assertIn(self.account.code, nowhere.own_values)
        self.assertEqual(wrong_key.with_user(self.manager).own_values, f"App keys that work: {key}")
        self.assertIn("192.0.2.0/24", address.with_user(self.manager).own_values)
        self.account.credential_ids.action_revoke()
        self.account.allowed_networks = False
        self.env.invalidate_all()
        self.assertEqual(wrong_key.with_user(self.manager).own_values, "App keys that work: none")
        self.assertEqual(address.with_user(self.manager).own_values, "Allowed addresses: all")
        user = new_test_user(self.env, "reader", f"{ADDON}.group_marketplace_user")
        for rejected in (wrong_key, address):
            self.assertFalse(rejected.with_user(user).own_values)
            self.assertEqual(Form(rejected.with_user(user)).id, rejected.id)

    def test_so_many_addresses_are_named(self):
        for number in range(5):
            self.reject("limit", f"192.0.2.{number}", minutes=number)
        text = "from 192.0.2.0, 192.0.2.1, 192.0.2.2, other addresses"
        self.assertCheck("rejected", "attention", "5", text)

    def test_what_anybody_may_send_matters_until_a_call_is_let_in(self):
        self.reject("unknown_key", minutes=10)
        self.assertAttention("rejected")  # was never called: it is not set up right
        self.call_let_in(minutes=30)
        self.assertAttention("rejected")  # and nothing was let in since
        self.call_let_in(minutes=5)
        self.assertAttention()
        self.assertCheck("rejected", "info", "1")
        self.reject("wrong_token", minutes=10)  # who knows the key is the marketplace
        self.assertAttention("rejected")

    def test_paused_account_is_told_of_once(self):
        self.call_let_in(minutes=5)
        self.reject("paused")
        self.assertAttention()

    def test_followers_hear_of_it_once(self):
        for reason in ("wrong_token", "limit"):
            self.reject(reason)
            self.account._tell_health()
        (message,) = self.account.message_ids.filtered(lambda one: "Rejected" in one.body)
        self.assertIn("203.0.113.7", message.body)

    def test_link_opens_what_was_counted(self):
        own, nobody = self.reject("limit"), self.to_nobody("no_account")
        self.reject("limit", account=self.make_account("other"))
        for key, found in (("rejected", own), ("nobody", nobody)):
            self.assertEqual(self.checks()[key]["link"], "See Them")
            action = self.account.with_context(health_check=key).action_open_check()
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), found)
        action = self.account.action_open_rejected()
        self.assertEqual(self.env[MODEL].search(action["domain"]), own | nobody)

    def test_calls_to_no_account_are_told_to_managers(self):
        self.to_nobody("no_account", "203.0.113.8", 4)
        user = new_test_user(self.env, "reader", f"{ADDON}.group_marketplace_user")
        self.assertNotIn("nobody", self.checks(user=user))
        check = self.checks(user=self.manager)["nobody"]
        self.assertEqual((check["state"], check["value"]), ("info", "4"))
        self.assertIn("No such account: 4", check["text"])
        self.assertIn("203.0.113.8", check["text"])

    def test_other_accounts_calls_are_not_told(self):
        other = self.make_account("other")
        self.reject("limit", account=other)
        self.assertCheck("rejected", "ok", "None")
        self.assertEqual(self.checks(other)["rejected"]["value"], "1")

    def test_account_that_was_never_called_is_not_connected_yet(self):
        self.assertEqual(self.account.health, "unconnected")
        self.make_receipt("TEST-1")  # a self-test is no call of the marketplace
        self.account.invalidate_recordset(["health"])
        self.assertEqual(self.account.health, "unconnected")
        self.reject("address")
        self.account.invalidate_recordset(["health"])
        self.assertEqual(self.account.health, "attention")
        self.env[MODEL].search([]).unlink()
        self.make_receipt("1")
        self.account.invalidate_recordset(["health"])
        self.assertEqual(self.account.health, "ok")

    def test_step_three_of_the_set_up_tells_of_them(self):
        def told():
            self.account.invalidate_recordset()
            steps = self.account.with_user(self.manager).setup_steps
            ((key, lines),) = [
                (step["key"], step["rejected"]) for step in steps if "rejected" in step
            ]
            self.assertEqual(key, "address")
            return lines

        self.assertEqual(told(), [])
        self.reject("wrong_token", calls=2, minutes=1)
        self.to_nobody("no_account", "203.0.113.8")
        own, nobody = told()
        self.assertEqual(own, "Wrong app token: 2, the last one 1 minute ago, from 203.0.113.7.")
        self.assertIn("To an address that belongs to no account. No such account: 1, ", nobody)

    def test_new_account_that_is_not_saved(self):
        self.to_nobody("no_account")
        steps = self.env["marketplace.account"].with_user(self.manager).new().setup_steps
        self.assertEqual([step["rejected"] for step in steps if "rejected" in step], [[]])

    def test_settings_count_accounts_that_are_called(self):
        settings = self.env["res.config.settings"].with_user(self.manager)
        accounts = self.env["marketplace.account"].search([])

        def counts():
            found = settings.new()
            return (
                found.marketplace_account_count,
                found.marketplace_unconnected_count,
                found.marketplace_rejected_count,
            )

        called = len(accounts.filtered(lambda account: account._last_request()))
        self.assertEqual(counts(), (called, len(accounts) - called, 0))
        self.make_receipt("1")
        self.reject("limit", calls=3)
        self.to_nobody("no_account", "203.0.113.8", 4)
        self.reject("limit", calls=9, days=2)
        self.assertEqual(counts(), (called + 1, len(accounts) - called - 1, 7))

    def test_settings_count_no_calls_of_another_company(self):
        company = self.env["res.company"].create({"name": "Another"})
        theirs = self.make_account("theirs", company_id=company.id, user_id=False)
        self.reject("limit", account=theirs)
        settings = self.env["res.config.settings"].with_user(self.manager).new()
        self.assertEqual(settings.marketplace_rejected_count, 0)
