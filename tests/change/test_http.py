"""The addresses of changes over HTTP: who is let in, what is read, and what is answered."""

from unittest.mock import patch

from odoo.tests import tagged

from ...controllers.cancellation import MAX_BODY_BYTES
from ...tools.inbound.answer import Answer, change_body
from ...tools.inbound.order_change import ChangedItem, OrderChange
from ..helpers.common import EndpointCase
from ..helpers.order_changes import REMOVAL

BASES = ("pvt/orders", "api/order-system/orders")
CONFIRMATION = {"agreementType": "Confirmation"}
TAKEN = Answer(202, change_body("c0ffee", "959311095", "waiting-acknowledgement", "e39d05f9"))


@tagged("post_install", "-at_install")
class TestChangesOverHttp(EndpointCase):
    """The service is another's: here it takes every change."""

    def setUp(self):
        super().setUp()
        service = self.registry["marketplace.change.service"]
        # The function gets the model as well, as the method would.
        self.service = self.startPatcher(
            patch.object(service, "_answer", autospec=True, return_value=TAKEN)
        )

    def send(self, rest, body=REMOVAL, base=BASES[0], method="PATCH", **call):
        """Call ``rest`` below the orders of the account."""
        path = f"/marketplace/{self.account.code}/{base}/{rest}"
        return self.call(path=path, body=body, method=method, **call)

    def taken(self, *args, **kwargs):
        """What the service gets to see of a call that is taken."""
        self.service.reset_mock()
        response = self.send(*args, **kwargs)
        self.assertEqual(response.status_code, 202, response.text)
        ((service, account, change, arrival),) = [call.args for call in self.service.mock_calls]
        self.assertEqual((service._name, account), ("marketplace.change.service", self.account))
        self.assertEqual((service.env.uid, service.env.su), (self.endpoint_user.id, True))
        self.assertEqual((arrival.source, arrival.remote_address), ("call", "127.0.0.1"))
        return change

    def refused(self, status, kind, *args, **kwargs):
        response = self.send(*args, **kwargs)
        self.assertProblem(response, status, kind)
        self.service.assert_not_called()
        return response

    # -- What is taken ----------------------------------------------------------------------------

    def test_answer_is_the_services(self):
        response = self.send("959311095/changes")
        self.assertEqual((response.status_code, response.text), (202, TAKEN.body))
        self.assertEqual(response.headers["Content-Type"], "application/json")
        self.assertNotIn("Set-Cookie", response.headers)

    def test_both_addresses_and_both_methods(self):
        expected = OrderChange("959311095", "c0ffee", removed=(ChangedItem("43", 1),))
        for base in BASES:
            for method in ("PATCH", "POST"):
                with self.subTest(base=base, method=method):
                    how = {"base": base, "method": method}
                    change = self.taken("959311095/changes/c0ffee", **how)
                    self.assertEqual(change, expected)
                    body = REMOVAL | {"requestId": "c0ffee"}
                    change = self.taken("959311095/changes", body, **how)
                    self.assertEqual(change, expected)
                    rest = "959311095/changes/c0ffee/send-agreement"
                    change = self.taken(rest, CONFIRMATION, **how)
                    self.assertEqual(
                        (change.agreement, change.has_content), ("Confirmation", False)
                    )
                    self.assertEqual((change.order_id, change.change_id), ("959311095", "c0ffee"))

    def test_change_without_an_id_gets_one(self):
        change = self.taken("959311095/changes")
        self.assertFalse(change.is_id_given)
        self.assertEqual(self.taken("959311095/changes"), change)

    def test_content_of_a_mere_agreement_is_not_looked_at(self):
        body = REMOVAL | CONFIRMATION | {"remove": "nonsense"}
        self.assertFalse(self.taken("1/changes/c1/send-agreement", body).has_content)

    def test_agreement_may_come_to_the_change_itself(self):
        change = self.taken("1/changes/c1", CONFIRMATION)
        self.assertEqual((change.agreement, change.has_content), ("Confirmation", False))

    def test_ids_may_hold_slashes_blanks_and_other_scripts(self):
        for rest, order_id, change_id in (
            ("MKT%2F2024%2F17/changes/c1", "MKT/2024/17", "c1"),
            ("MKT/2024/17/changes/c1", "MKT/2024/17", "c1"),
            ("Gr%C3%B6%C3%9Fe%207/changes/%E6%B3%A8%E6%96%87", "Größe 7", "注文"),
            ("1/changes%2Fc1", "1", "c1"),
            ("1%2Fchanges/changes/c1", "1/changes", "c1"),
            ("changes/changes/changes", "changes", "changes"),
            ("1/cancel/changes/c1", "1/cancel", "c1"),
            ("1/changes/c1/changes/c2", "1/changes/c1", "c2"),
        ):
            for base in BASES:
                with self.subTest(rest, base=base):
                    change = self.taken(rest, base=base)
                    self.assertEqual((change.order_id, change.change_id), (order_id, change_id))

    def test_double_slashes_are_forgiven(self):
        path = f"/marketplace//{self.account.code}//api//order-system//orders//1//changes"
        self.assertEqual(self.call(path=path, body=REMOVAL, method="PATCH").status_code, 202)

    def test_query_may_hold_the_token_and_more(self):
        self.account.allow_query_token = True
        query = f"an=luxstore&{self.query_token()}&change_id=x"
        headers = self.no_credentials()
        change = self.taken("1/changes/c1", query=query, headers=headers)
        self.assertEqual(change.change_id, "c1")

    # -- What is refused --------------------------------------------------------------------------

    def test_caller_is_looked_at_first(self):
        for headers in (self.no_credentials(), {"X-VTEX-API-AppToken": "wrong"}):
            for base in BASES:
                for rest in ("1/changes", "1/changes/c1", "1/changes/c1/send-agreement"):
                    with self.subTest(rest, base=base):
                        self.refused(401, "unauthorized", rest, b"{", base, headers=headers)

    def test_other_methods(self):
        for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
            for rest in ("1/changes", "1/changes/c1", "1/changes/c1/send-agreement"):
                with self.subTest(rest, method=method):
                    response = self.refused(405, "method-not-allowed", rest, method=method)
                    self.assertEqual(response.headers["Allow"], "PATCH, POST")

    def test_ids_that_are_none(self):
        for rest, field in (
            ("%20/changes", "orderId"),
            ("x" * 129 + "/changes", "orderId"),
            ("1%0A/changes", "orderId"),
            ("1/changes/%20", "changeRequestId"),
            ("1/changes/c1%00", "changeRequestId"),
            ("1/changes/" + "x" * 129, "changeRequestId"),
            ("1/changes/c1%20/send-agreement", "changeRequestId"),
        ):
            with self.subTest(rest):
                response = self.refused(400, "invalid-field", rest, REMOVAL | CONFIRMATION)
                self.assertEqual(response.json()["field"], field)

    def test_bodies(self):
        wrong = {"remove": {"items": [{"id": "43", "quantity": 1}, {"id": "44", "quantity": 0}]}}
        for rest, body, field in (
            ("1/changes", wrong, "remove.items[1].quantity"),
            ("1/changes", {}, "remove"),
            ("1/changes", CONFIRMATION, "changeRequestId"),
            ("1/changes/c1", REMOVAL | {"requestId": "c2"}, "requestId"),
            ("1/changes/c1/send-agreement", REMOVAL, "agreementType"),
        ):
            with self.subTest(body, rest=rest):
                response = self.refused(400, "invalid-field", rest, body)
                self.assertEqual(response.json()["field"], field)
        self.refused(400, "not-json", "1/changes", b"{")
        headers = {"Content-Type": "text/plain"}
        self.refused(415, "unsupported-media-type", "1/changes", headers=headers)
        self.refused(413, "body-too-large", "1/changes", b"{}".ljust(MAX_BODY_BYTES + 1))

    def test_admission_is_that_of_every_call(self):
        self.account.action_pause()
        self.refused(503, "unavailable", "1/changes")
        self.account.action_resume()
        self.account.active = False
        self.refused(403, "account-archived", "1/changes")

    def test_unknown_addresses(self):
        account = f"/marketplace/{self.account.code}"
        for path in (
            f"{account}/api",
            f"{account}/api/",
            f"{account}/api/oms/pvt/orders/1/cancel",
            f"{account}/api/order-system/orders/1",
            f"{account}/api/order-system/orders/1/changes/c1/retry",
            f"{account}/api/order-system/orders/1/changes/c1/cancel",
            f"{account}/api/order-system/orders//changes",
            f"{account}/API/order-system/orders/1/changes",
            f"{account}/pvt/orders/1/changes/c1/retry",
            f"{account}/pvt/orders/1/changes/c1/c2/send-agreement",
        ):
            for method in ("PATCH", "GET"):
                with self.subTest(path, method=method):
                    response = self.call(path=path, body=REMOVAL, method=method)
                    self.assertProblem(response, 404, "unknown-resource")
        self.service.assert_not_called()

    # -- Beside the cancellation of orders --------------------------------------------------------

    def test_cancelling_a_change_cancels_no_order(self):
        order = self.make_order("959311095", confirm=True)
        body = {"marketplaceOrderId": "959311095"}
        for base in BASES:
            response = self.send("959311095/changes/c1/cancel", body, base, method="POST")
            self.assertProblem(response, 404, "unknown-resource")
        self.assertUntouched(order)

    def test_order_whose_id_looks_like_a_change_is_cancelled(self):
        for name in ("MKT/changes", "changes", "changes/changes", "1/changes/"):
            with self.subTest(name):
                order = self.make_order(name, confirm=True)
                self.assertConfirmed(self.call(name), order)
        self.service.assert_not_called()
