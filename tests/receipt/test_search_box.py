"""By what receipts are found in the search box."""

from odoo.tests import new_test_user, tagged

from ...tools.arrival import Arrival
from ..helpers.receipt_search import ADDON, RECEIPT, SearchCase


@tagged("post_install", "-at_install")
class TestSearchBox(SearchCase):
    def test_receipt_is_found_by_each_of_its_ids_and_their_beginnings(self):
        receipt = self.make_receipt("v959-01", cancellation_request_id="req-77")
        self.make_receipt("v960-01", cancellation_request_id="req-78")
        for text in (
            "v959-01", "v959", " v959-01 ", "req-77", receipt.protocol_code,
            receipt.protocol_code[:18],
        ):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(self.found(text), ["v959-01"])
        self.assertEqual(self.found("req-7"), ["v959-01", "v960-01"])
        self.assertEqual(self.found("959-01"), [])

    def test_receipt_is_found_by_a_part_of_the_sales_orders_name(self):
        order = self.make_order("v959-01", name="S-TEAPOT-1")
        self.make_receipt("v959-01", sale_order_id=order.id)
        self.make_receipt("v960-01")
        for text in ("S-TEAPOT-1", "teapot"):
            with self.subTest(text):
                self.assertEqual(self.found(text), ["v959-01"])

    def test_signs_mean_themselves(self):
        for name in ("a_1", "ab1", "a%1", r"a\1"):
            self.make_receipt(name)
        for text in ("a_", "a%", "a\\"):
            with self.subTest(text):
                self.assertEqual(self.found(text), [text + "1"])

    def test_name_search_finds_the_same(self):
        receipt = self.make_receipt("v959-01", cancellation_request_id="req-77")
        other = self.make_receipt("v960-01", account_id=self.make_account("other").id)
        receipts = self.env[RECEIPT]
        name = [(receipt.id, receipt.display_name)]
        self.assertEqual(receipts.name_search("v959"), name)
        self.assertEqual(receipts.name_search("req-77", [("account_id", "!=", False)]), name)
        self.assertEqual(receipts.name_search("v9", [("id", "!=", other.id)]), name)
        self.assertEqual(receipts.name_search("959-01"), [])
        self.assertEqual(receipts.name_search("v959-01", operator="="), name)
        self.assertEqual(receipts.name_search("959-01", operator="like"), name)
        self.assertIn(name[0], receipts.name_search("", limit=2))

    def test_marketplace_user_who_sees_no_orders_searches_as_well(self):
        user = new_test_user(self.env, "looker", f"{ADDON}.group_marketplace_user")
        order = self.make_order("v959-01", name="S-TEAPOT-1")
        receipt = self.make_receipt("v959-01", sale_order_id=order.id)
        self.assertFalse(order.with_user(user).has_access("read"))
        self.assertEqual(self.found("v959", user), ["v959-01"])
        self.assertEqual(self.found(receipt.protocol_code, user), ["v959-01"])
        self.assertEqual(self.found("teapot", user), [])

    def test_nobody_finds_receipts_of_another_company(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        elsewhere = self.make_account("elsewhere", company_id=company.id)
        self.make_receipt("v959-01", account_id=elsewhere.id)
        self.make_receipt("v959-02")
        user = new_test_user(self.env, "seller", "sales_team.group_sale_salesman")
        self.assertEqual(self.found("v959"), ["v959-01", "v959-02"])
        self.assertEqual(self.found("v959", user), ["v959-02"])

    def test_later_deliveries_are_the_repeats(self):
        receipts = self.make_receipt("1") + self.make_receipt("2")
        for receipt in (receipts[0], receipts[1], receipts[0], receipts[0]):
            receipt._record_delivery(Arrival.now("192.0.2.7"), 200)
        self.env.invalidate_all()
        self.assertEqual(receipts[0].delivery_ids.mapped("is_repeat"), [True, True, False])
        self.assertEqual(receipts[1].delivery_ids.mapped("is_repeat"), [False])
