"""Who may do what: a table of users and records, and the endpoint's technical user."""

from psycopg2.errors import ForeignKeyViolation

from odoo.exceptions import AccessDenied, AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..arrival import Arrival
from .common import MarketplaceCase

ADDON = "marketplace_order_cancellation"
OPERATIONS = ("read", "write", "create", "unlink")
NOTHING = (False, False, False, False)
READ = (True, False, False, False)
ALL = (True, True, True, True)

GROUPS = {
    "portal user": "base.group_portal",
    "internal user": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman",
    "sales manager": "sales_team.group_sale_manager",
    "stock user": "stock.group_stock_user",
    "settings administrator": "base.group_system",
    "marketplace user": f"{ADDON}.group_marketplace_user",
    "marketplace manager": f"{ADDON}.group_marketplace_manager",
}
MODELS = (
    "marketplace.account",
    "marketplace.account.credential",
    "marketplace.cancellation.receipt",
    "marketplace.cancellation.delivery",
)
EXPECTED = {
    # account, credential, receipt, delivery
    "portal user": (NOTHING, NOTHING, NOTHING, NOTHING),
    "internal user": (NOTHING, NOTHING, NOTHING, NOTHING),
    "salesperson": (READ, NOTHING, READ, READ),
    "sales manager": (ALL, READ, READ, READ),
    "stock user": (READ, NOTHING, READ, READ),
    "settings administrator": (NOTHING, NOTHING, NOTHING, NOTHING),
    "marketplace user": (READ, NOTHING, READ, READ),
    "marketplace manager": (ALL, READ, READ, READ),
    "endpoint": (READ, NOTHING, (True, True, True, False), (True, False, True, False)),
}


class AccessCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account._generate_credential()
        cls.order = cls.make_order("1")
        cls.receipt = cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": cls.account.id,
                "marketplace_order_id": "1",
                "sale_order_id": cls.order.id,
            }
        )
        cls.receipt._record_delivery(Arrival.now("192.0.2.7"), 200)
        cls.records = (
            cls.account, cls.account.credential_ids, cls.receipt, cls.receipt.delivery_ids,
        )  # fmt: skip
        cls.users = {
            name: new_test_user(cls.env, name.replace(" ", "-"), group)
            for name, group in GROUPS.items()
        }
        cls.users["endpoint"] = cls.endpoint_user
        cls.other_company = cls.env["res.company"].create({"name": "Another Company"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            GROUPS["sales manager"],
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )


@tagged("post_install", "-at_install")
class TestRecords(AccessCase):
    def test_every_user_has_exactly_the_rights_of_the_table(self):
        self.assertEqual(set(EXPECTED), set(self.users))
        self.assertEqual(tuple(record._name for record in self.records), MODELS)
        for name, rows in EXPECTED.items():
            for record, expected in zip(self.records, rows, strict=True):
                with self.subTest(user=name, model=record._name):
                    mine = record.with_user(self.users[name])
                    self.assertEqual(tuple(map(mine.has_access, OPERATIONS)), expected)

    def test_receipts_cannot_be_changed_by_any_person(self):
        for name in ("sales manager", "marketplace manager"):
            receipt = self.receipt.with_user(self.users[name])
            changes = {
                "write": lambda receipt=receipt: receipt.write({"state": "cancelled"}),
                "unlink": receipt.unlink,
                "copy": receipt.copy,
                "delivery": receipt.delivery_ids.unlink,
            }
            for change, method in changes.items():
                with self.subTest(name, change=change), self.assertRaises(AccessError):
                    method()
        self.assertEqual((self.receipt.state, self.receipt.delivery_count), ("received", 1))

    def test_receipts_do_not_vanish_with_their_account(self):
        account = self.account.with_user(self.users["marketplace manager"])
        with mute_logger("odoo.sql_db"), self.assertRaises(ForeignKeyViolation) as caught:
            account.unlink()
        self.assertIn("marketplace_cancellation_receipt_account_id_fkey", str(caught.exception))

    def test_whoever_may_read_a_record_may_read_all_its_open_fields(self):
        for name in ("salesperson", "stock user", "marketplace user", "marketplace manager"):
            for record, rights in zip(self.records, EXPECTED[name], strict=True):
                if rights[0]:
                    with self.subTest(user=name, model=record._name):
                        mine = record.with_user(self.users[name])
                        self.env.invalidate_all()
                        self.assertEqual(mine.read()[0]["id"], record.id)

    def test_users_of_another_company_meet_none_of_it(self):
        for record in self.records:
            mine = record.with_user(self.stranger)
            with self.subTest(record._name):
                self.assertEqual(mine.search([("id", "in", record.ids)]), mine.browse())
                for operation in ("read", "write", "unlink"):
                    self.assertFalse(mine.has_access(operation))
                with self.assertRaises(AccessError):
                    mine.read(["create_date"])

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


@tagged("post_install", "-at_install")
class TestCredentials(AccessCase):
    def test_hash_of_the_token_is_readable_by_nobody(self):
        credential = self.account.credential_ids
        administrator = self.env.ref("base.user_admin")
        for user in (*self.users.values(), administrator):
            mine = credential.with_user(user)
            attempts = {
                "read": lambda mine=mine: mine.read(["token_hash"]),
                "search": lambda mine=mine: mine.search([("token_hash", "=like", "a%")]),
                "order": lambda mine=mine: mine.search([], order="token_hash"),
                "group": lambda mine=mine: mine._read_group([], ["token_hash"]),
            }
            for attempt, method in attempts.items():
                with self.subTest(user.login, attempt=attempt), self.assertRaises(AccessError):
                    method()
            self.assertNotIn("token_hash", mine.fields_get())
        with self.assertRaises(AccessError):
            credential.with_user(administrator).export_data(["token_hash"])
        self.assertEqual(len(credential.sudo().token_hash), 64)

    def test_credentials_cannot_be_forged_through_their_account(self):
        credential = self.account.credential_ids
        account = self.account.with_user(self.users["marketplace manager"])
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

    def test_credentials_are_generated_by_managers_of_the_company_only(self):
        before = self.account.credential_ids.app_key
        for name, user in {**self.users, "stranger": self.stranger}.items():
            account = self.account.with_user(user)
            with self.subTest(name):
                if name in ("sales manager", "marketplace manager"):
                    app_key, _token = account._generate_credential()
                    self.assertEqual(account.credential_ids.app_key, app_key)
                    self.assertNotEqual(app_key, before)
                    continue
                for method in (
                    account._generate_credential,
                    account.action_generate_credential,
                    self.account.credential_ids.with_user(user).action_revoke,
                    self.env["marketplace.credential.rotation"]
                    .create({"account_id": self.account.id})
                    .with_user(user)
                    .action_rotate,
                    account.action_pause,
                    account.action_resume,
                ):
                    with self.assertRaises(AccessError):
                        method()


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
        for name in ("salesperson", "stock user", "marketplace user", "endpoint"):
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
        self.assertEqual(user.group_ids, group)
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
