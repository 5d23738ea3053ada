"""What nobody may read, nobody gets to know: not by any way that RPC knows, nor by guessing."""

import warnings
from functools import partial

from odoo.fields import NO_ACCESS
from odoo.service.model import get_public_method
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ...tools.inbound.credentials import hash_token
from ..helpers.rights_case import RightsCase
from ..helpers.rights_documents import TOKEN
from ..helpers.rights_inventory import own_fields
from ..helpers.signing import SECRET as SIGNING_SECRET

#: What the managers of both companies together may, and a user who has every group.
EVERY_GROUP = "every group"


@tagged("post_install", "-at_install")
class TestSecrets(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        administrator = cls.env.ref("base.user_admin")
        administrator.group_ids |= cls.env.ref("base.group_allow_export")
        cls.users[EVERY_GROUP] = administrator

    def test_no_way_leads_to_them(self):
        for model, field in self._secrets():
            for kind in self.users:
                record = self.record(model, self.here, kind)
                for way, call in self._ways(record, field).items():
                    with self.undone():
                        self.assertTrue(self.is_refused(call), f"{way} {model}.{field}: {kind}")

    def test_there_is_no_such_field(self):
        for model, field in self._secrets():
            for kind in self.users:
                record = self.record(model, self.here, kind)
                if record.has_access("read"):
                    self.assertNotIn(field, record.fields_get(), f"{model}: {kind}")

    def test_records_that_lead_to_them_do_not_give_them(self):
        account = ("account_id.outbound_token", {"account_id": {"fields": {"outbound_token": {}}}})
        for model in ("marketplace.cancellation.receipt", "marketplace.outbound.call"):
            for kind in self.users:
                self._test_way_around(self.record(model, self.here, kind), *account)
        for kind in self.users:
            self._test_way_around(
                self.record("sale.order", self.here, kind),
                "marketplace_account_id.outbound_token",
                {"marketplace_account_id": {"fields": {"outbound_token": {}}}},
            )
            self._test_way_around(
                self.record("marketplace.account", self.here, kind),
                "credential_ids.token_hash",
                {"credential_ids": {"fields": {"token_hash": {}}}},
            )

    def _test_way_around(self, record, path, specification):
        calls = {
            "search": partial(record.search, [(path, "=like", "a%")]),
            "order": partial(record.search, [], order=path),
            "group": partial(record.formatted_read_group, [], [path], ["__count"]),
            "web_read": partial(record.web_read, specification),
        }
        if record.env.user.has_group("base.group_allow_export"):
            calls["export"] = partial(record.export_data, [path.replace(".", "/")])
        for way, call in calls.items():
            with self.undone():
                self.assertTrue(self._fails(call), f"{way} {path}: {record.env.user.login}")

    def test_they_are_in_no_other_place_of_the_database(self):
        account = self.here.account.with_user(self.users["manager"])
        with Form(account) as form:
            form.new_outbound_token = "another-s3cret"
        _key, token = account._generate_credential()
        self.env.cr.flush()
        hashed = hash_token(token)
        account.new_signing_secret = SIGNING_SECRET
        self.env.cr.flush()
        found = self._tables_with(SIGNING_SECRET.removeprefix("whsec_"))
        self.assertEqual(found, ["marketplace_account_credential"])
        self.assertEqual(self._tables_with(TOKEN), ["marketplace_account"])
        self.assertEqual(self._tables_with("another-s3cret"), ["marketplace_account"])
        self.assertEqual(self._tables_with(hashed), ["marketplace_account_credential"])
        self.assertEqual(self._tables_with(token), [])

    def test_copies_have_none(self):
        self.here.account.new_signing_secret = SIGNING_SECRET
        for kind in ("manager", "sales manager"):
            copied = self.as_user(kind, self.here.account).copy().sudo()
            credentials = copied.credential_ids | copied.signing_secret_ids
            self.assertFalse(copied.outbound_token or credentials, kind)

    def _secrets(self):
        """``(model, field)`` of all that nobody may read."""
        found = [
            (model, name)
            for model, fields in own_fields(self.env).items()
            for name, field in fields.items()
            if field.groups == NO_ACCESS
        ]
        self.assertIn(("marketplace.account", "outbound_token"), found)
        self.assertIn(("marketplace.account.credential", "token_hash"), found)
        self.assertIn(("marketplace.account.credential", "signing_secret"), found)
        return found

    def _ways(self, record, field):
        """Public methods that read or write ``field``, called as RPC does."""
        kind = record._fields[field].type
        value = {"char": "a", "datetime": "2026-01-01 00:00:00"}.get(kind, 1)
        guess = [(field, "=like", "a%")] if kind == "char" else [(field, "=", value)]
        calls = {
            "read": ([field],),
            "web_read": ({"display_name": {}, field: {}},),
            "search_read": ([], [field]),
            "web_search_read": ([], {field: {}}),
            "search": (guess,),
            "search_count": (guess,),
            "name_search": ("", guess),
            "formatted_read_group": ([], [field], ["__count"]),
            "read_group": ([], [field], [field]),
            "web_read_group": ([], [field]),
            "onchange": ({}, [], {field: {}}),
            "write": ({field: value},),
            "web_save": ({field: value}, {"display_name": {}}),
            "create": ([{field: value}],),
        }
        ways = {
            name: partial(self._call, record, name, *arguments) for name, arguments in calls.items()
        }
        ways["order"] = partial(self._call, record, "search", [], order=field)
        ways["aggregate"] = partial(
            self._call, record, "formatted_read_group", [], [], [f"{field}:count_distinct"]
        )
        if record.env.user.has_group("base.group_allow_export"):
            ways["export_data"] = partial(self._call, record, "export_data", [field])
        return ways

    def _call(self, record, name, *args, **kwargs):
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # read_group
            return get_public_method(record, name)(record, *args, **kwargs)

    def _fails(self, call):
        try:
            return self.is_refused(call)
        except ValueError:  # what does not exist for somebody cannot be ordered or grouped by
            return True

    def _tables_with(self, text):
        """Names of all tables of the database that have ``text`` somewhere."""
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
        )
        return [name for (name,) in self.env.cr.fetchall() if self._has_text(name, text)]

    def _has_text(self, table, text):
        found = "SELECT 1 FROM %s row WHERE position(%s IN row::text) > 0 LIMIT 1"
        return bool(self.env.execute_query(SQL(found, SQL.identifier(table), text)))
