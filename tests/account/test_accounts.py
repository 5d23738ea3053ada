"""Marketplace accounts: their codes and companies, their credentials, their orders."""

import hashlib
import json
from datetime import timedelta
from hmac import compare_digest
from pathlib import Path
from unittest.mock import patch

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...tools.inbound.cancellation_request import CancellationRequest
from ...tools.inbound.credentials import Credentials
from ...tools.inbound.problem import ACCOUNT_ARCHIVED, UNAUTHORIZED, Problem
from ..helpers.common import MarketplaceCase

COMPARE = "odoo.addons.marketplace_order_cancellation.tools.inbound.credentials.compare_digest"
NEUTRALIZE = Path(__file__).parents[2] / "data" / "neutralize.sql"


class AccountCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Another Company"})

    def setUp(self):
        super().setUp()
        self.key, self.token = self.account._generate_credential()

    def authenticate(self, key=None, token=None, code=None, from_query=False):
        """Authenticate with the account's own credentials, or others."""
        credentials = Credentials(key or self.key, token or self.token, from_query)
        accounts = self.env["marketplace.account"].with_user(self.env.ref("base.public_user"))
        return accounts._authenticate(code or self.account.code, credentials, None, None)

    def assertRefused(self, kind=UNAUTHORIZED, **credentials):
        with self.assertRaises(Problem) as caught:
            self.authenticate(**credentials)
        self.assertEqual(caught.exception.kind, kind)
        return caught.exception


