"""The set-up of an account, and the test cancellations that end it."""

import json
import logging
import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from ..helpers.common import ADMISSION_LOGGER, EndpointCase, MarketplaceCase
from ..helpers.signing import SECRET

ADDON = "marketplace_order_cancellation"
MANAGER = f"{ADDON}.group_marketplace_manager"


@tagged("post_install", "-at_install")
class TestSetup(MarketplaceCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(self.env, "manager", MANAGER)

    def states(self, account=None):
        account = account or self.account
        account.invalidate_recordset()
        return {step["key"]: step["state"] for step in account.setup_steps}

    def assertNext(self, key):
        states = self.states()
        self.assertEqual([step for step, state in states.items() if state == "next"], [key])
        self.assertTrue(self.account.setup_is_open)

    def test_new_account_begins_with_its_name(self):
        with Form(self.env["marketplace.account"].with_user(self.manager)) as form:
            self.assertTrue(form.setup_is_open)
            states = [step["state"] for step in form.setup_steps]
            self.assertEqual(states, ["next", "later", "later", "later", "later"])
            form.name, form.code = "New", "new-one"
        self.assertEqual(self.states(form.record)["connect"], "done")

    def test_step_by_step(self):
        self.assertNext("keys")
        self.account._generate_credential()
        self.assertNext("address")
        self.account.action_setup_registered()
        self.assertNext("connection")
        self.account.action_setup_skip()
        self.assertNext("test")
        self.assertEqual(self.states()["connection"], "skipped")
        self.account.test_passed_at = fields.Datetime.now()
        self.assertEqual(set(self.states().values()), {"done", "skipped"})
        self.assertFalse(self.account.setup_is_open)

    def test_signed_accounts_need_a_secret(self):
        self.account.authentication = "both"
        self.account._generate_credential()
        self.assertNext("keys")
        self.account.new_signing_secret = SECRET
        self.assertNext("address")
        self.account.authentication = "signature"
        self.account.credential_ids.action_revoke()
        self.assertNext("address")

    def test_test_it_leads_to_what_is_missing(self):
        def missing():
            self.account.invalidate_recordset()
            steps = {step["key"]: step for step in self.account.setup_steps}
            return steps["connection"]["buttons"][0].get("field")

        found = []
        for values in (
            {},
            {"store_name": "mystore"},
            {"outbound_key": "a-key"},
            {"new_outbound_token": "a-t0ken"},
        ):
            self.account.write(values)
            found.append(missing())
        self.assertEqual(found, ["store_name", "outbound_key", "new_outbound_token", None])

    def test_who_lacks_a_signing_secret_is_led_to_it(self):
        self.account.authentication = "signature"
        (button,) = {step["key"]: step for step in self.account.setup_steps}["keys"]["buttons"]
        self.assertEqual((button["page"], button["field"]), ("security", "new_signing_secret"))

    def test_whoever_is_called_already_decides_on_calls_of_ours_alone(self):
        self.account._generate_credential()
        self.request_cancellation("TEST-1")
        self.assertTrue(self.account.setup_is_open)
        self.request_cancellation("959311095")
        states = self.states()
        self.assertEqual((states["address"], states["test"]), ("done", "done"))
        self.assertNext("connection")
        self.account.action_setup_skip()
        self.assertFalse(self.account.setup_is_open)

    def test_it_can_be_hidden_and_shown_again(self):
        account = self.account.with_user(self.manager)
        account.action_setup_hide()
        self.assertFalse(account.setup_is_open)
        account.action_setup_show()
        self.assertTrue(account.setup_is_open)

    def test_copies_begin_anew(self):
        self.account.write({"setup_hidden": True, "is_registered": True})
        self.account.test_passed_at = fields.Datetime.now()
        copied = self.account.copy()
        self.assertEqual(self.states(copied)["keys"], "next")
        self.assertTrue(copied.setup_is_open)

    def test_every_button_is_a_method(self):
        self.account.invalidate_recordset()
        names = [b.get("name") for step in self.account.setup_steps for b in step["buttons"]]
        self.assertIn("action_send_test_cancellation", names)
        for name in filter(None, names):
            self.assertTrue(callable(getattr(self.account, name, None)), name)


@tagged("post_install", "-at_install")
class TestTestCancellation(EndpointCase):
    def setUp(self):
        super().setUp()
        self.managed = self.account.with_user(new_test_user(self.env, "manager", MANAGER))

    def send(self, test):
        request = test["request"]
        self.env.flush_all()
        return self.opener.post(
            self.base_url() + request["path"],
            data=request["body"].encode(),
            headers=request["headers"],
            timeout=30,
        )

    def order(self, test):
        return self.env["sale.order"]._find_marketplace_order(self.account, test["reference"])

    def test_the_call_cancels_the_order_and_its_transfer(self):
        test = self.managed.start_test_cancellation()
        order = self.order(test)
        self.assertEqual((order.state, order.picking_ids.mapped("state")), ("sale", ["assigned"]))
        self.assertEqual(len(test["order"]["transfers"]), 1)
        response = self.send(test)
        self.env.invalidate_all()
        receipt = self.assertConfirmed(response, order)
        end = self.managed.finish_test_cancellation(test["reference"])
        self.assertTrue(end["passed"])
        self.assertEqual(end["receipt"]["id"], receipt.id)
        self.assertEqual(end["order"]["state"], "cancel")
        self.assertTrue(self.account.test_passed_at)

    def test_manager_who_sells_nothing_gets_no_link_to_the_order(self):
        test = self.managed.start_test_cancellation()
        self.assertFalse(test["order"]["id"])
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_manager")
        looked = self.account.with_user(seller).look_at_test_cancellation(test["reference"])
        self.assertEqual(looked["order"]["id"], self.order(test).id)

    def test_the_credentials_end_with_the_test(self):
        test = self.managed.start_test_cancellation()
        key = self.account.test_credential_ids
        self.assertLessEqual(
            key.expires_at, fields.Datetime.now() + timedelta(minutes=5, seconds=9)
        )
        self.assertNotIn(key, self.account.credential_ids)
        self.managed.finish_test_cancellation(test["reference"])
        self.assertFalse(key.exists())
        self.assertProblem(self.send(test), 401, "unauthorized")
        self.assertEqual(self.call("1").status_code, 404)  # the account's own key goes on working

    def test_the_token_is_kept_nowhere(self):
        test = self.managed.start_test_cancellation()
        self.send(test)
        self.managed.finish_test_cancellation(test["reference"])
        self.env.cr.flush()
        token = test["request"]["headers"]["X-VTEX-API-AppToken"]
        key = test["request"]["headers"]["X-VTEX-API-AppKey"]
        told = "\n".join(self.chatter(self.account))
        self.assertIn(key, told)
        self.assertNotIn(token, told)
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT count(*) FROM "{table}" row WHERE position(%s IN row::text) > 0', [token]
            )
            self.assertEqual(self.env.cr.fetchone(), (0,), table)

    def test_signed_calls(self):
        for wanted in ("signature", "both"):
            with self.subTest(wanted):
                self.account.authentication = wanted
                if not self.account.signing_secret_ids:
                    with self.assertRaisesRegex(UserError, "signing secret"):
                        self.managed.start_test_cancellation()
                    self.account.new_signing_secret = SECRET
                test = self.managed.start_test_cancellation()
                self.assertNotIn(SECRET.removeprefix("whsec_"), json.dumps(test))
                self.assertEqual(bool(self.account.test_credential_ids), wanted == "both")
                self.assertEqual(self.send(test).status_code, 200)
                self.assertTrue(self.managed.finish_test_cancellation(test["reference"])["passed"])
                self.env.invalidate_all()
                self.assertFalse(self.account._last_request())  # that was not the marketplace

    def test_refusals_are_the_real_ones_and_the_order_is_cancelled_all_the_same(self):
        self.account.action_pause()
        test = self.managed.start_test_cancellation()
        self.assertProblem(self.send(test), 503, "unavailable")
        self.account.action_resume()
        self.assertEnded(test)
        self.account.allowed_networks = "192.0.2.7"
        test = self.managed.start_test_cancellation()
        with self.assertLogs(ADMISSION_LOGGER, "WARNING"):
            self.assertProblem(self.send(test), 403, "address-not-allowed")
        self.assertEnded(test)

    def assertEnded(self, test):
        """Finished, and not passed: the order is cancelled, nobody is told anything."""
        end = self.managed.finish_test_cancellation(test["reference"])
        self.assertFalse(end["passed"])
        order = self.order(test)
        self.assertCancelled(order)
        self.assertFalse(self.account.test_credential_ids)
        self.assertFalse(self.account.test_passed_at)
        self.assertIn("The test is over", "\n".join(self.chatter(order)))
        self.assertFalse(order.outbound_call_ids)

    def test_no_marketplace_is_told_of_it(self):
        self.account.write(
            {
                "services_endpoint": "https://marketplace.example.com",
                "outbound_key": "a-key",
                "new_outbound_token": "a-t0ken",
                "refusal_call": "invoice",
                "on_picking": "ask",
            }
        )
        self.assertTrue(self.account.is_connected)
        test = self.managed.start_test_cancellation()
        order = self.order(test)
        order.picking_ids.move_ids.picked = True
        self.assertEqual(self.send(test).content, b"")  # somebody is asked
        self.env.invalidate_all()
        self.receipts(test["reference"]).action_refuse("It is on its way.")
        self.assertFalse(order.outbound_call_ids)
        self.assertFalse(self.managed.finish_test_cancellation(test["reference"])["passed"])
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.is_untold)
        order.action_cancel_at_marketplace()
        self.assertFalse(order._cancel_at_marketplace("No more left."))
        self.assertFalse(order.outbound_call_ids)

    def test_what_the_browser_leaves_behind_is_cleaned_up(self):
        test = self.managed.start_test_cancellation()
        order, key = self.order(test), self.account.test_credential_ids
        at = fields.Datetime.now() + timedelta(minutes=5)
        job = self.env.ref(f"{ADDON}.cron_end_tests")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertTrue(all(abs(t.call_at - at) < timedelta(minutes=1) for t in triggers))
        self.assertTrue(triggers)
        self.run_cron("cron_end_tests")
        self.assertEqual((order.state, key.exists()), ("sale", key))  # it may still be going on
        ago = fields.Datetime.now() - timedelta(minutes=6)
        self.rewrite(order, create_date=ago)
        self.rewrite(key, expires_at=ago)
        self.run_cron("cron_end_tests")
        self.assertEqual((order.state, bool(key.exists())), ("cancel", False))
        self.assertTrue(self.account.credential_ids)

    def test_one_that_cannot_be_cancelled_keeps_no_other(self):
        orders = self.order(self.managed.start_test_cancellation())
        orders |= self.order(self.managed.start_test_cancellation())
        keys = self.account.test_credential_ids
        ago = fields.Datetime.now() - timedelta(minutes=6)
        self.rewrite(orders, create_date=ago)
        self.rewrite(keys, expires_at=ago)
        stuck = max(orders)
        self.env.cr.execute(
            f"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'not this one'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE OF state ON sale_order FOR EACH ROW
                WHEN (NEW.state = 'cancel' AND NEW.id = {stuck.id}) EXECUTE FUNCTION refuse()
            """
        )
        with self.assertLogs(f"odoo.addons.{ADDON}", logging.ERROR) as logs:
            self.run_cron("cron_end_tests")
        self.assertIn(stuck.name, logs.output[0])
        self.assertEqual(stuck.state, "sale")
        self.assertEqual((orders - stuck).state, "cancel")
        self.assertFalse(keys.exists())

    def test_locked_orders_are_cancelled_in_the_end(self):
        test = self.managed.start_test_cancellation()
        order = self.order(test)
        order.action_lock()
        self.managed.finish_test_cancellation(test["reference"])
        self.assertEqual(order.state, "cancel")

    def test_only_tests_are_ended(self):
        order = self.make_order("959311095", confirm=True)
        end = self.managed.finish_test_cancellation("959311095")
        self.assertEqual(end, {"order": None, "receipt": None, "passed": False})
        self.assertUntouched(order)

    def test_it_works_in_another_company(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        account = self.make_account("there", company_id=company.id)
        test = account.start_test_cancellation()
        self.assertRegex(test["reference"], re.compile(r"TEST-[0-9A-F]{8}"))
        order = self.env["sale.order"]._find_marketplace_order(account, test["reference"])
        self.assertEqual((order.company_id, order.picking_ids.company_id), (company, company))
        self.assertEqual(self.send(test).status_code, 200)
        self.assertTrue(account.finish_test_cancellation(test["reference"])["passed"])
