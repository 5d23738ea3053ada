"""The endpoint's normal way: a marketplace's call over HTTP, and what it answers."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from ..helpers.common import EndpointCase

TODAYS_BODY = {
    "marketplaceOrderId": "1138342255777-01",
    "marketplaceOrderGroup": "group-123",
    "cancellationRequestId": "85835ab408514b52aa139e4236ce0c33",
    "cancellationRequestDate": "2024-03-04T17:45:02.1306363+02:00",
    "reason": "Out of stock",
    "requestedByUser": True,
}


@tagged("post_install", "-at_install")
class TestEndpoint(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", quantity=2, confirm=True)

    # -- The answer -------------------------------------------------------------------------------

    def test_2020_body_is_confirmed_with_exactly_four_keys(self):
        response = self.call(body='{"marketplaceOrderId": "959311095"}', path_order_id="959311095")
        receipt = self.assertConfirmed(response, self.order)
        self.assertEqual(
            response.json(),
            {
                "date": receipt.received_at.strftime("%Y-%m-%d %H:%M:%S"),
                "marketplaceOrderId": "959311095",
                "orderId": self.order.name,
                "receipt": receipt.protocol_code,
            },
        )
        self.assertEqual(self.receipts("959311095"), receipt)

    def test_answer_is_plain_json_without_cookie_or_redirect(self):
        response = self.call("959311095")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/json")
        self.assertEqual(int(response.headers["Content-Length"]), len(response.content))
        self.assertNotIn("Set-Cookie", response.headers)
        self.assertNotIn("Location", response.headers)

    def test_date_is_in_the_accounts_time_zone(self):
        self.account.tz = "America/Sao_Paulo"
        response = self.call("959311095")
        received_at = self.assertConfirmed(response, self.order).received_at
        there = received_at - timedelta(hours=3)
        self.assertEqual(response.json()["date"], there.strftime("%Y-%m-%d %H:%M:%S"))

    def test_date_in_iso_8601_bears_the_offset(self):
        self.account.write({"tz": "Asia/Kolkata", "date_format": "iso8601"})
        response = self.call("959311095")
        received_at = self.assertConfirmed(response, self.order).received_at
        there = received_at + timedelta(hours=5, minutes=30)
        self.assertEqual(response.json()["date"], there.strftime("%Y-%m-%dT%H:%M:%S+05:30"))

    # -- The receipt ------------------------------------------------------------------------------

    def test_todays_six_fields_are_stored_on_the_receipt(self):
        order = self.make_order("1138342255777-01", confirm=True)
        response = self.call("1138342255777-01", body=TODAYS_BODY)
        receipt = self.assertConfirmed(response, order)
        self.assertEqual(receipt.marketplace_order_id, "1138342255777-01")
        self.assertEqual(receipt.marketplace_order_group, "group-123")
        self.assertEqual(receipt.cancellation_request_id, "85835ab408514b52aa139e4236ce0c33")
        self.assertEqual(receipt.cancellation_request_date, datetime(2024, 3, 4, 15, 45, 2))
        self.assertEqual(receipt.reason, "Out of stock")
        self.assertEqual(receipt.requested_by_user, "shopper")

    def test_fields_that_were_not_sent_stay_empty(self):
        receipt = self.assertConfirmed(self.call("959311095"), self.order)
        self.assertFalse(receipt.marketplace_order_group)
        self.assertFalse(receipt.cancellation_request_id)
        self.assertFalse(receipt.cancellation_request_date)
        self.assertFalse(receipt.reason)
        self.assertFalse(receipt.requested_by_user)

    def test_delivery_is_recorded_with_status_duration_and_address(self):
        before = fields.Datetime.now()
        receipt = self.assertConfirmed(self.call("959311095"), self.order)
        after = fields.Datetime.now() + timedelta(seconds=1)
        self.assertEqual(receipt.delivery_count, 1)
        self.assertEqual(receipt.http_status, 200)
        self.assertEqual(receipt.remote_address, "127.0.0.1")
        self.assertGreater(receipt.duration, 0)
        self.assertLessEqual(receipt.duration, (after - before).total_seconds() * 1000)
        for moment in (receipt.received_at, receipt.last_delivery_at, receipt.settled_at):
            self.assertTrue(before <= moment <= after, moment)

    # -- The order --------------------------------------------------------------------------------

    def test_order_and_pickings_are_cancelled(self):
        pickings = self.order.picking_ids
        self.assertEqual(pickings.mapped("state"), ["assigned"])
        self.assertEqual(self.on_hand(), (100, 2))
        self.assertEqual(self.call("959311095").status_code, 200)
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(pickings.mapped("state"), ["cancel"])
        self.assertEqual(pickings.move_ids.mapped("state"), ["cancel"])
        self.assertEqual(self.on_hand(), (100, 0))

    def test_chatters_name_marketplace_shopper_and_reason(self):
        body = {
            "marketplaceOrderId": "959311095",
            "reason": "Ordered by mistake",
            "requestedByUser": True,
        }
        self.call("959311095", body=body)
        sentence = (
            "Test Market cancelled this order; the shopper asked for it. "
            "Reason: “Ordered by mistake”."
        )
        self.assertEqual(self.chatter(self.order).count(sentence), 1)
        self.assertEqual(self.chatter(self.order.picking_ids).count(sentence), 1)

    def test_everything_is_done_by_the_technical_user(self):
        known = self.order.message_ids | self.order.picking_ids.message_ids
        receipt = self.assertConfirmed(self.call("959311095"), self.order)
        written = (self.order.message_ids | self.order.picking_ids.message_ids) - known
        self.assertTrue(written)
        self.assertEqual(written.author_id, self.endpoint_user.partner_id)
        self.assertEqual(written.create_uid, self.endpoint_user)
        self.assertEqual(receipt.create_uid, self.endpoint_user)
        for records in (receipt, self.order, self.order.picking_ids):
            self.assertEqual(records.write_uid, self.endpoint_user)
        self.assertEqual(receipt.delivery_ids.create_uid, self.endpoint_user)

    # -- The address ------------------------------------------------------------------------------

    def test_path_may_hold_the_orders_name(self):
        response = self.call("959311095", path_order_id=self.order.name)
        self.assertConfirmed(response, self.order)

    def test_path_may_hold_an_id_that_names_nothing(self):
        response = self.call("959311095", path_order_id="connector-4711")
        self.assertConfirmed(response, self.order)

    def test_ids_may_hold_an_encoded_slash(self):
        order = self.make_order("MKT/2024/17", confirm=True)
        response = self.call("MKT/2024/17")
        self.assertIn("MKT%2F2024%2F17", response.request.url)
        self.assertConfirmed(response, order)

    def test_ids_may_hold_blanks_and_other_scripts(self):
        order = self.make_order("Größe 7 / ñ 注文", confirm=True)
        self.assertConfirmed(self.call("Größe 7 / ñ 注文"), order)

    def test_double_slash_after_the_code_is_forgiven(self):
        for slashes in ("//", "///"):
            with self.subTest(slashes=slashes):
                path = f"/marketplace/test-market{slashes}pvt/orders/959311095/cancel"
                self.assertConfirmed(self.call("959311095", path=path), self.order)

    def test_unknown_query_parameters_are_ignored(self):
        response = self.call("959311095", query="sc=1&an=luxstore&an=again&order_id=1&code=other")
        self.assertConfirmed(response, self.order)

    def test_database_may_be_named_in_a_header(self):
        headers = {"X-Odoo-Database": self.env.cr.dbname}
        self.assertConfirmed(self.call("959311095", headers=headers), self.order)

    # -- The body's type --------------------------------------------------------------------------

    def test_json_media_types_are_accepted(self):
        for content_type in (
            "application/json; charset=utf-8",
            "Application/JSON",
            "application/vnd.marketplace+json",
        ):
            with self.subTest(content_type=content_type):
                response = self.call("959311095", headers={"Content-Type": content_type})
                self.assertConfirmed(response, self.order)

    def test_unknown_fields_of_the_body_are_ignored(self):
        body = {"marketplaceOrderId": "959311095", "state": "draft", "nested": {"a": [1, 2]}}
        self.assertConfirmed(self.call("959311095", body=body), self.order)

    # -- The credentials --------------------------------------------------------------------------

    def test_authorization_header_is_accepted(self):
        for value in (
            f'VTEX key="{self.app_key}" token="{self.app_token}"',
            f'vtex token="{self.app_token}", key="{self.app_key}"',
        ):
            with self.subTest(value=value):
                headers = self.no_credentials() | {"Authorization": value}
                self.assertConfirmed(self.call("959311095", headers=headers), self.order)

    def test_query_token_is_accepted_where_it_is_allowed(self):
        self.account.allow_query_token = True
        response = self.call(
            "959311095", headers=self.no_credentials(), query=f"sc=1&{self.query_token()}"
        )
        self.assertConfirmed(response, self.order)

    def test_query_token_is_refused_unless_it_is_allowed(self):
        response = self.call("959311095", headers=self.no_credentials(), query=self.query_token())
        self.assertProblem(response, 401, "unauthorized")
        self.assertUntouched(self.order)

    def test_query_token_cannot_mend_wrong_headers(self):
        self.account.allow_query_token = True
        headers = {"X-VTEX-API-AppToken": "wrong"}
        response = self.call("959311095", headers=headers, query=self.query_token())
        self.assertProblem(response, 401, "unauthorized")
        self.assertUntouched(self.order)
