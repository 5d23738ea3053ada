"""Calls that are rejected are counted, without a row for each and without what they sent."""

import time
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import fields
from odoo.sql_db import PoolError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from ...models.access import admission, rejection
from ...tools.lock import StillLocked
from ...tools.network import source_group
from ..helpers.common import ADMISSION_LOGGER, EndpointCase, MarketplaceCase
from ..helpers.signing import SECRET

ADDON = "marketplace_order_cancellation"
MODEL = "marketplace.rejected.call"
OWN = "127.0.0.1"


def start_anew(case):
    for memory in (rejection.tally, admission.leases):
        memory.forget()
        case.addCleanup(memory.forget)
    case.env[MODEL].search([]).sudo().unlink()


@tagged("post_install", "-at_install")
class TestRejected(EndpointCase):
    """What is counted of which call, from 127.0.0.1.

    Within a test a call's transaction is a savepoint, which takes what is written inside it along;
    that it stays is seen in tests/server/test_rejected.py.
    """

    def setUp(self):
        super().setUp()
        start_anew(self)
        self.written = {}
        self.patch(type(self.env[MODEL]), "_write_down", self.write_down)

    def write_down(self, counted):
        for (account_id, reason, address), (number, _moment) in counted.items():
            account = self.env["marketplace.account"].browse(account_id)
            key = (account.code, reason, address)
            self.written[key] = self.written.get(key, 0) + number

    def found(self):
        """``{(account, reason, address): calls}``, since it was asked last."""
        found, self.written = self.written, {}
        return found

    def assertRejected(self, reason, status, code="test-market", **call):
        with self.subTest(reason), mute_logger(ADMISSION_LOGGER):
            self.assertEqual(self.call("R-1", **call).status_code, status)
            self.assertEqual(self.found(), {(code, reason, OWN): 1})
            self.assertFalse(self.receipts("R-1"))

    def test_wrong_credentials(self):
        self.assertRejected("wrong_token", 401, headers={"X-VTEX-API-AppToken": "wrong"})
        self.assertRejected("unknown_key", 401, headers={"X-VTEX-API-AppKey": "another"})
        none = {"X-VTEX-API-AppKey": None, "X-VTEX-API-AppToken": None}
        self.assertRejected("no_credentials", 401, headers=none)
        query = f"token={self.app_token}"
        self.assertRejected("in_address", 401, headers=none, query=query)
        self.account.allow_query_token = True
        self.assertRejected("wrong_token", 401, headers=none, query=f"{query}x")
        self.rewrite(
            self.account.credential_ids, expires_at=fields.Datetime.now() - timedelta(days=1)
        )
        self.account._forget_settings()
        self.assertRejected("ended", 401)
        self.account.credential_ids.action_revoke()
        self.assertRejected("unknown_key", 401)

    def test_wrong_signature(self):
        self.account.new_signing_secret = SECRET
        for authentication in ("signature", "both"):
            self.account.authentication = authentication
            self.assertRejected("signature", 401)
        self.assertRejected("wrong_token", 401, headers={"X-VTEX-API-AppToken": "wrong"})

    def test_right_credentials(self):
        self.account.allowed_networks = "192.0.2.7"
        self.assertRejected("address", 403)
        self.account.allowed_networks = False
        self.account.is_paused = True
        self.assertRejected("paused", 503)
        self.account.is_paused = False
        self.account.active = False
        self.assertRejected("archived", 403)

    def test_limits(self):
        self.account.rate_limit = 1
        self.assertEqual(self.call("NOWHERE").status_code, 404)
        self.assertRejected("limit", 429)
        own = f"source {source_group(OWN)}"
        admission.leases.spend((self.env.cr.dbname, own, admission.DEFAULT_FAILED_CALLS), 60)
        self.assertRejected("failed_limit", 429, headers={"X-VTEX-API-AppToken": "wrong"})

    def test_what_cannot_be_read(self):
        self.assertRejected("body", 400, body=b"{")
        self.assertRejected("body", 415, headers={"Content-Type": "text/plain"})
        self.assertRejected("too_large", 413, body=b" " * 70000)
        self.assertRejected("path", 404, path="/marketplace/test-market/pvt/order/R-1")
        told = {"Domain": "Marketplace", "OrderId": "R-1", "State": "canceled", "Origin": {}}
        self.assertRejected("hook", 403, path="/marketplace/test-market/hook", body=told)
        self.assertRejected("method", 405, method="GET")

    def test_account_that_is_not_there(self):
        for path in ("pvt/orders/R-1/cancel", "hook", "pvt/orders/R-1/changes"):
            self.assertRejected("no_account", 401, code=False, path=f"/marketplace/nowhere/{path}")
        self.assertRejected("path", 404, code=False, path="/marketplace/nowhere/pvt")

    def test_what_has_a_receipt_is_not_counted(self):
        self.make_order("R-2", confirm=True)
        self.assertEqual(self.call("R-2").status_code, 200)
        self.assertEqual(self.call("NOWHERE").status_code, 404)
        self.assertEqual(self.url_open("/marketplace/openapi.json").status_code, 200)
        self.assertFalse(self.found())

    def test_nothing_that_a_caller_sends_is_kept(self):
        word = "s3cret-of-a-caller"
        self.call(
            word,
            path=f"/marketplace/{word}/pvt/orders/{word}/cancel",
            query=f"token={word}",
            headers={"X-VTEX-API-AppKey": word, "X-VTEX-API-AppToken": word},
        )
        self.assertEqual(self.found(), {(False, "no_account", OWN): 1})
        self.call("R-1", headers={"X-VTEX-API-AppToken": word, "X-VTEX-API-AppKey": word})
        self.assertEqual(self.found(), {("test-market", "unknown_key", OWN): 1})

    def test_address_behind_a_proxy_and_without_one(self):
        headers = {
            "X-VTEX-API-AppToken": "wrong",
            "X-Forwarded-For": "192.0.2.7, 203.0.113.9",
            "X-Forwarded-Host": "seller.example",
        }
        for is_behind, address in ((True, "203.0.113.9"), (False, OWN)):
            self.patch(config, "options", {**config.options, "proxy_mode": is_behind})
            self.call("R-1", headers=headers)
            self.assertEqual(self.found(), {("test-market", "wrong_token", address): 1})

    def test_answer_is_the_same_when_nothing_can_be_written(self):
        wrong = {"X-VTEX-API-AppToken": "wrong"}
        for error in (PoolError(), OperationalError(), StillLocked()):
            with patch.object(type(self.env[MODEL]), "_write_down", side_effect=error):
                response = self.call("R-1", headers=wrong)
                self.assertProblem(response, 401, "unauthorized")
        self.assertFalse(self.found())
        self.call("R-1", headers=wrong)  # what could not be written comes along
        self.assertEqual(self.found(), {("test-market", "wrong_token", OWN): 4})

    def test_where_many_come_it_is_written_once_in_a_while(self):
        with patch.object(rejection.tally, "_interval", 3600):
            for _call in range(25):
                self.call("R-1", headers={"X-VTEX-API-AppToken": "wrong"})
        self.assertEqual(self.found(), {("test-market", "wrong_token", OWN): 20})


