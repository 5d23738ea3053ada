"""Routes: an account's credentials count, and nothing else; not who is logged in."""

from odoo.http import _generate_routing_rules
from odoo.tests import tagged

from ...models.access.admission import FAILED_CALLS_PARAMETER
from ..helpers.common import EndpointCase
from ..helpers.rights import ADDON
from ..helpers.rights_case import RightsCase

#: Rule of a route: what is answered without an account's credentials, for any logged-in user.
ROUTES = {
    "/marketplace/<string:code>/pvt/orders/<path:order_id>/cancel": ("POST", 401),
    "/marketplace/<string:code>/hook": ("POST", 401),
    **{
        f"/marketplace/<string:code>/{base}/<path:order_id>/changes{tail}": ("PATCH", 401)
        for base in ("pvt/orders", "api/order-system/orders")
        for tail in ("", "/<string:change_id>", "/<string:change_id>/send-agreement")
    },
    "/marketplace/<string:code>/pvt/orders/<path:order_id>/changes/cancel": ("POST", 401),
    "/marketplace/<string:code>/pvt/orders/<path:order_id>/changes/<string:change_id>/cancel": (
        "POST",
        404,
    ),
    "/marketplace/<string:code>/api": ("POST", 404),
    "/marketplace/<string:code>/api/<path:rest>": ("POST", 404),
    "/marketplace/<string:code>/pvt": ("POST", 404),
    "/marketplace/<string:code>/pvt/<path:rest>": ("POST", 404),
    "/marketplace/openapi.json": ("GET", 200),
}


@tagged("post_install", "-at_install")
class TestRoutes(RightsCase, EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sessions = [kind for kind in cls.users if kind not in ("public", "endpoint")]

    def log_in(self, kind):
        """Go on as somebody who is logged in, None for nobody."""
        login = kind and self.users[kind].login
        self.authenticate(login, login and f"{login}{'x' * (8 - len(login))}")

    def test_every_route_is_in_the_table(self):
        found = {url for url, _endpoint in _generate_routing_rules([ADDON], nodb_only=False)}
        self.assertEqual(set(ROUTES), found)

    def test_without_credentials_everybody_gets_the_same(self):
        self.env["ir.config_parameter"].set_param(FAILED_CALLS_PARAMETER, "0")  # they are many
        before = self.state_of_database()
        for rule, (method, status) in ROUTES.items():
            path = rule.replace("<string:code>", self.account.code).replace("<path:rest>", "x")
            path = path.replace("<path:order_id>", "O-1").replace("<string:change_id>", "C-1")
            bodies = set()
            for kind in (None, *self.sessions):
                self.log_in(kind)
                response = self.call("O-1", path=path, method=method, headers=self.no_credentials())
                self.assertEqual(response.status_code, status, f"{rule} by {kind}")
                self.assertNotIn("Set-Cookie", response.headers)
                bodies.add(response.content)
            self.assertEqual(len(bodies), 1, rule)
        self.assertEqual(self.state_of_database(), before)

    def test_with_credentials_it_is_the_endpoint_whoever_is_logged_in(self):
        for kind in (None, *self.sessions):
            name = f"S-{kind}"
            order = self.make_order(name, confirm=True)
            self.log_in(kind)
            receipt = self.assertConfirmed(self.call(name), order)
            self.assertEqual((receipt.create_uid, receipt.write_uid), (self.endpoint_user,) * 2)
            self.assertEqual(order.write_uid, self.endpoint_user)

    def test_one_accounts_credentials_do_not_open_another(self):
        there = self.there.account
        self.account.allow_query_token = there.allow_query_token = True
        key, token = self.app_key, self.app_token
        none = self.no_credentials()
        forms = {
            "headers": {},
            "authorization": {
                "headers": {**none, "Authorization": f'VTEX key="{key}" token="{token}"'}
            },
            "address": {"headers": none, "query": self.query_token()},
        }
        before = self.state_of_database()
        for kind in (None, "foreign manager", "sales manager"):
            self.log_in(kind)
            for form, arguments in forms.items():
                for code in (there.code, self.there.unused.code, self.here.unused.code, "nobody"):
                    path = f"/marketplace/{code}/pvt/orders/O-1/cancel"
                    with self.subTest(form, code=code, user=kind):
                        response = self.call("O-1", path=path, **arguments)
                        self.assertProblem(response, 401, "unauthorized")
        self.assertEqual(self.state_of_database(), before)

    def test_same_order_id_of_another_company_is_never_touched(self):
        orders = self.there.order | self.there.quotation
        documents = orders | self.there.untold | self.there.free_picking.sale_id
        before = documents.mapped("write_date"), documents.mapped("state")
        self.log_in("foreign manager")
        for marketplace_order_id in ("O-1", "O-3", "O-4"):
            response = self.call(marketplace_order_id)
            self.assertEqual(response.status_code, 200, response.text)
        elsewhere = self.there.order.name
        self.assertEqual(self.call("UNKNOWN", path_order_id=elsewhere).status_code, 404)
        self.assertEqual(self.call("O-5", path_order_id=elsewhere).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((documents.mapped("write_date"), documents.mapped("state")), before)
        self.assertUntouched(self.there.order)
        whole = self.receipts("O-1", self.there.account).filtered(lambda own: own.kind == "whole")
        self.assertEqual(len(whole), 1)
        self.assertFalse(self.receipts("O-4", self.there.account))
