"""What the OpenAPI document shows of requests is accepted; and how it can be had."""

from unittest import skipUnless

from odoo.tests import tagged

from ..helpers.common import EndpointCase
from ..helpers.openapi import (
    DOCUMENT,
    FILE,
    ORDER_ID,
    PATH,
    PATH_ITEM,
    REQUEST,
    RESPONSES,
    given,
    validator,
)
from ..helpers.signing import SECRET, signed_headers


@tagged("post_install", "-at_install")
class TestServed(EndpointCase):
    """How the document can be had."""

    ADDRESS = "/marketplace/openapi.json"

    def get(self, method="GET", **headers):
        return self.call(
            path=self.ADDRESS, body=b"", method=method, headers=self.no_credentials() | headers
        )

    def test_everybody_gets_the_file_as_it_is(self):
        response = self.get()
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/json")
        self.assertEqual(response.content, FILE.read_bytes())
        self.assertNotIn("Set-Cookie", response.headers)

    def test_may_be_cached(self):
        response = self.get()
        cache_control = set(response.headers["Cache-Control"].split(", "))
        self.assertEqual(cache_control, {"public", "max-age=3600"})
        again = self.get(**{"If-None-Match": response.headers["ETag"]})
        self.assertEqual((again.status_code, again.content), (304, b""))

    def test_head(self):
        got, head = self.get(), self.get("HEAD")
        self.assertEqual((head.status_code, head.content), (200, b""))
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
            self.assertEqual(head.headers[name], got.headers[name])

    def test_other_methods(self):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            with self.subTest(method):
                response = self.get(method)
                self.assertProblem(response, 405, "method-not-allowed")
                self.assertEqual(response.headers["Allow"], "GET, HEAD")


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestRequests(EndpointCase):
    """What the document shows of requests is accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.allow_query_token = True
        cls.secrets = {
            "appKey": cls.app_key,
            "appToken": cls.app_token,
            "authorization": f'VTEX key="{cls.app_key}" token="{cls.app_token}"',
            "queryToken": cls.app_token,
        }

    def test_every_body_is_taken(self):
        self.assertEqual(len(REQUEST["examples"]), 2)
        for number, (name, example) in enumerate(REQUEST["examples"].items()):
            with self.subTest(name):
                order_id = example["value"]["marketplaceOrderId"]
                order = self.make_order(order_id, name=f"X-{number}", confirm=True)
                response = self.call(order_id, body=example["value"])
                self.assertConfirmed(response, order)
                validator(RESPONSES["200"]["content"]["application/json"]["schema"]).validate(
                    response.json()
                )

    def test_every_address_is_taken(self):
        order = self.make_order("959311095", name="S00042", confirm=True)
        for name, example in ORDER_ID["examples"].items():
            with self.subTest(name):
                path = PATH.replace("{orderId}", example["value"])
                response = self.call("959311095", path=f"/marketplace/test-market{path}")
                self.assertConfirmed(response, order)

    def test_every_server_is_this_one(self):
        order = self.make_order("959311095", confirm=True)
        for server in DOCUMENT["servers"]:
            with self.subTest(server["url"]):
                self.assertLessEqual({"code"}, set(server["variables"]))
                address = server["url"].removeprefix("https://{host}")
                path = address.replace("{code}", "test-market") + PATH
                response = self.call("959311095", path=path.replace("{orderId}", "959311095"))
                self.assertConfirmed(response, order)

    def authenticated(self, requirement, secrets):
        """Call with ``secrets`` in those places that the document's ``requirement`` names."""
        headers, query = self.no_credentials(), ""
        for name in requirement:
            scheme = DOCUMENT["components"]["securitySchemes"][name]
            self.assertEqual(scheme["type"], "apiKey")
            if scheme["in"] == "header":
                headers[scheme["name"]] = secrets[name]
            else:
                query = f"{scheme['name']}={secrets[name]}"
        return self.call("959311095", headers=headers, query=query)

    def test_every_form_of_credentials_is_taken_and_checked(self):
        self.make_order("959311095", confirm=True)
        *pairs, signature = DOCUMENT["security"]
        self.assertEqual((len(pairs), len(signature)), (3, 3))
        wrong = {name: secret.replace(self.app_token, "x") for name, secret in self.secrets.items()}
        for requirement in pairs:
            with self.subTest(requirement=requirement):
                response = self.authenticated(requirement, wrong)
                self.assertProblem(response, 401, "unauthorized")
                self.assertEqual(self.authenticated(requirement, self.secrets).status_code, 200)

        self.account.write({"authentication": "signature", "new_signing_secret": SECRET})
        signed = signed_headers('{"marketplaceOrderId": "959311095"}')
        schemes = DOCUMENT["components"]["securitySchemes"]
        self.secrets |= {name: signed[schemes[name]["name"]] for name in signature}
        forged = self.secrets | {"webhookSignature": "v1,x"}
        self.assertProblem(self.authenticated(signature, forged), 401, "unauthorized")
        self.assertEqual(self.authenticated(signature, self.secrets).status_code, 200)

    def test_each_header_of_a_pair_needs_the_other(self):
        for name in ("appKey", "appToken"):
            with self.subTest(name):
                response = self.authenticated({name: []}, self.secrets)
                self.assertProblem(response, 401, "unauthorized")

    def test_path_has_no_other_methods_than_the_documented(self):
        path = "/marketplace/test-market" + PATH.replace("{orderId}", "959311095")
        for method in ("get", "put", "post", "delete", "options", "head", "patch"):
            with self.subTest(method):
                response = self.call("959311095", path=path, method=method.upper())
                self.assertEqual(response.status_code != 405, method in PATH_ITEM)
