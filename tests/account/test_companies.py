"""Several companies and several marketplaces: a call reaches its own orders and no others."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..helpers.common import EndpointCase


class CompaniesCase(EndpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Company B"})
        cls.warehouse_b = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company_b.id)], limit=1
        ) or cls.env["stock.warehouse"].create(
            {"name": "Warehouse B", "code": "WHB", "company_id": cls.company_b.id}
        )
        cls.put_in_stock(cls.product, 50, cls.warehouse_b)
        cls.account_b = cls.make_account("market-b", company_id=cls.company_b.id, user_id=False)

    @classmethod
    def make_order_b(cls, marketplace_order_id, **values):
        """An order of company B, confirmed there."""
        order = cls.make_order(
            marketplace_order_id,
            marketplace_account_id=cls.account_b.id,
            company_id=cls.company_b.id,
            warehouse_id=cls.warehouse_b.id,
            **values,
        )
        order.with_company(cls.company_b).action_confirm()
        return order

    def call_as(self, account, marketplace_order_id, **call):
        """Call the endpoint of ``account`` with new credentials of its own."""
        key, token = account._generate_credential()
        headers = {"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token}
        path_order_id = call.get("path_order_id") or marketplace_order_id
        path = f"/marketplace/{account.code}/pvt/orders/{path_order_id}/cancel"
        return self.call(marketplace_order_id, headers=headers, path=path)


@tagged("post_install", "-at_install")
class TestCompanies(CompaniesCase):
    def test_same_order_id_in_two_companies_is_two_orders(self):
        order_a = self.make_order("959311095", confirm=True)
        order_b = self.make_order_b("959311095")
        self.assertUntouched(order_b)

        receipt_a = self.assertConfirmed(self.call("959311095"), order_a)
        self.assertEqual(receipt_a.company_id, self.company)
        self.assertUntouched(order_b)
        self.assertFalse(self.receipts("959311095", self.account_b))

        receipt_b = self.assertConfirmed(self.call_as(self.account_b, "959311095"), order_b)
        self.assertEqual(receipt_b.company_id, self.company_b)
        self.assertNotEqual(receipt_b, receipt_a)
        self.assertEqual(receipt_a.delivery_count, 1)

    def test_order_of_another_company_is_unknown(self):
        order_a = self.make_order("959311095", confirm=True)
        response = self.call_as(self.account_b, "959311095")
        self.assertProblem(response, 404, "unknown-order")
        self.assertUntouched(order_a)
        self.assertEqual(self.receipts("959311095", self.account_b).state, "waiting")

    def test_order_of_another_company_in_the_address_names_nothing(self):
        order_a = self.make_order("959311095", confirm=True)
        order_b = self.make_order_b("B-1")
        for path_order_id in ("959311095", order_a.name):
            with self.subTest(path_order_id=path_order_id):
                response = self.call_as(self.account_b, "B-1", path_order_id=path_order_id)
                self.assertConfirmed(response, order_b)
                self.assertUntouched(order_a)

    def test_waiting_cancellation_is_settled_in_its_own_company(self):
        self.assertEqual(self.call_as(self.account_b, "B-2").status_code, 404)
        order_a = self.make_order("B-2", confirm=True)
        self.assertUntouched(order_a)
        order_b = self.make_order_b("B-2")
        self.assertCancelled(order_b)
        receipt = self.receipts("B-2", self.account_b)
        self.assertEqual((receipt.state, receipt.sale_order_id), ("cancelled", order_b))
        self.assertUntouched(order_a)

    def test_job_settles_the_receipts_of_every_company(self):
        order_a, order_b = self.make_order("J-1", confirm=True), self.make_order_b("J-1")
        receipts = self.env["marketplace.cancellation.receipt"].create(
            [
                {"account_id": account.id, "marketplace_order_id": "J-1"}
                for account in (self.account, self.account_b)
            ]
        )
        self.run_cron()
        self.assertEqual(receipts.mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(receipts.sale_order_id, order_a | order_b)
        self.assertCancelled(order_a)
        self.assertCancelled(order_b)

    def test_stock_of_the_other_company_stays_reserved(self):
        self.make_order("S-1", quantity=2, confirm=True)
        order_b = self.make_order_b("S-1", quantity=3)
        self.assertEqual(self.on_hand(), (150, 5))
        self.call("S-1")
        self.assertEqual(self.on_hand(), (150, 3))
        self.call_as(self.account_b, "S-1")
        self.assertEqual(self.on_hand(), (150, 0))
        self.assertCancelled(order_b)

    def test_order_and_account_are_of_one_company(self):
        with self.assertRaisesRegex(UserError, "market-b"):
            self.make_order("X-1", marketplace_account_id=self.account_b.id, confirm=True)

    def test_receipts_show_in_their_own_company_only(self):
        self.call_as(self.account_b, "R-1")
        receipt = self.receipts("R-1", self.account_b)
        for company, seen in ((self.company_b, receipt), (self.company, receipt.browse())):
            login = f"looks-up-{company.id}"
            user = new_test_user(
                self.env,
                login,
                groups="sales_team.group_sale_salesman",
                company_id=company.id,
                company_ids=company.ids,
            )
            found = (
                self.env["marketplace.cancellation.receipt"]
                .with_user(user)
                .search([("marketplace_order_id", "=", "R-1")])
            )
            self.assertEqual(found, seen)


@tagged("post_install", "-at_install")
class TestAccountsOfOneCompany(CompaniesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_account("second-market")
        cls.first_order = cls.make_order("959311095", confirm=True)
        cls.second_order = cls.make_order(
            "959311095", marketplace_account_id=cls.second.id, confirm=True
        )

    def test_same_order_id_at_two_marketplaces_is_two_orders(self):
        self.assertConfirmed(self.call("959311095"), self.first_order)
        self.assertUntouched(self.second_order)
        self.assertConfirmed(self.call_as(self.second, "959311095"), self.second_order)

    def test_name_of_an_order_of_another_marketplace_names_nothing(self):
        response = self.call("959311095", path_order_id=self.second_order.name)
        self.assertConfirmed(response, self.first_order)
        self.assertUntouched(self.second_order)

    def test_credentials_of_one_marketplace_do_not_open_the_other(self):
        path = "/marketplace/second-market/pvt/orders/959311095/cancel"
        self.assertProblem(self.call("959311095", path=path), 401, "unauthorized")
        self.assertUntouched(self.second_order)
