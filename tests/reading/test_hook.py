"""The address that a VTEX store's Orders hook calls."""

from odoo.tests import tagged

from ..helpers.common import EndpointCase


@tagged("post_install", "-at_install")
class TestHook(EndpointCase):
    def setUp(self):
        super().setUp()
        self.account.arrival_way = "both"

    def notify(self, body, **values):
        return self.call(body=body, path=f"/marketplace/{self.account.code}/hook", **values)

    def readings(self):
        return self.env["marketplace.order.reading"].search([])

    def change(self, state, order_id="H-1"):
        return {"Domain": "Marketplace", "OrderId": order_id, "State": state, "Origin": {}}

    def test_ping_is_answered(self):
        response = self.notify({"hookConfig": "ping"})
        self.assertEqual((response.status_code, response.content), (200, b""))
        self.assertFalse(self.readings())

    def test_order_whose_cancellation_may_be_asked_for_is_noted(self):
        self.assertEqual(self.notify(self.change("cancellation-requested")).status_code, 200)
        reading = self.readings()
        self.assertEqual((reading.marketplace_order_id, reading.source), ("H-1", "hook"))
        self.assertEqual(reading.account_id, self.account)

    def test_other_changes_are_not_noted(self):
        for state in ("payment-approved", "handling", "invoiced"):
            self.assertEqual(self.notify(self.change(state)).status_code, 200)
        self.assertFalse(self.readings())

    def test_without_credentials_nothing_is_noted(self):
        wrong = {"X-VTEX-API-AppToken": "wrong"}
        response = self.notify(self.change("canceled"), headers=wrong)
        self.assertProblem(response, 401, "unauthorized")
        self.assertFalse(self.readings())

    def test_account_without_a_hook(self):
        self.account.arrival_way = "call"
        self.assertProblem(self.notify(self.change("canceled")), 403, "hook-not-expected")
        self.assertFalse(self.readings())

    def test_what_is_no_notification(self):
        self.assertProblem(self.notify("{"), 400, "not-json")
        self.assertProblem(self.notify({}), 400, "invalid-field")
        self.assertProblem(self.notify({"OrderId": "H-1"}), 400, "invalid-field")
        self.assertProblem(self.notify({}, method="GET"), 405, "method-not-allowed")

    def test_signed_accounts_take_the_hook_by_its_credentials(self):
        self.account.authentication = "both"
        self.assertEqual(self.notify(self.change("canceled")).status_code, 200)
        self.assertTrue(self.readings())

    def test_notification_alone_changes_nothing(self):
        order = self.make_order("H-1", confirm=True)
        self.assertEqual(self.notify(self.change("canceled")).status_code, 200)
        self.assertUntouched(order)
        self.assertFalse(self.receipts("H-1"))

    def test_account_of_another_company(self):
        company = self.env["res.company"].create({"name": "Company B"})
        other = self.make_account("market-b", company_id=company.id, arrival_way="hook")
        path = "/marketplace/market-b/hook"
        response = self.call(body=self.change("canceled"), path=path)
        self.assertProblem(response, 401, "unauthorized")
        self.assertFalse(self.readings())
        credential, token = self.env["marketplace.account.credential"]._issue(other)
        headers = {"X-VTEX-API-AppKey": credential.app_key, "X-VTEX-API-AppToken": token}
        response = self.call(body=self.change("canceled"), path=path, headers=headers)
        self.assertEqual(response.status_code, 200)
        reading = self.readings()
        self.assertEqual((reading.account_id, reading.company_id), (other, company))

    def test_address_with_slashes_too_many(self):
        path = f"//marketplace//{self.account.code}//hook/"
        response = self.call(body={"hookConfig": "ping"}, path=path)
        self.assertEqual((response.status_code, response.content), (200, b""))
        response = self.call(path=f"/marketplace/{self.account.code}/Hook")
        self.assertProblem(response, 404, "unknown-resource")
