"""How an account is connected to its marketplace, and what people are told about it."""

import os
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import config

from ...models.access import admission
from ..helpers.outbound import TOKEN, OutboundCase

MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


@tagged("post_install", "-at_install")
class TestOutboundToken(OutboundCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(self.env, "mkt_manager", f"{MANAGER},base.group_allow_export")
        self.managed = self.account.with_user(self.manager)

    def test_entered_by_a_manager_and_shown_to_nobody(self):
        with Form(self.managed) as form:
            form.new_outbound_token = "  another-t0ken "
        self.assertEqual(self.account.sudo().outbound_token, "another-t0ken")
        self.assertTrue(self.managed.has_outbound_token)
        self.assertFalse(self.managed.new_outbound_token)
        self.assertNotIn("t0ken", str(self.managed.read()))
        self.assertNotIn("t0ken", str(self.managed.message_ids.mapped("body")))
        self.assertIn("A new app token of the marketplace was entered.", self.chatter(self.account))

    def test_read_exported_searched_or_grouped_by_nobody(self):
        accounts = self.managed
        for attempt in (
            lambda: accounts.read(["outbound_token"]),
            lambda: accounts.export_data(["outbound_token"]),
            lambda: accounts.search([("outbound_token", "like", "an-%")]),
            lambda: accounts.search([], order="outbound_token"),
            lambda: accounts._read_group([], ["outbound_token"]),
            lambda: accounts.write({"outbound_token": "mine"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_saving_without_a_token_keeps_it(self):
        with Form(self.managed) as form:
            form.name = "Another Name"
        self.assertEqual(self.account.sudo().outbound_token, TOKEN)

    def test_saving_gives_nothing_back(self):
        for account in (self.managed, self.env["marketplace.account"].with_user(self.manager)):
            values = {"name": "Lux", "new_outbound_token": "n3w-t0ken"}
            if not account:
                values["code"] = "lux"
            saved = account.web_save(values, {"name": {}, "new_outbound_token": {}})
            self.assertNotIn("n3w-t0ken", str(saved))

    def test_what_no_header_can_hold_is_refused_without_repeating_it(self):
        for field in ("new_outbound_token", "outbound_key"):
            with self.assertRaises(ValidationError) as caught:
                self.managed.write({field: "a\N{EN DASH}b"})
            self.assertNotIn("a\N{EN DASH}b", str(caught.exception))

    def test_servers_token_goes_to_the_servers_address_alone(self):
        self.enterContext(self.enter_registry_test_mode())  # tests are counted
        self.account.sudo().outbound_token = False
        with patch.dict(os.environ, {"MARKETPLACE_TEST_MARKET_APP_TOKEN": "env-t0ken"}):
            self.assertEqual(self.managed._outbound_credentials().app_token, "")
            self.assertEqual(self.managed.action_test_connection()["params"]["type"], "danger")
        self.assertFalse(self.marketplace.received)

    def test_codes_that_the_servers_settings_cannot_tell_apart_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "one like it"):
            self.make_account("test_market")

    def test_neutralized_copy_knows_no_settings_of_the_servers(self):
        address = {"MARKETPLACE_TEST_MARKET_SERVICES_ENDPOINT": "https://real.example"}
        with patch.dict(os.environ, address):
            self.assertEqual(self.account._services_endpoint(), "https://real.example")
            self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
            self.assertIn(self.marketplace.url, self.account._services_endpoint())

    def test_copy_has_none(self):
        copy = self.account.copy()
        self.assertFalse(copy.sudo().outbound_token or copy.outbound_key)

    def test_another_address_does_not_get_it(self):
        """Otherwise users who may change the address could have the token sent to them."""
        self.managed.services_endpoint = "https://elsewhere.example"
        self.assertFalse(self.account.sudo().outbound_token)
        self.assertFalse(self.account.is_connected)
        self.assertIn("must be entered again", self.chatter(self.account)[0])

    def test_another_path_at_the_same_address_keeps_it(self):
        self.managed.services_endpoint = f"{self.marketplace.url}/api/oms"
        self.assertEqual(self.account.sudo().outbound_token, TOKEN)

    def test_address_and_token_can_be_changed_together(self):
        self.managed.write(
            {"services_endpoint": "https://elsewhere.example", "new_outbound_token": "n3w"}
        )
        self.assertEqual(self.account.sudo().outbound_token, "n3w")

    def test_environment_and_configuration_go_first(self):
        self.account.sudo().outbound_token = False
        self.account.outbound_key = False
        self.assertFalse(self.account.is_connected)
        settings = {"marketplace_test-market_app_key": "file-key"}
        settings["marketplace_test-market_app_token"] = "file-t0ken"
        settings["marketplace_test-market_services_endpoint"] = f"{self.marketplace.url}/api/oms"
        with patch.dict(config.options, settings):
            self.env.invalidate_all()
            self.assertTrue(self.account.is_connected)
            self.assertEqual(self.account._outbound_credentials().app_token, "file-t0ken")
            with patch.dict(os.environ, {"MARKETPLACE_TEST_MARKET_APP_TOKEN": "env-t0ken"}):
                credentials = self.account._outbound_credentials()
        self.assertEqual((credentials.app_key, credentials.app_token), ("file-key", "env-t0ken"))


@tagged("post_install", "-at_install")
class TestOutboundAddress(OutboundCase):
    def test_of_a_store(self):
        self.account.write({"services_endpoint": False, "store_name": "mystore"})
        self.assertEqual(
            str(self.account._outbound_address()),
            "https://mystore.vtexcommercestable.com.br/api/oms",
        )

    def test_invalid_ones_are_explained(self):
        for values, message in (
            ({"services_endpoint": "http://lux.example"}, "must begin with https://"),
            ({"services_endpoint": "https://u:p@lux.example"}, "must not hold a user name"),
            ({"services_endpoint": "https://"}, "has no host name"),
            ({"services_endpoint": "ftp://lux.example"}, "must begin with https://"),
            ({"services_endpoint": False, "store_name": "a/b"}, "has no host name"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, message):
                self.account.write(values)


@tagged("post_install", "-at_install")
class TestConnection(OutboundCase):
    def setUp(self):
        super().setUp()
        admission.leases.forget()
        self.addCleanup(admission.leases.forget)

    def connection_test(self, *answers):
        """``(type, message)`` of what the button says when the marketplace answers so."""
        self.marketplace.answers.extend(answers)
        with self._test_mode():  # they are counted in a transaction of their own
            notification = self.account.action_test_connection()
        self.assertEqual(notification["tag"], "display_notification")
        self.assertNotIn(TOKEN, str(notification))
        return notification["params"]["type"], notification["params"]["message"]

    def test_every_answer_in_words(self):
        self.make_order("O-1")
        for status, kind, words in (
            (200, "success", "the marketplace has answered for order O-1"),
            (301, "danger", "it has another address"),
            (401, "danger", "does not know this app key or app token"),
            (403, "danger", "lacks the permission"),
            (404, "warning", "does not know order O-1"),
            (418, "danger", "status 418"),
            (429, "warning", "wants fewer calls"),
            (500, "danger", "a problem of its own"),
        ):
            with self.subTest(status):
                said = self.connection_test((status, {}, {"Location": "/elsewhere"}))
                self.assertEqual(said[0], kind)
                self.assertIn(words, said[1])
        self.assertEqual(
            self.marketplace.calls()[0], ("GET", "/api/oms/pvt/orders/O-1?an=lux", None)
        )

    def test_without_an_order_the_credentials_are_tested_nevertheless(self):
        self.assertEqual(self.connection_test((404, {}, {}))[0], "success")
        self.assertEqual(self.connection_test((401, {}, {}))[0], "danger")

    def test_connection_broken_off(self):
        self.assertEqual(self.connection_test(None), self.no_answer())

    def test_test_of_the_connection_says_that_nobody_answers(self):
        self.marketplace.__exit__()
        self.assertEqual(self.connection_test(), self.no_answer())

    def test_it_is_no_way_to_look_around(self):
        """An open port, a closed one and a name that leads to either are told from nothing."""
        for networks in (None, "10.0.0.0/8", "no network"):
            self.allow(networks)
            for endpoint in (self.marketplace.url, "http://127.0.0.1:1"):
                self.connect(self.account, services_endpoint=endpoint)
                with self.subTest(endpoint, networks=networks):
                    self.assertEqual(self.connection_test(), self.no_answer())
        self.connect(self.account, services_endpoint="https://nowhere.invalid")
        self.assertEqual(self.connection_test(), self.no_answer("nowhere.invalid"))
        self.assertFalse(self.marketplace.received)

    def test_not_more_often_than_somebody_does_who_sets_up_an_account(self):
        for _test in range(10):
            self.connection_test()
        with self.assertRaisesRegex(UserError, "Try again in 6 seconds"):
            self.connection_test()
        self.assertEqual(len(self.marketplace.received), 10)

    def no_answer(self, host="127.0.0.1"):
        """What is said if there was no answer, whatever was in the way."""
        message = self.account._explain_unreachable()
        self.assertIn(f"There was no answer from {host}", message)
        return "danger", message

    def test_what_is_missing_is_said(self):
        self.account.outbound_key = False
        self.assertIn("Enter the app key", self.connection_test()[1])
        self.account.outbound_key = "a-key"
        self.account.services_endpoint = False
        self.account.new_outbound_token = TOKEN
        self.assertIn("Enter the account name", self.connection_test()[1])

    def test_only_managers_may(self):
        user = new_test_user(self.env, "mkt_user", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.account.with_user(user).action_test_connection()

    def test_doubtful_request_is_looked_up(self):
        order = self.order_of_three("O-1", done=1)
        receipt = self.ask(order)
        self.marketplace.orders["O-1"] = "waiting-for-seller-decision"
        receipt.action_ask_marketplace()
        self.assertEqual(
            self.chatter(receipt)[0],
            "Test Market says: waiting for the seller's decision (waiting-for-seller-decision).",
        )
        self.assertEqual(receipt.state, "evaluating")

    def test_status_is_kept_in_part(self):
        receipt = self.ask(self.order_of_three("O-1", done=1))
        self.marketplace.orders["O-1"] = "x" * 1_000_000
        receipt.action_ask_marketplace()
        self.assertLess(len(self.chatter(receipt)[0]), 100)

    def test_lookup_that_fails_says_why(self):
        receipt = self.ask(self.order_of_three("O-1", done=1))
        for answer, words in (
            ((404, {}, {}), "does not know order O-1"),
            ((200, [], {}), "could not be understood as an order"),
            ((200, b"<html>", {}), "could not be understood as an order"),
            (None, "no answer"),
        ):
            self.marketplace.answers.append(answer)
            with self.subTest(answer), self.assertRaisesRegex(UserError, words):
                receipt.action_ask_marketplace()


@tagged("post_install", "-at_install")
class TestHandling(OutboundCase):
    def setUp(self):
        super().setUp()
        self.call = self.cancelled_here(self.order_of_three("O-1"))
        self.user = new_test_user(self.env, "mkt_user", "sales_team.group_sale_salesman")

    def give_up(self, calls, note="Told by phone."):
        wizard = self.env["marketplace.give.up"].create({"call_ids": calls.ids, "note": note})
        wizard.action_give_up()

    def test_giving_up_takes_a_note(self):
        self.give_up(self.call)
        self.assertEqual((self.call.state, self.call.note), ("given_up", "Told by phone."))
        self.assertIn("Given up: Told by phone.", self.chatter(self.call))
        self.send()
        self.assertFalse(self.marketplace.received)
        with self.assertRaisesRegex(UserError, "give a reason"):
            self.call.action_give_up("  ")

    def test_what_was_sent_is_neither_given_up_nor_sent_again(self):
        self.send()
        with self.assertRaisesRegex(UserError, "not accepted"):
            self.give_up(self.call)
        with self.assertRaisesRegex(UserError, "not accepted"):
            self.call.action_send_again()

    def test_many_are_sent_again_together(self):
        done = self.cancelled_here(self.order_of_three("O-3"))
        self.make_due(self.call)
        self.call.next_attempt_at = done.next_attempt_at + timedelta(hours=1)
        self.send()
        self.make_due(self.call)
        self.assertEqual((done.state, self.call.state), ("sent", "pending"))
        other = self.cancelled_here(self.order_of_three("O-2"))
        self.marketplace.answers.extend([(403, {}, {}), (403, {}, {})])
        self.send()
        self.assertEqual(set((self.call | other).mapped("state")), {"failed"})
        (self.call | other | done).action_send_again()
        self.assertEqual(done.state, "sent")
        self.send()
        self.assertEqual(set((self.call | other).mapped("state")), {"sent"})

    def test_only_who_may_decide_may_handle(self):
        call = self.call.with_user(self.user)
        self.assertEqual(call.state, "pending")
        for attempt in (call.action_send_again, lambda: call.action_give_up("No.")):
            with self.assertRaises(AccessError):
                attempt()
        self.account.user_id = self.user
        call.action_give_up("No.")

    def test_who_may_cancel_the_order_there_may_send_that_call_once_more(self):
        order = self.call.sale_order_id
        call = self.refuse(self.call).with_user(self.user)
        self.assertEqual((call.may_send, call.may_give_up), (False, False))
        order.user_id = self.user
        self.assertEqual((call.may_send, call.may_give_up), (True, False))
        call.action_send_now()
        self.assertEqual(call.state, "sent")
        other = self.refused("O-2", cancellationRequestId="R-2")[0]
        denial = self.calls(other).with_user(self.user)
        self.assertTrue(denial)
        other.user_id = self.user
        self.assertEqual((denial.may_send, denial.may_give_up), (False, False))
        self.assertTrue(self.calls(other).may_give_up)

    def test_nothing_is_offered_that_is_refused(self):
        def buttons(user, view_type):
            arch = etree.fromstring(self.call.with_user(user).get_view(view_type=view_type)["arch"])
            return [own.get("invisible") or "" for own in arch.iterfind("header/button")]

        decider = new_test_user(self.env, "decider", "sales_team.group_sale_salesman_all_leads")
        self.assertEqual(len(buttons(decider, "list")), 2)
        self.assertFalse(buttons(self.user, "list"))
        self.assertEqual(len(buttons(self.user, "form")), 3)
        for invisible in buttons(self.user, "form"):
            self.assertRegex(invisible, "^not may_(send|give_up) or ")

    def refuse(self, call):
        self.marketplace.answers.append((400, {"error": "no"}, {}))
        self.send()
        self.assertEqual(call.state, "failed")
        return call

    def test_nobody_writes_calls_but_the_addon(self):
        calls = self.call.with_user(self.env.ref("base.user_admin"))
        for attempt in (
            lambda: calls.write({"state": "sent"}),
            calls.unlink,
            lambda: calls.create({"account_id": self.account.id, "kind": "cancel"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_other_companies_see_none(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        user = new_test_user(
            self.env,
            "mkt_elsewhere",
            "sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        self.assertFalse(self.env["marketplace.outbound.call"].with_user(user).search([]))
        with self.assertRaises(AccessError):
            self.call.with_user(user).read(["state"])
