"""Each example of an answer to a change in the OpenAPI document is brought about by a call."""

from unittest import skipUnless
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers.cancellation import MAX_BODY_BYTES
from ...tools.lock import StillLocked
from ..helpers.common import ADMISSION_LOGGER
from ..helpers.openapi import CHANGE_REQUESTS, CHANGE_RESPONSES, given
from ..helpers.openapi_answers import AnswersCase
from ..helpers.signing import SECRET, signed_headers

REMOVAL = CHANGE_REQUESTS["changes"]["examples"]["remove"]["value"]
CONFIRMATION = CHANGE_REQUESTS["changes"]["examples"]["confirmation"]["value"]


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestChangeAnswers(AnswersCase):
    """A marketplace takes a piece out of an order of three."""

    responses = CHANGE_RESPONSES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end_programs()
        cls.account.write(  # so the seller can confirm by calls of their own
            {"store_name": "luxstore", "outbound_key": "key", "new_outbound_token": "token"}
        )
        cls.product.default_code = "2000037"
        cls.order = cls.make_order("959311095", name="S00042", quantity=3, confirm=True)

    def post(self, body=REMOVAL, rest="959311095/changes", method="PATCH", **call):
        path = f"/marketplace/{self.account.code}/pvt/orders/{rest}"
        return self.call(path=path, body=body, method=method, **call)

    def refused(self, **call):
        """The example is answered, and nothing is on record."""
        self.answered(**call)
        self.assertFalse(self.receipts("959311095"))
        self.assertUntouched(self.order)
        self.assertEqual(self.order.order_line.product_uom_qty, 3)

    def test_there_is_one_test_for_each_example(self):
        self.check_one_test_for_each_example()

    # -- 202 --------------------------------------------------------------------------------------

    def test_example_change_taken(self):
        self.answered()
        self.assertEqual(self.order.order_line.product_uom_qty, 3)

    def test_example_change_to_be_confirmed(self):
        self.post()
        self.answered(body=CONFIRMATION)

    def test_example_change_done(self):
        self.post()
        self.post(CONFIRMATION)
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.order.order_line.product_uom_qty, 2)
        self.answered()

    def test_example_change_canceled(self):
        self.post()
        self.assertConfirmed(self.call("959311095"), self.order)
        self.run_cron("cron_settle_changes")
        self.answered()

    # -- 400 to 405 -------------------------------------------------------------------------------

    def test_example_not_json(self):
        self.refused(body=b"{")

    def test_example_wrong_quantity(self):
        items = [{"id": "2000037", "quantity": 1}, {"id": "2000038", "quantity": 0}]
        self.refused(body={"remove": {"items": items}})

    def test_example_no_content(self):
        self.refused(body={"reason": "Out of stock", "remove": []})

    def test_example_two_changes(self):
        self.refused(rest="959311095/changes/c1")

    def test_example_missing_agreement(self):
        self.refused(rest="959311095/changes/c1/send-agreement", body={})

    def test_example_unauthorized(self):
        self.refused(headers={"X-VTEX-API-AppToken": "wrong"})

    def test_example_replayed_call(self):
        self.account.write({"authentication": "signature", "new_signing_secret": SECRET})
        body = '{"remove": {"items": [{"id": "2000037", "quantity": 1}]}}'
        call = {"body": body, "headers": signed_headers(body)}
        self.assertEqual(self.post(**call).status_code, 202)
        self.answered(**call)

    def test_example_account_archived(self):
        self.account.active = False
        self.refused()

    def test_example_address_not_allowed(self):
        self.account.allowed_networks = "192.0.2.0/24"
        with mute_logger(ADMISSION_LOGGER):
            self.refused()

    def test_example_unknown_change(self):
        self.refused(body=CONFIRMATION)

    def test_example_unknown_resource(self):
        self.refused(rest="/changes")

    def test_example_method_not_allowed(self):
        self.refused(method="GET")

    # -- 409 to 503 -------------------------------------------------------------------------------

    def test_example_change_refused(self):
        self.answered(body={"remove": {"items": [{"id": "2000037", "quantity": 4}]}})
        self.assertUntouched(self.order)
        self.assertEqual(self.order.order_line.product_uom_qty, 3)

    def test_example_body_too_large(self):
        self.refused(body=b"{}".ljust(MAX_BODY_BYTES + 1))

    def test_example_unsupported_media_type(self):
        self.refused(headers={"Content-Type": "application/x-www-form-urlencoded"})

    def test_example_content_encoding(self):
        self.refused(headers={"Content-Encoding": "gzip"})

    def test_example_too_many_calls(self):
        self.account.rate_limit = 1
        self.post(rest="NOWHERE/changes")
        self.refused()

    def service_fails(self, error):
        service = self.registry["marketplace.change.service"]
        return patch.object(service, "_answer", side_effect=error)

    def test_example_internal_error(self):
        with (
            self.service_fails(KeyError),
            mute_logger("odoo.addons.marketplace_order_cancellation.controllers.dispatcher"),
        ):
            self.refused()

    def test_example_paused(self):
        self.account.action_pause()
        self.refused()

    def test_example_unavailable(self):
        with self.service_fails(StillLocked):
            self.refused()
