"""Each example of an answer in the OpenAPI document is brought about by a call."""

from unittest import skipUnless
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers.cancellation import MAX_BODY_BYTES
from ...tools.lock import StillLocked
from ..helpers.common import ADMISSION_LOGGER, SERVICE_LOGGER
from ..helpers.openapi import given
from ..helpers.openapi_answers import AnswersCase
from ..helpers.signing import SECRET, signed_headers


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestAnswers(AnswersCase):
    """A marketplace asks to cancel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", name="S00042", confirm=True)

    def test_there_is_one_test_for_each_example(self):
        self.check_one_test_for_each_example()

    # -- 200 --------------------------------------------------------------------------------------

    def test_example_cancelled(self):
        self.answered()
        self.assertCancelled(self.order)

    def test_example_cancelled_iso_8601(self):
        self.account.write({"date_format": "iso8601", "tz": "America/Sao_Paulo"})
        self.answered()
        self.assertCancelled(self.order)

    def test_example_already_cancelled(self):
        self.order.action_cancel()
        self.answered()

    def test_example_evaluating(self):
        self.ship(self.order.picking_ids)
        self.answered()
        self.assertUntouched(self.order)
        self.assertTrue(self.order.marketplace_hold)

    # -- 400 to 405 -------------------------------------------------------------------------------

    def test_example_not_json(self):
        self.answered(body=b"{")

    def test_example_not_an_object(self):
        self.answered(body=b"[]")

    def test_example_missing_order(self):
        self.answered(body={"orderId": "959311095"})

    def test_example_long_request_id(self):
        body = {"marketplaceOrderId": "959311095", "cancellationRequestId": "x" * 129}
        self.answered(body=body)

    def test_example_unfit_address(self):
        self.answered(path_order_id="959311095\n")

    def test_example_unauthorized(self):
        self.answered(headers={"X-VTEX-API-AppToken": "wrong"})

    def test_example_replayed_call(self):
        self.account.write({"authentication": "signature", "new_signing_secret": SECRET})
        call = {"headers": signed_headers('{"marketplaceOrderId": "959311095"}')}
        self.assertEqual(self.call("959311095", **call).status_code, 200)
        self.answered(**call)

    def test_example_account_archived(self):
        self.account.active = False
        self.answered()

    def test_example_address_not_allowed(self):
        self.account.allowed_networks = "192.0.2.0/24"
        with mute_logger(ADMISSION_LOGGER):
            self.answered()
        self.assertUntouched(self.order)

    def test_example_unknown_order(self):
        self.answered(body={"marketplaceOrderId": "not-imported-yet"}, path_order_id="anything")
        late = self.make_order("not-imported-yet", confirm=True)
        self.assertCancelled(late)

    def test_example_unknown_resource(self):
        self.answered(path="/marketplace/test-market/pvt/orders//cancel")

    def test_example_method_not_allowed(self):
        self.answered(method="GET")

    # -- 409 to 415 -------------------------------------------------------------------------------

    def test_example_cancellation_refused(self):
        self.account.on_shipped = "refuse"
        self.ship(self.order.picking_ids)
        self.answered()
        self.assertEqual(self.order.state, "sale")

    def test_example_order_mismatch(self):
        other = self.make_order("959311096", confirm=True)
        self.answered(path_order_id="959311096")
        self.assertUntouched(self.order)
        self.assertUntouched(other)

    def test_example_body_too_large(self):
        self.answered(body=b'{"marketplaceOrderId": "959311095"}'.ljust(MAX_BODY_BYTES + 1))
        self.assertUntouched(self.order)

    def test_example_unsupported_media_type(self):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.answered(body=b"marketplaceOrderId=959311095", headers=headers)
        self.assertUntouched(self.order)

    def test_example_content_encoding(self):
        self.answered(headers={"Content-Encoding": "gzip"})
        self.assertUntouched(self.order)

    # -- 500 and 503 ------------------------------------------------------------------------------

    def service_fails(self, error):
        service = self.registry["marketplace.cancellation.service"]
        return patch.object(service, "_answer", side_effect=error)

    def test_example_cancellation_failed(self):
        with (
            patch.object(self.registry["sale.order"], "_action_cancel", return_value=True),
            mute_logger(SERVICE_LOGGER),
        ):
            self.answered()
        self.assertUntouched(self.order)
        self.assertTrue(self.order.marketplace_hold)

    def test_example_too_many_calls(self):
        self.account.rate_limit = 1
        self.call("NOWHERE")
        self.answered()
        self.assertUntouched(self.order)

    def test_example_internal_error(self):
        with (
            self.service_fails(KeyError),
            mute_logger("odoo.addons.marketplace_order_cancellation.controllers.dispatcher"),
        ):
            self.answered()

    def test_example_paused(self):
        self.account.action_pause()
        self.answered()
        self.assertUntouched(self.order)

    def test_example_unavailable(self):
        with self.service_fails(StillLocked):
            self.answered()
        self.assertUntouched(self.order)
