"""What the endpoint refuses, and that each refusal is a problem document and nothing else."""

from odoo.tests import tagged

from ..helpers.common import EndpointCase

KIB_64 = 64 * 1024
BOUNDARY = "limit"
FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


@tagged("post_install", "-at_install")
class TestBadInput(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", confirm=True)

    def assertRefused(self, response, status, kind):
        """A problem is all that came of the call."""
        self.assertProblem(response, status, kind)
        self.assertUntouched(self.order)
        self.assertFalse(
            self.env["marketplace.cancellation.receipt"].search(
                [("account_id", "=", self.account.id)]
            )
        )

    def refused_body(self, body, status=400, kind="invalid-field", **call):
        response = self.call("959311095", body=body, **call)
        self.assertRefused(response, status, kind)
        return response

    # -- The body ---------------------------------------------------------------------------------

    def test_what_is_not_json(self):
        for body in (
            b"",
            b" ",
            b"{",
            b"marketplaceOrderId=959311095",
            b'{"marketplaceOrderId": "959311095"} {}',
            b'{"marketplaceOrderId": "959311095", "reason": NaN}',
            b'{"marketplaceOrderId": "959311095", "reason": "\xff"}',
            b'{"marketplaceOrderId": "1", "marketplaceOrderId": "959311095"}',
            '{"marketplaceOrderId": "959311095"}'.encode("utf-16"),
            b"[" * 60_000,
            b'{"a":' * 10_000,
        ):
            with self.subTest(body=body[:60]):
                self.refused_body(body, kind="not-json")

    def test_json_that_is_no_object(self):
        for body in (b"[]", b"null", b"true", b"17", b'"959311095"', b'["marketplaceOrderId"]'):
            with self.subTest(body=body):
                self.refused_body(body, kind="not-json")

    def test_order_id_that_is_none(self):
        for value in (None, "", "  ", 959311095, True, ["959311095"], {"id": "959311095"}):
            with self.subTest(value=value):
                response = self.refused_body({"marketplaceOrderId": value})
                self.assertEqual(response.json()["field"], "marketplaceOrderId")
        with self.subTest("missing"):
            response = self.refused_body({"orderId": "959311095"})
            self.assertEqual(response.json()["detail"], "marketplaceOrderId is missing.")

    def test_order_id_that_cannot_be_stored(self):
        for value in ("x" * 129, "9593\x0011095", "959311095\n", " 959311095", "\ud800"):
            with self.subTest(value=value):
                response = self.refused_body({"marketplaceOrderId": value})
                self.assertEqual(response.json()["field"], "marketplaceOrderId")

    def test_cancellation_request_id_that_is_none(self):
        for value in (7, ["a"], "x" * 129, "a\tb"):
            with self.subTest(value=value):
                body = {"marketplaceOrderId": "959311095", "cancellationRequestId": value}
                response = self.refused_body(body)
                self.assertEqual(response.json()["field"], "cancellationRequestId")

    def test_longest_order_id_is_taken(self):
        order = self.make_order("x" * 128, confirm=True)
        self.assertConfirmed(self.call("x" * 128), order)

    # -- Size and type ----------------------------------------------------------------------------

    def padded(self, size):
        return b'{"marketplaceOrderId": "959311095"}'.ljust(size)

    def test_body_of_64_kib_is_taken(self):
        response = self.call("959311095", body=self.padded(KIB_64))
        self.assertConfirmed(response, self.order)

    def test_body_over_64_kib(self):
        for size in (KIB_64 + 1, 2 * 1024 * 1024):
            with self.subTest(size=size):
                self.refused_body(self.padded(size), 413, "body-too-large")

    def test_body_over_64_kib_without_a_declared_length(self):
        chunks = (b'{"marketplaceOrderId": "959311095", "reason": "', b"x" * KIB_64, b'"}')
        response = self.call("959311095", body=iter(chunks))
        self.assertIn(response.status_code, (400, 413))
        self.assertRefused(
            response,
            response.status_code,
            {400: "not-json", 413: "body-too-large"}[response.status_code],
        )

    def test_forms_over_64_kib(self):
        form = b"marketplaceOrderId=959311095&filler=".ljust(2 * KIB_64, b"x")
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n'.encode()
        for content_type, body in ((FORM, form), (MULTIPART, part.ljust(2 * KIB_64, b"x"))):
            with self.subTest(content_type=content_type):
                response = self.call("959311095", body=body, headers={"Content-Type": content_type})
                self.assertIn(response.status_code, (413, 415))
                kinds = {413: "body-too-large", 415: "unsupported-media-type"}
                self.assertRefused(response, response.status_code, kinds[response.status_code])

    def test_other_content_types(self):
        json_body = '{"marketplaceOrderId": "959311095"}'
        multipart = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="marketplaceOrderId"\r\n\r\n'
            f"959311095\r\n--{BOUNDARY}--\r\n"
        )
        for content_type, body in (
            (FORM, "marketplaceOrderId=959311095"),
            (FORM, json_body),
            (MULTIPART, multipart),
            ("multipart/form-data", multipart),
            ("text/plain", json_body),
            ("text/html", json_body),
            ("application/xml", "<marketplaceOrderId>959311095</marketplaceOrderId>"),
            ("json", json_body),
            (None, json_body),
        ):
            with self.subTest(content_type=content_type):
                headers = {"Content-Type": content_type}
                self.refused_body(body, 415, "unsupported-media-type", headers=headers)

    # -- Method and address -----------------------------------------------------------------------

    def test_methods_other_than_post(self):
        for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
            with self.subTest(method=method):
                response = self.call("959311095", method=method)
                self.assertRefused(response, 405, "method-not-allowed")
                self.assertEqual(response.headers["Allow"], "POST")

    def test_methods_other_than_post_without_credentials(self):
        response = self.call("959311095", method="GET", headers=self.no_credentials())
        self.assertRefused(response, 405, "method-not-allowed")

    def test_unknown_paths_below_pvt(self):
        for rest in (
            "orders",
            "orders/959311095",
            "orders//cancel",
            "orders/959311095/invoice",
            "orders/959311095/cancel/now",
            "orderForms/simulation",
            "%2e%2e/web",
        ):
            for method in ("GET", "POST", "HEAD", "OPTIONS"):
                with self.subTest(rest=rest, method=method):
                    path = f"/marketplace/test-market/pvt/{rest}"
                    response = self.call("959311095", path=path, method=method)
                    self.assertRefused(response, 404, "unknown-resource")

    def test_id_in_the_address_that_is_none(self):
        for order_id in ("x" * 129, "9593\x0011095", " ", " 959311095", "9593\r11095", "\x7f"):
            with self.subTest(order_id=order_id):
                response = self.call("959311095", path_order_id=order_id)
                self.assertRefused(response, 400, "invalid-field")
                self.assertEqual(response.json()["field"], "orderId")

    def test_line_break_in_the_address(self):
        response = self.call("959311095", path_order_id="9593\n11095")
        self.assertRefused(response, 400, "invalid-field")

    def test_address_that_is_no_utf_8(self):
        path = "/marketplace/test-market/pvt/orders/%FF%FE/cancel"
        response = self.call("959311095", path=path)
        self.assertIn(response.status_code, (200, 400))
        if response.status_code == 400:
            self.assertRefused(response, 400, "invalid-field")

    # -- Who is calling ---------------------------------------------------------------------------

    def refused_caller(self, headers=None, code="test-market", **call):
        path = f"/marketplace/{code}/pvt/orders/959311095/cancel"
        response = self.call("959311095", headers=headers, path=path, **call)
        self.assertRefused(response, 401, "unauthorized")
        self.assertEqual(response.headers["WWW-Authenticate"], "VTEX")
        return response.content, {
            name: value for name, value in response.headers.items() if name != "Date"
        }

    def test_every_wrong_caller_gets_the_same_answer(self):
        other = self.make_account("other-market")
        other_key, other_token = other._generate_credential()
        basic = {"Authorization": "Basic dGVzdDp0ZXN0"}
        half = {"Authorization": f'VTEX key="{self.app_key}"'}
        answers = {
            "wrong token": self.refused_caller({"X-VTEX-API-AppToken": "wrong"}),
            "wrong key": self.refused_caller({"X-VTEX-API-AppKey": other_key}),
            "no key": self.refused_caller({"X-VTEX-API-AppKey": None}),
            "no token": self.refused_caller({"X-VTEX-API-AppToken": None}),
            "empty token": self.refused_caller({"X-VTEX-API-AppToken": ""}),
            "nothing": self.refused_caller(self.no_credentials()),
            "basic": self.refused_caller(self.no_credentials() | basic),
            "half": self.refused_caller(self.no_credentials() | half),
            "empty query token": self.refused_caller(self.no_credentials(), query="token="),
            "unknown account": self.refused_caller(code="no-such-market"),
            "odd account": self.refused_caller(code="%20%FF%C3%A9"),
            "another's": self.refused_caller(
                {"X-VTEX-API-AppKey": other_key, "X-VTEX-API-AppToken": other_token}
            ),
            "another's account": self.refused_caller(code="other-market"),
        }
        for name, answer in answers.items():
            with self.subTest(name):
                self.assertEqual(answer, answers["wrong token"])

    def test_account_with_a_nul_is_unknown(self):
        self.assertEqual(
            self.refused_caller(code="test-market%00"), self.refused_caller(code="no-such-market")
        )

    def test_old_credentials_stop_working(self):
        self.account._generate_credential()
        self.refused_caller()

    def test_archived_account_is_told_to_who_knows_its_token(self):
        unknown = self.refused_caller(code="no-such-market")
        self.account.active = False
        self.assertRefused(self.call("959311095"), 403, "account-archived")
        self.assertEqual(self.refused_caller({"X-VTEX-API-AppToken": "wrong"}), unknown)

    def test_wrong_caller_learns_nothing_about_the_body(self):
        for content_type, body in ((FORM, "a=b"), (MULTIPART, "x"), ("application/json", "{")):
            with self.subTest(content_type=content_type):
                headers = self.no_credentials() | {"Content-Type": content_type}
                self.refused_caller(headers, body=body)
