"""Receipts are found by what is known of their orders, as far as the user may see it."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.invoices import InvoiceCase
from ..helpers.receipt_search import ADDON, RECEIPT

SALES, STOCK = "sales_team.group_sale_salesman", "stock.group_stock_user"


@tagged("post_install", "-at_install")
class TestSearchByOrder(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shopper = cls.env["res.partner"].create({"name": "Jane Teapot"})
        cls.order = cls.make_order("FIND-1", confirm=True, partner_id=cls.shopper.id)
        cls.make_order("FIND-2", confirm=True)
        cls.seller = new_test_user(cls.env, "own-seller", SALES)
        cls.stocker = new_test_user(cls.env, "stocker", STOCK)

    def setUp(self):
        super().setUp()
        for name in ("FIND-1", "FIND-2"):
            self.register(name).sale_order_id = self.env["sale.order"].search(
                [("marketplace_order_id", "=", name)]
            )

    def found(self, field, operator, value, user=None):
        receipts = self.env[RECEIPT].with_user(user or self.env.user)
        return receipts.search([(field, operator, value)]).mapped("marketplace_order_id")

    def test_by_customer(self):
        for operator, value in (
            ("ilike", "teapot"), ("=", self.shopper.id), ("child_of", self.shopper.id),
            ("child_of", "Teapot"),
        ):  # fmt: skip
            with self.subTest(operator, value=value):
                self.assertEqual(self.found("customer_id", operator, value), ["FIND-1"])
        contact = self.env["res.partner"].create({"name": "At work", "parent_id": self.shopper.id})
        self.order.partner_id = contact
        self.assertEqual(self.found("customer_id", "child_of", self.shopper.id), ["FIND-1"])
        self.assertNotIn("FIND-1", self.found("customer_id", "!=", contact.id))

    def test_by_product(self):
        product = self.make_product("Blue Teapot", default_code="TEA-1")
        self.order.order_line = [Command.create({"product_id": product.id})]
        for operator, value in (("ilike", "blue tea"), ("ilike", "TEA-1"), ("=", product.id)):
            with self.subTest(operator, value=value):
                self.assertEqual(self.found("product_id", operator, value), ["FIND-1"])

    def test_by_transfer(self):
        name = self.order.picking_ids.name
        for user in (self.seller, self.stocker):
            self.order.user_id = self.seller
            self.assertEqual(self.found("order_transfers", "ilike", name, user), ["FIND-1"])
        replacement = self.order.copy({"replaced_order_id": self.order.id})
        replacement.action_confirm()
        name = replacement.picking_ids.name
        self.assertEqual(self.found("order_transfers", "ilike", name), ["FIND-1"])

    def test_by_invoice(self):
        self.order.user_id = self.seller
        (invoice,) = self.order._create_invoices()
        invoice.action_post()
        for user in (self.env.user, self.seller):
            found = self.found("order_invoices", "ilike", invoice.name, user)
            self.assertEqual(found, ["FIND-1"])

    def test_orders_of_others_are_not_found(self):
        self.order.user_id = self.env.ref("base.user_admin")
        transfer = self.order.picking_ids.name
        for field, operator, value in (
            ("customer_id", "child_of", self.shopper.id),
            ("product_id", "ilike", self.product.name),
            ("order_transfers", "ilike", transfer),
        ):
            with self.subTest(field):
                self.assertIn("FIND-1", self.found(field, operator, value))
                self.assertNotIn("FIND-1", self.found(field, operator, value, self.seller))

    def test_who_may_not_see_what_is_looked_at_cannot_search_by_it(self):
        looker = new_test_user(self.env, "looker", f"{ADDON}.group_marketplace_user")
        for user, field in (
            (looker, "customer_id"), (looker, "product_id"), (looker, "order_transfers"),
            (looker, "order_invoices"), (self.stocker, "order_invoices"),
        ):  # fmt: skip
            with self.subTest(user.login, field=field), self.assertRaises(AccessError):
                self.found(field, "ilike", "x", user)

    def test_search_box_offers_what_the_user_may_search_by(self):
        fields = ("customer_id", "product_id", "order_transfers", "order_invoices")
        for user, offered in ((self.seller, fields), (self.stocker, fields[:3])):
            arch = self.env[RECEIPT].with_user(user).get_view(None, "search")["arch"]
            with self.subTest(user.login):
                self.assertEqual([name for name in fields if f'name="{name}"' in arch], [*offered])