@tagged("post_install", "-at_install")
class TestRejectedTable(MarketplaceCase):
    def setUp(self):
        super().setUp()
        start_anew(self)
        self.enterContext(self.enter_registry_test_mode())
        self.rejected = self.env[MODEL]

    def add(self, *counted, age=0):
        """Write ``(account, reason, address, calls)`` as a worker does."""
        moment = time.monotonic() - age
        self.rejected._write_down(
            {(account.id or None, *key): (calls, moment) for account, *key, calls in counted}
        )
        self.rejected.invalidate_model()

    def rows(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return {row.remote_address: row.calls for row in self.rejected.search(domain)}

    def test_one_row_for_account_reason_hour_and_address(self):
        for _time in range(3):
            self.add(
                (self.account, "limit", "192.0.2.1", 2),
                (self.account, "paused", "192.0.2.1", 1),
                (self.account.browse(), "no_account", "192.0.2.1", 1),
            )
        self.assertEqual(self.rejected.search([]).sorted("reason").mapped("calls"), [6, 3, 3])
        self.add((self.account, "limit", "192.0.2.1", 2), age=3600)
        self.assertEqual(len(self.rejected.search([("reason", "=", "limit")])), 2)

    def test_however_many_addresses_come(self):
        """Of each reason so many are told apart: who knows no key cannot hide what does."""
        no_account, most = self.account.browse(), rejection.MOST_ADDRESSES
        for part in range(5):
            addresses = [f"2001:db8::{part}:{number}" for number in range(30)]
            self.add(*((no_account, "no_account", address, 1) for address in addresses))
            self.add(*((self.account, "unknown_key", address, 1) for address in addresses))
        for reason in ("no_account", "unknown_key"):
            rows = self.rows(reason=reason)
            self.assertEqual((len(rows), rows[""]), (most + 1, 150 - most))
        self.add((self.account, "wrong_token", "192.0.2.1", 1))
        self.assertEqual(self.rows(reason="wrong_token"), {"192.0.2.1": 1})
        self.add((self.account, "unknown_key", "2001:db8::0:0", 5))  # known: counted there
        self.assertEqual(self.rows(reason="unknown_key")["2001:db8::0:0"], 6)

    def test_other_hours_of_the_day_have_no_addresses_of_their_own(self):
        now = fields.Datetime.now()
        if now.hour < 1:
            self.skipTest("no other hour of this day has been")
        for age in (0, 3600):
            addresses = [f"192.0.2.{number}" for number in range(20)]
            self.add(*((self.account, "limit", address, 1) for address in addresses), age=age)
        self.assertEqual(len(self.rejected.search([("remote_address", "!=", "")])), 20)
        self.assertEqual(sum(self.rejected.search([]).mapped("calls")), 40)

    def test_account_that_is_gone_takes_nothing_with_it(self):
        gone = self.make_account("gone")
        self.add((gone, "limit", "192.0.2.1", 1))
        gone.unlink()
        self.assertFalse(self.rejected.search([]))
        self.add((gone, "limit", "192.0.2.1", 1), (self.account, "limit", "192.0.2.1", 1))
        self.assertEqual(self.rejected.search([]).account_id, self.account)

    def test_words_of_a_caller_are_no_address(self):
        for words in ("unknown", "<b>", "192.0.2.7, 1", "fe80::1%<b>", None):
            rejection.tally.forget()
            self.rejected._count("test-market", "limit", words)
        self.rejected._count("test-market", "limit", "::ffff:192.0.2.7")
        self.assertEqual(self.rows(), {"": 5, "192.0.2.7": 1})
        self.assertEqual(
            self.rejected.search([("remote_address", "=", "")]).source, "Other addresses"
        )

    def test_it_is_forgotten_after_some_days(self):
        self.add((self.account, "limit", "192.0.2.1", 1), age=86400 * 6)
        self.add((self.account, "limit", "192.0.2.2", 1), age=86400 * 8)
        self.rejected._gc_rejected_calls()
        self.assertEqual(self.rows(), {"192.0.2.1": 1})

    def test_calls_to_no_account_are_seen_by_managers_of_every_company(self):
        company = self.env["res.company"].create({"name": "Another"})
        theirs = self.make_account("theirs", company_id=company.id, user_id=False)
        self.add(
            (self.account.browse(), "no_account", "192.0.2.1", 1),
            (self.account, "limit", "192.0.2.2", 1),
            (theirs, "limit", "192.0.2.3", 1),
        )
        for group, own, seen in (
            ("manager", self.company, {"192.0.2.1", "192.0.2.2"}),
            ("manager", company, {"192.0.2.1", "192.0.2.3"}),
            ("user", self.company, {"192.0.2.2"}),
        ):
            values = {"company_id": own.id, "company_ids": own.ids}
            user = new_test_user(
                self.env, f"{group} {own.id}", f"{ADDON}.group_marketplace_{group}", **values
            )
            found = self.rejected.with_user(user).search([])
            self.assertEqual(set(found.sudo().mapped("remote_address")), seen)