@tagged("post_install", "-at_install")
class TestAccount(AccountCase):
    def test_code_that_fits_into_an_address_is_taken(self):
        for code in ("a", "7", "vtex-br", "shop_2", "a" * 64):
            with self.subTest(code):
                account = self.make_account(code)
                self.assertEqual(
                    account.endpoint_url, f"{account.get_base_url()}/marketplace/{code}"
                )

    def test_any_other_code_is_refused(self):
        for code in (
            "", "-a", "a-", "_a", "VTEX", "a b", "a/b", "a.b", "ação", "a?b", "a" * 65, "a\n",
            "a%20b", "..",
        ):  # fmt: skip
            with self.subTest(code), self.assertRaises(ValidationError):
                self.make_account(code, name="A Market")
            with self.subTest(code, written=True), self.assertRaises(ValidationError):
                self.account.code = code
        self.assertEqual(self.account.code, "test-market")

    def test_code_cannot_be_emptied(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(ValidationError):
            self.account.code = False

    def test_code_belongs_to_one_account_only(self):
        for company in (self.company, self.other_company):
            with (
                self.subTest(company.name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(UniqueViolation),
            ):
                self.make_account("test-market", company_id=company.id, user_id=False)
        self.account.active = False
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.make_account("test-market")

    def test_company_of_an_account_with_orders_cannot_change(self):
        self.make_order("1")
        manager = new_test_user(
            self.env,
            "manager-who-sees-no-orders",
            "marketplace_order_cancellation.group_marketplace_manager",
            company_ids=[Command.set((self.company + self.other_company).ids)],
        )
        for user in (self.env.user, manager):
            with self.subTest(user.login), self.assertRaises(ValidationError):
                self.account.with_user(user).write(
                    {"company_id": self.other_company.id, "user_id": False}
                )
        self.assertEqual(self.account.company_id, self.company)

    def test_company_of_an_account_without_orders_can_change(self):
        self.account.write({"company_id": self.other_company.id, "user_id": False})
        self.assertEqual(self.account.company_id, self.other_company)
        self.assertIn(self.other_company, self.endpoint_user.company_ids)

    def test_endpoint_user_is_admitted_into_the_accounts_company(self):
        self.assertNotIn(self.other_company, self.endpoint_user.company_ids)
        account = self.make_account("other", company_id=self.other_company.id, user_id=False)
        self.assertEqual(self.endpoint_user.company_ids, self.company + self.other_company)
        self.assertFalse(self.endpoint_user.active)
        self.assertEqual(account._as_endpoint().env.user, self.endpoint_user)
        self.assertEqual(account._as_endpoint().env.companies, self.other_company)

    def test_copy_has_a_code_of_its_own_and_no_credentials(self):
        copy = self.account.copy()
        self.assertEqual(copy.name, "Test Market (copy)")
        self.assertRegex(copy.code, "^test-market-.+")
        self.assertEqual(copy.company_id, self.company)
        self.assertEqual(len(self.account.credential_ids), 1)
        self.assertEqual(copy.with_context(active_test=False).credential_ids.ids, [])

    def test_copy_takes_the_values_that_are_given(self):
        self.assertEqual(self.account.copy({"code": "second"}).code, "second")
        self.assertEqual(self.account.copy({"name": "Second"}).name, "Second")

    def test_account_cannot_be_moved_to_a_company_out_of_reach(self):
        manager = new_test_user(
            self.env,
            "mover",
            groups="marketplace_order_cancellation.group_marketplace_manager",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.account.with_user(manager).company_id = self.other_company

    def test_endpoint_user_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.endpoint_user.unlink()

    def test_any_account_can_be_copied_any_number_of_times(self):
        longest = self.make_account("a" * 64)
        copies = self.account.copy() + self.account.copy() + longest.copy() + longest.copy()
        self.assertEqual(len(set(copies.mapped("code"))), 4)

    def test_dates_are_written_in_the_accounts_zone_and_format(self):
        account = self.make_account("br", date_format="iso8601", tz="America/Sao_Paulo")
        moment = self.env.cr.now().replace(2014, 10, 6, 18, 52, 0, 0)
        request = CancellationRequest("959311095")
        dates = [
            json.loads(
                self.env["marketplace.cancellation.receipt"]
                ._build_confirmation(own, request, moment, self.env["sale.order"], "")
                .body
            )["date"]
            for own in (account, self.account)
        ]
        self.assertEqual(dates, ["2014-10-06T15:52:00-03:00", "2014-10-06 18:52:00"])


@tagged("post_install", "-at_install")
class TestCredentials(AccountCase):
    def test_token_is_shown_once_and_stored_nowhere(self):
        action = self.account.action_generate_credential()
        context = action["context"]
        shown = self.env[action["res_model"]].with_context(**context).new()
        token = shown.app_token
        self.assertGreaterEqual(len(token), 43)
        self.assertEqual(shown.app_key, self.account.credential_ids.app_key)
        self.assertEqual(shown.endpoint_url, self.account.endpoint_url)
        self.assertEqual(shown.query_url, f"{self.account.endpoint_url}?token={token}")
        self.env.flush_all()
        self.assertEqual(self.rows_with(token), [])
        self.assertEqual(self.env["mail.message"].search_count([("body", "ilike", token)]), 0)
        self.assertFalse(self.env["marketplace.credential.show"]._auto)

    def rows_with(self, token):
        """Ids of credentials of which any column, seen as text, holds ``token``."""
        self.env.cr.execute(
            "SELECT id FROM marketplace_account_credential row WHERE strpos(row::text, %s) > 0",
            (token,),
        )
        return [row_id for (row_id,) in self.env.cr.fetchall()]

    def test_hash_is_what_is_stored(self):
        credential = self.account.credential_ids
        expected = hashlib.sha256(self.token.encode()).hexdigest()
        self.assertEqual(self.rows_with(expected), credential.ids)
        self.assertTrue(self.key.startswith("test-market-"))

    def test_generating_is_told_in_the_chatter_without_the_token(self):
        self.assertIn(self.key[:-12], self.chatter(self.account)[0])
        self.assertNotIn(self.token, " ".join(self.chatter(self.account)))

    def test_right_credentials_speak_for_their_account(self):
        self.assertEqual(self.authenticate(), self.account)

    def test_rotation_revokes_at_once(self):
        old = {"key": self.key, "token": self.token}
        self.key, self.token = self.account._generate_credential()
        self.assertEqual(self.authenticate(), self.account)
        self.assertRefused(**old)
        self.assertRefused(key=old["key"])
        self.assertRefused(token=old["token"])
        self.assertEqual(len(self.account.credential_ids), 1)

    def test_rotation_without_an_outage(self):
        former = {"key": self.key, "token": self.token}
        end = fields.Datetime.now() + timedelta(days=7)
        self.key, self.token = self.account._generate_credential(present_until=end)
        self.assertEqual(self.authenticate(), self.account)
        self.assertEqual(self.authenticate(**former), self.account)
        self.assertRefused(key=former["key"])
        self.assertRefused(token=former["token"])
        self.assertEqual(len(self.account.credential_ids), 2)
        told = self.chatter(self.account)[0]
        self.assertIn(f"New credentials were generated: app key {self.key[:-12]}….", told)
        self.assertIn(f"{former['key'][:-12]}… works until", told)
        pair = self.account.credential_ids.filtered("expires_at")
        self.assertEqual(pair.app_key, former["key"])
        pair.expires_at = fields.Datetime.now() + timedelta(minutes=1)
        self.assertEqual(self.authenticate(**former), self.account)
        self.assertFalse(pair.is_expired)
        pair.expires_at = fields.Datetime.now()
        self.assertRefused(**former)
        self.assertEqual(self.authenticate(), self.account)
        self.assertTrue(pair.is_expired)

    def test_end_is_not_put_off_by_another_rotation(self):
        former = self.account.credential_ids
        soon, late = (fields.Datetime.now() + timedelta(days=days) for days in (1, 7))
        self.account._generate_credential(present_until=soon)
        second = self.account.credential_ids - former
        self.account._generate_credential(present_until=late)
        self.assertEqual((former.expires_at, second.expires_at), (soon, late))

    def test_one_pair_is_revoked_and_the_others_go_on(self):
        former = {"key": self.key, "token": self.token}
        first = self.account.credential_ids
        late = fields.Datetime.now() + timedelta(days=7)
        self.key, self.token = self.account._generate_credential(present_until=late)
        first.action_revoke()
        self.assertRefused(**former)
        self.assertEqual(self.authenticate(), self.account)
        self.assertEqual(self.account.credential_ids.app_key, self.key)
        self.assertEqual(
            self.chatter(self.account)[0],
            f"Credentials were revoked: app key {former['key'][:-12]}….",
        )

    def rotate(self, **values):
        """Answer the question about the present credentials; the new ones are used from now on."""
        action = self.account.action_rotate_credential()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        for name, value in values.items():
            form[name] = value
        shown = form.save().action_rotate()["context"]
        self.key, self.token = shown["default_app_key"], shown["default_app_token"]

    def test_who_rotates_is_asked_about_the_present_ones(self):
        first = self.account.credential_ids
        self.rotate(days=3)
        in_three_days = fields.Datetime.now() + timedelta(days=3)
        self.assertAlmostEqual(first.expires_at, in_three_days, delta=timedelta(minutes=1))
        self.assertEqual(self.authenticate(), self.account)
        self.rotate(present="revoke")
        self.assertEqual(self.account.credential_ids.app_key, self.key)
        self.assertEqual(self.authenticate(), self.account)
        for days in (0, 366, -1):
            with self.subTest(days), mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                self.rotate(days=days)

    def test_every_wrong_pair_is_refused(self):
        other = self.make_account("other")
        key, token = other._generate_credential()
        wrong = [
            {"key": key}, {"token": token}, {"key": key, "token": token}, {"code": "other"},
            {"key": " "}, {"token": " "}, {"key": self.token, "token": self.key},
            {"token": self.account.credential_ids.sudo().token_hash}, {"token": "\ud800é"},
            {"token": self.token.upper()}, {"key": self.key.upper()}, {"code": "TEST-MARKET"},
        ]  # fmt: skip
        for credentials in wrong:
            with self.subTest(**credentials):
                self.assertRefused(**credentials)
        for nothing in (Credentials(), Credentials(self.key), Credentials(None, self.token)):
            with self.subTest(nothing=nothing), self.assertRaises(Problem):
                self.account._authenticate(self.account.code, nothing, None, None)

    def test_as_many_comparisons_whoever_calls(self):
        """How long it takes tells nothing about what exists."""
        self.account.allow_query_token = True
        for _number in range(3):
            self.account._generate_credential(fields.Datetime.now() + timedelta(days=1))
        wrong = {
            "unknown account": {"code": "no-such-market"},
            "unknown key": {"key": "no-such-key"},
            "wrong token": {"token": "wrong"},
            "unknown account, in the address": {"code": "no-such-market", "from_query": True},
            "wrong token, in the address": {"token": "wrong", "from_query": True},
            "likely token, in the address": {"token": self.token[:20], "from_query": True},
        }
        for name, credentials in wrong.items():
            with self.subTest(name), patch(COMPARE, wraps=compare_digest) as compare:
                self.assertRefused(**credentials)
                compare.assert_called_once()

    def test_token_in_the_address_of_which_only_the_hash_was_kept(self):
        self.account.allow_query_token = True
        self.account.credential_ids.sudo().token_prefix = False
        self.assertEqual(self.authenticate(from_query=True), self.account)
        self.assertRefused(from_query=True, token="wrong")

    def test_token_is_known_by_its_beginning(self):
        self.assertEqual(self.account.credential_ids.token_prefix, self.token[:8])
        self.assertEqual(self.rows_with(self.token[:9]), [])

    def test_token_in_the_address_is_taken_only_where_it_is_allowed(self):
        self.assertRefused(from_query=True)
        self.account.allow_query_token = True
        self.assertEqual(self.authenticate(from_query=True), self.account)
        self.assertEqual(self.authenticate(key="any", from_query=True), self.account)
        self.assertRefused(from_query=True, token="wrong")
        self.assertRefused(key="wrong")

    def test_archived_account_says_so_to_the_right_credentials_only(self):
        self.account.active = False
        problem = self.assertRefused(ACCOUNT_ARCHIVED)
        self.assertEqual(problem.status, 403)
        self.assertRefused(token="wrong")
        self.assertRefused(from_query=True)

    def test_unknown_account_and_wrong_credentials_get_the_very_same_answer(self):
        wrong_token = self.assertRefused(token="wrong")
        self.assertEqual(wrong_token.status, 401)
        self.assertEqual(wrong_token.headers, {"WWW-Authenticate": "VTEX"})
        archived = self.make_account("archived", active=False)
        for name, credentials in {
            "unknown account": {"code": "unknown"},
            "archived account": {"code": archived.code},
            "wrong key": {"key": "wrong"},
            "address": {"from_query": True},
        }.items():
            with self.subTest(name):
                problem = self.assertRefused(**credentials)
                self.assertEqual(problem.to_json(), wrong_token.to_json())
                self.assertEqual(problem.headers, wrong_token.headers)

    def test_neutralized_copy_of_the_database_answers_no_marketplace(self):
        self.assertEqual(self.authenticate(), self.account)
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text(encoding="utf-8"))
        self.env.invalidate_all()
        self.env.registry.clear_cache()  # no server has served the copy before
        self.assertRefused()


@tagged("post_install", "-at_install")
class TestMarketplaceOrders(AccountCase):
    def test_marketplace_and_its_order_id_are_given_both_or_not_at_all(self):
        with self.assertRaises(ValidationError):
            self.make_order("1", marketplace_account_id=False)
        with self.assertRaises(ValidationError):
            self.make_order(None, marketplace_account_id=self.account.id)
        order = self.make_order("1")
        for field in ("marketplace_account_id", "marketplace_order_id"):
            with self.subTest(field), self.assertRaises(ValidationError):
                order[field] = False
        order.write({"marketplace_account_id": False, "marketplace_order_id": False})
        self.assertFalse(order.marketplace_account_id)

    def test_order_id_is_unique_at_its_marketplace(self):
        self.make_order("1")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.make_order("1")
        elsewhere = self.make_order("1", marketplace_account_id=self.make_account("other").id)
        self.assertEqual(elsewhere.marketplace_order_id, "1")
        self.assertEqual(self.account.order_count, 1)
        orders = self.make_order() + self.make_order()
        self.assertEqual(orders.mapped("marketplace_order_id"), [False, False])

    def test_order_of_another_company_cannot_be_assigned(self):
        foreign = self.make_account("other", company_id=self.other_company.id, user_id=False)
        with self.assertRaises(UserError):
            self.make_order("1", marketplace_account_id=foreign.id)

    def test_copy_of_an_order_belongs_to_no_marketplace(self):
        copy = self.make_order("1").copy()
        self.assertFalse(copy.marketplace_account_id)
        self.assertFalse(copy.marketplace_order_id)
        self.assertEqual(len(copy.order_line), 1)
