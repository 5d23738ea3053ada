"""What is on an invoice that a marketplace gets: its own items, and what the order is worth."""

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.outbound_invoices import InvoiceCase


@tagged("post_install", "-at_install")
class TestItems(InvoiceCase):
    def test_freight_is_in_the_value(self):
        product = self.freight
        if "delivery.carrier" in self.env:
            self.env["delivery.carrier"].create({"name": "Post", "product_id": product.id})
        self.assertBody(
            21500,
            [("TEAPOT", 2, 10000)],
            {"product_uom_qty": 2},
            {"product_id": product.id, "price_unit": 15},
        )

    def test_line_of_a_carrier(self):
        order = self.order_with({}, {"product_id": self.freight.id, "price_unit": 15})
        if "is_delivery" not in order.order_line._fields:
            self.skipTest("delivery is not installed")
        order.order_line[1].is_delivery = True
        self.assertEqual(
            self.items(self.posted(order)._marketplace_invoice_body(order)), [("TEAPOT", 1, 10000)]
        )

    def test_discount_on_the_whole_order(self):
        order = self.order_with({"product_uom_qty": 3}, {"product_id": self.cup.id}, confirm=False)
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "amount", "discount_amount": 40}
        )
        wizard.action_apply_discount()
        order.action_confirm()
        body = self.posted(order)._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], 36000)
        self.assertEqual(self.items(body), [("TEAPOT", 3, 9000), ("CUP", 1, 9000)])

    def test_free_sample_is_no_item(self):
        self.assertBody(
            10000, [("TEAPOT", 1, 10000)], {}, {"product_id": self.cup.id, "price_unit": 0}
        )

    def test_line_of_a_negative_price(self):
        self.assertBody(
            7000, [("TEAPOT", 1, 7000)], {}, {"product_id": self.cup.id, "price_unit": -30}
        )

    def test_line_of_a_negative_quantity(self):
        order = self.order_with({"product_uom_qty": 4}, {"product_uom_qty": 1})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids[1].quantity = -1
        invoice.action_post()
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual((body["invoiceValue"], self.items(body)), (30000, [("TEAPOT", 3, 10000)]))

    def test_line_of_no_quantity(self):
        order = self.order_with({}, {"product_id": self.cup.id})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids[1].quantity = 0
        invoice.action_post()
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(self.items(body), [("TEAPOT", 1, 10000)])

    def test_two_lines_of_one_sku(self):
        self.assertBody(
            25000,
            [("TEAPOT", 2, 8333), ("TEAPOT", 1, 8334)],
            {"product_uom_qty": 2},
            {"price_unit": 50},
        )

    def test_only_what_the_importer_has_named(self):
        self.assertBody(
            13000,
            [("TEAPOT", 1, 10000)],
            {"marketplace_line_id": "AB12"},
            {"product_id": self.cup.id, "price_unit": 30},
        )

    def test_gift_that_the_importer_has_named(self):
        self.assertBody(
            10000,
            [("TEAPOT", 1, 10000), ("CUP", 2, 0)],
            {"marketplace_line_id": "1"},
            {
                "product_id": self.cup.id,
                "price_unit": 0,
                "product_uom_qty": 2,
                "marketplace_line_id": "2",
            },
        )

    def test_what_an_accountant_adds_is_a_charge(self):
        order = self.order_with({})
        invoice = self.invoice(order, "draft")
        values = {"product_id": self.cup.id, "price_unit": 5, "tax_ids": [Command.clear()]}
        invoice.invoice_line_ids = [Command.create(values)]
        invoice.action_post()
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual((body["invoiceValue"], self.items(body)), (10500, [("TEAPOT", 1, 10000)]))

    def test_combo(self):
        for values in ({}, {"marketplace_line_id": "1"}, {"marketplace_sku": "SET"}):
            with self.subTest(values):
                order = self.combo(**values)
                body = self.posted(order)._marketplace_invoice_body(order)
                self.assertEqual(
                    (body["invoiceValue"], self.items(body)), (30000, [("SET", 2, 15000)])
                )

    def test_part_of_a_combo(self):
        order = self.combo()
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.cup).quantity = 1
        invoice.action_post()
        self.assertUnsendable("quantity", order)

    # -- SKUs -------------------------------------------------------------------------------------

    def test_sku_of_the_line_goes_first(self):
        self.assertBody(10000, [("880044", 1, 10000)], {"marketplace_sku": " 880044 "})

    def test_barcode_is_the_sku_if_the_account_wants_it(self):
        self.account.sku_source = "barcode"
        self.product.barcode = "4006381333931"
        self.assertBody(10000, [("4006381333931", 1, 10000)], {})

    def test_other_fields(self):
        self.account.write({"sku_source": "field", "sku_field": "id"})
        self.assertBody(10000, [(str(self.product.id), 1, 10000)], {})

    def test_fields_that_are_none(self):
        for name in ("", "no_such", "list_price", "product_tmpl_id", "__class__"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.account.write({"sku_source": "field", "sku_field": name})

    def test_product_without_a_sku_is_told(self):
        self.product.default_code = False
        order = self.order_with({})
        self.posted(order)
        self.refuse(order)
        self.send()
        call = self.calls(order)
        self.assertFalse(self.marketplace.received)
        self.assertEqual(call.state, "failed")
        self.assertIn("Teapot has no SKU", call.error)
        self.assertEqual(call.activity_ids.user_id, self.account._responsible_user())
        self.product.default_code = "TEAPOT"
        call.action_send_again()
        self.send()
        self.assertEqual(call.state, "sent")
