"""The same tables over HTTP: JSON-2, with an API key of each kind of user."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..helpers.common import EndpointCase
from ..helpers.rights import FOREIGN, METHODS, ODOO_DECIDES, PAGE, RECORDS
from ..helpers.rights_case import RightsCase
from ..helpers.rights_documents import TOKEN

#: Archived, so their keys are nobody's.
WITHOUT_KEY = ("public", "endpoint")


class Json2Case(RightsCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = {kind: cls.make_key(user) for kind, user in cls.users.items()}
        cls.kinds = [kind for kind in cls.users if kind not in WITHOUT_KEY]
        cls.env.cr.flush()

    @classmethod
    def make_key(cls, user):
        # sudo: keys of portal users and without an end are the administrator's to give
        return cls.env["res.users.apikeys"].with_user(user).sudo()._generate(None, "Test", None)

    def json2(self, kind, model, method, **arguments):
        """Call a public method as an integration does; None as ``kind`` shows no key."""
        headers = {"Authorization": f"Bearer {self.keys[kind]}"} if kind else {}
        return self.opener.post(
            f"{self.base_url()}/json/2/{model}/{method}",
            json=arguments,
            headers=headers,
            timeout=30,
        )

    def is_refused_over_http(self, *call, **arguments):
        """Whether the call is answered with 403; what works has 200, and nothing else happens."""
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            response = self.json2(*call, **arguments)
        self.assertIn(response.status_code, (200, 403), (call, response.text[:300]))
        self.assertNotIn(TOKEN, response.text)
        if response.status_code == 403:
            self.assertEqual(response.json()["name"], "odoo.exceptions.AccessError")
        return response.status_code == 403


@tagged("post_install", "-at_install")
class TestJson2(Json2Case):
    def test_each_user_reaches_the_records_of_the_table_alone(self):
        self.assertTable(self._answers_about_records())

    def _answers_about_records(self):
        before = self.state_of_database()
        for model, operation, kind, side, documents, row in self._rows_of_records():
            with self.undone():
                record = self.record(model, documents, kind, operation)
                self.env.cr.flush()
                arguments = {
                    "read": {"ids": record.ids, "fields": ["display_name"]},
                    "write": {"ids": record.ids, "vals": {}},
                    "create": {"vals_list": [self.values(model, documents)]},
                    "unlink": {"ids": record.ids},
                }[operation]
                refused = self.is_refused_over_http(kind, model, operation, **arguments)
                what = f"{operation} {model} {side} by {kind}"
                if refused and operation != "create":
                    self.env.invalidate_all()
                    self.assertEqual(self.state_of_database(), before, what)
                own = self.is_wizard(model)
                yield what, refused, self.is_allowed(kind, documents, row, own)

    def _rows_of_records(self):
        for model, rows in RECORDS.items():
            for kind, side, documents in self.both_sides() if self.env[model]._auto else ():
                own_side = (kind == FOREIGN) is (documents is self.there)
                if kind in self.kinds and (own_side or not self.is_wizard(model)):
                    for operation, row in zip(
                        ("read", "write", "create", "unlink"), rows, strict=True
                    ):
                        yield model, operation, kind, side, documents, row

    def test_each_user_calls_the_methods_of_the_table_alone(self):
        self.assertTable(self._answers_of_methods())

    def _answers_of_methods(self):
        before = self.state_of_database()
        for model, rows in METHODS.items():
            for method, row in rows.items():
                for kind, side, documents in self.both_sides():
                    here = documents is self.here
                    if kind not in self.kinds or (
                        here and kind in ODOO_DECIDES.get((model, method), ())
                    ):
                        continue
                    allowed = self.is_allowed(kind, documents, row)
                    what = f"{model}.{method} {side} by {kind}"
                    with self.undone():
                        record = self.record(model, documents, kind, method)
                        self.env.cr.flush()
                        arguments = {"ids": record.ids, **self.arguments(record, method)}
                        refused = self.is_refused_over_http(kind, model, method, **arguments)
                        if row is PAGE or not allowed:
                            self.env.invalidate_all()
                            self.assertEqual(self.state_of_database(), before, what)
                            refused |= self.is_wizard(model)
                        yield what, refused, allowed

    def test_nobody_without_a_key(self):
        for model, rows in METHODS.items():
            for method in ("search_read", *rows):
                response = self.json2(None, model, method)
                self.assertEqual(response.status_code, 401, f"{model}.{method}")

    def test_keys_of_public_and_endpoint_are_no_keys(self):
        for kind in WITHOUT_KEY:
            response = self.json2(kind, "marketplace.account", "search_read")
            self.assertEqual(response.status_code, 401, kind)

    @mute_logger("odoo.http")
    def test_private_methods_are_nobodys(self):
        for model in RECORDS:
            private = {
                name
                for cls in type(self.env[model]).mro()
                if "marketplace_order_cancellation" in cls.__module__
                for name, value in vars(cls).items()
                if name.startswith("_") and not name.startswith("__") and callable(value)
            }
            for method in private:
                response = self.json2("sales manager", model, method, ids=[])
                self.assertIn(response.status_code, (403, 404), f"{model}.{method}")


@tagged("post_install", "-at_install")
class TestEndpointUser(Json2Case, EndpointCase):
    def test_it_has_no_key(self):
        self.env.cr.execute(
            "DELETE FROM res_users_apikeys WHERE name = 'Test'"  # what this test has made
        )
        keys = self.env["res.users.apikeys"].search([("user_id", "=", self.endpoint_user.id)])
        self.assertFalse(keys)

    def test_it_cannot_log_in(self):
        for password in ("", "admin", self.endpoint_user.login):
            response = self.opener.post(
                f"{self.base_url()}/web/session/authenticate",
                json={
                    "params": {
                        "db": self.env.cr.dbname,
                        "login": self.endpoint_user.login,
                        "password": password,
                    }
                },
                timeout=30,
            )
            self.assertEqual(
                response.json()["error"]["data"]["name"], "odoo.exceptions.AccessDenied"
            )
