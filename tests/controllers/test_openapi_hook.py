"""The Orders hook as the OpenAPI document has it: its answers, its calls, their credentials."""

from unittest import skipUnless
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers.cancellation import MAX_BODY_BYTES
from ...tools.inbound.notification import HOOK_STATES
from ...tools.lock import StillLocked
from ..helpers.common import ADMISSION_LOGGER
from ..helpers.openapi import (
    DOCUMENT,
    HOOK_OPERATION,
    HOOK_PATH,
    HOOK_PATH_ITEM,
    HOOK_REQUEST,
    HOOK_RESPONSES,
    SCHEMAS,
    given,
)
from ..helpers.openapi_answers import AnswersCase

NOTIFICATION = HOOK_REQUEST["examples"]["notification"]["value"]


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestHookDocument(AnswersCase):
    """An Orders hook tells that an order has changed."""

    responses = HOOK_RESPONSES

    def setUp(self):
        super().setUp()
        self.account.arrival_way = "both"

    def post(self, body=NOTIFICATION, **call):
        return self.call(body=body, path=f"/marketplace/test-market{HOOK_PATH}", **call)

    def noted(self):
        return self.env["marketplace.order.reading"].search([]).mapped("marketplace_order_id")

    # -- What is sent -----------------------------------------------------------------------------

    def test_every_body_is_taken_and_answered_with_no_byte(self):
        for name, example in HOOK_REQUEST["examples"].items():
            with self.subTest(name):
                response = self.post(example["value"])
                self.assertEqual((response.status_code, response.content), (200, b""))
                self.assertNotIn("Content-Type", response.headers)
                self.assertEqual(response.headers["Content-Length"], "0")
        self.assertEqual(self.noted(), [NOTIFICATION["OrderId"]])

    def test_states_of_which_orders_are_read_are_named(self):
        text = SCHEMAS["HookNotification"]["properties"]["State"]["description"]
        named = {word.strip("`,.") for word in text.split() if word.startswith("`")}
        self.assertEqual(named, set(HOOK_STATES))

    def test_every_form_of_credentials_is_taken_and_checked(self):
        self.account.allow_query_token = True
        schemes = DOCUMENT["components"]["securitySchemes"]
        secrets = {
            "appKey": self.app_key,
            "appToken": self.app_token,
            "authorization": f'VTEX key="{self.app_key}" token="{self.app_token}"',
            "queryToken": self.app_token,
        }
        self.assertEqual(HOOK_OPERATION["security"], DOCUMENT["security"][:3])  # no signatures
        for requirement in HOOK_OPERATION["security"]:
            for status in (200, 401):
                headers, query = self.no_credentials(), ""
                for name in requirement:
                    value = secrets[name]
                    if status == 401:
                        value = value.replace(self.app_token, "x")
                    if schemes[name]["in"] == "header":
                        headers[schemes[name]["name"]] = value
                    else:
                        query = f"{schemes[name]['name']}={value}"
                with self.subTest(requirement=requirement, status=status):
                    response = self.post(headers=headers, query=query)
                    self.assertEqual(response.status_code, status, response.text)

    def test_path_has_no_other_methods_than_the_documented(self):
        for method in ("get", "put", "post", "delete", "options", "head", "patch"):
            with self.subTest(method):
                response = self.post(method=method.upper())
                self.assertEqual(response.status_code != 405, method in HOOK_PATH_ITEM)

    # -- What is answered -------------------------------------------------------------------------

    def test_there_is_one_test_for_each_example(self):
        self.check_one_test_for_each_example()

    def refused(self, **call):
        self.answered(**call)
        self.assertFalse(self.noted())

    def test_example_not_json(self):
        self.refused(body=b"{")

    def test_example_not_an_object(self):
        self.refused(body=b"[]")

    def test_example_missing_order(self):
        self.refused(body={"hookConfig": "pong"})

    def test_example_long_order(self):
        self.refused(body=NOTIFICATION | {"OrderId": "x" * 129})

    def test_example_missing_state(self):
        self.refused(body={"OrderId": "1"})

    def test_example_unauthorized(self):
        self.refused(headers={"X-VTEX-API-AppToken": "wrong"})

    def test_example_account_archived(self):
        self.account.active = False
        self.refused()

    def test_example_address_not_allowed(self):
        self.account.allowed_networks = "192.0.2.0/24"
        with mute_logger(ADMISSION_LOGGER):
            self.refused()

    def test_example_hook_not_expected(self):
        self.account.arrival_way = "call"
        self.refused()

    def test_example_method_not_allowed(self):
        self.refused(method="GET")

    def test_example_body_too_large(self):
        self.refused(body=b"{}".ljust(MAX_BODY_BYTES + 1))

    def test_example_unsupported_media_type(self):
        self.refused(headers={"Content-Type": "application/x-www-form-urlencoded"})

    def test_example_content_encoding(self):
        self.refused(headers={"Content-Encoding": "gzip"})

    def test_example_too_many_calls(self):
        self.account.rate_limit = 1
        self.post({"hookConfig": "ping"})
        self.refused()

    def failing(self, error):
        account = self.registry["marketplace.account"]
        return patch.object(account, "_take_notification", side_effect=error)

    def test_example_internal_error(self):
        with (
            self.failing(KeyError),
            mute_logger("odoo.addons.marketplace_order_cancellation.controllers.dispatcher"),
        ):
            self.refused()

    def test_example_paused(self):
        self.account.action_pause()
        self.refused()

    def test_example_unavailable(self):
        with self.failing(StillLocked):
            self.refused()
