"""What the table of rights does not say: who may connect an account where, and as whom calls work.

The table itself is in ``helpers/rights.py``.
"""

from psycopg2.errors import ForeignKeyViolation

from odoo.exceptions import AccessDenied, AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.rights import ADDON
from ..helpers.rights_case import RightsCase


class AccessCase(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.here.order
        cls.stranger = cls.users["foreign manager"]


@tagged("post_install", "-at_install")
class TestRecords(AccessCase):
    def test_receipts_do_not_vanish_with_their_account(self):
        account = self.account.with_user(self.users["manager"])
        with mute_logger("odoo.sql_db"), self.assertRaises(ForeignKeyViolation) as caught:
            account.unlink()
        self.assertIn("marketplace_cancellation_receipt_account_id_fkey", str(caught.exception))

    def test_accounts_are_connected_in_own_companies_only(self):
        accounts = self.account.with_user(self.stranger)
        own = accounts.create({"name": "Own", "code": "own"})
        self.assertEqual(own.company_id, self.other_company)
        foreign = {"code": "foreign", "company_id": self.company.id, "user_id": False}
        with self.assertRaises(AccessError):
            accounts.create(dict(foreign, name="Foreign"))

    def test_both_companies_are_seen_by_whoever_works_in_both(self):
        self.stranger.company_ids += self.company
        both = self.stranger.company_ids.ids
        mine = self.account.with_user(self.stranger).with_context(allowed_company_ids=both)
        self.assertEqual(mine.search([("id", "=", self.account.id)]), self.account)

    def test_credentials_cannot_be_forged_through_their_account(self):
        credential = self.account.credential_ids
        account = self.account.with_user(self.users["manager"])
        forged = {"app_key": "k", "token_hash": "h"}
        for command in (
            Command.create(forged),
            Command.update(credential.id, {"active": False}),
            Command.update(credential.id, {"app_key": "k"}),
            Command.delete(credential.id),
            Command.clear(),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                account.write({"credential_ids": [command]})
        self.assertEqual(account.credential_ids, credential)


@tagged("post_install", "-at_install")
class TestGroups(AccessCase):
    def test_groups_bring_what_their_people_need(self):
        implied = {
            f"{ADDON}.group_marketplace_user": {"base.group_user"},
            f"{ADDON}.group_marketplace_manager": {f"{ADDON}.group_marketplace_user"},
            "sales_team.group_sale_salesman": {f"{ADDON}.group_marketplace_user"},
            "sales_team.group_sale_manager": {f"{ADDON}.group_marketplace_manager"},
            "stock.group_stock_user": {f"{ADDON}.group_marketplace_user"},
        }
        for group, others in implied.items():
            for other in others:
                with self.subTest(group, implies=other):
                    self.assertIn(self.env.ref(other), self.env.ref(group).all_implied_ids)

    def test_lower_groups_do_not_bring_the_managers_rights(self):
        manager = self.env.ref(f"{ADDON}.group_marketplace_manager")
        for name in ("salesperson", "seller of all", "stock", "user", "endpoint"):
            with self.subTest(name):
                self.assertNotIn(manager, self.users[name].all_group_ids)


@tagged("post_install", "-at_install")
class TestEndpointUser(AccessCase):
    def test_nobody_can_log_in_as_it(self):
        user = self.endpoint_user
        self.assertFalse(user.active)
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", (user.id,))
        self.assertEqual(self.env.cr.fetchone(), (None,))
        for password in ("", "admin", user.login):
            credential = {"type": "password", "login": user.login, "password": password}
            with self.subTest(password=password), self.assertRaises(AccessDenied):
                user.authenticate(credential, {"interactive": False})

    def test_it_sells_and_ships_and_manages_nothing(self):
        user = self.endpoint_user
        group = self.env.ref(f"{ADDON}.group_marketplace_endpoint")
        # Odoo gives the other one to users who work in several companies, as this one does.
        self.assertEqual(user.group_ids, group | self.env.ref("base.group_multi_company"))
        self.assertEqual(
            (user._is_superuser(), user._is_system(), user._is_admin(), user.share),
            (False, False, False, False),
        )
        for included in ("sales_team.group_sale_salesman_all_leads", "stock.group_stock_user"):
            self.assertIn(self.env.ref(included), user.all_group_ids)
        for excluded in ("sales_team.group_sale_manager", "stock.group_stock_manager"):
            self.assertNotIn(self.env.ref(excluded), user.all_group_ids)
        self.assertEqual(group.all_user_ids.filtered("active"), user.browse())

    def test_it_administers_nothing(self):
        for model in ("res.users", "res.groups", "ir.model.access", "ir.config_parameter"):
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    records = self.env[model].with_user(self.endpoint_user)
                    self.assertFalse(records.has_access(operation))
        with self.assertRaises(AccessError):
            self.order.with_user(self.endpoint_user).unlink()
        self.assertTrue(self.order.with_user(self.endpoint_user).has_access("write"))
