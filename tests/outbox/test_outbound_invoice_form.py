"""Numbers, dates, quantities and parcels of an invoice that a marketplace gets."""

import re
from datetime import datetime, timedelta

from odoo.fields import Datetime
from odoo.tests import tagged

from ..helpers.outbound_invoices import InvoiceCase


@tagged("post_install", "-at_install")
class TestNumbers(InvoiceCase):
    def test_seven_for_ten(self):
        self.assertBody(
            1000,
            [("TEAPOT", 1, 142), ("TEAPOT", 6, 143)],
            {"product_uom_qty": 7, "price_unit": 10 / 7},
        )

    def test_length_that_is_no_number_of_pieces(self):
        metre = self.env.ref("uom.product_uom_meter")
        self.product.uom_id = metre
        order = self.order_with({"product_uom_qty": 2.5})
        self.posted(order)
        self.assertUnsendable("quantity", order)
        centimetre = self.env.ref("uom.product_uom_cm")
        order.order_line.marketplace_line_id = "named"  # and its unit is the marketplace's
        order.order_line.product_uom_id = centimetre
        order.order_line.product_uom_qty = 250
        body = order.invoice_ids._marketplace_invoice_body(order)
        self.assertEqual(self.items(body)[0][1], 250)

    def test_currencies(self):
        for name, price, value in (
            ("JPY", 1000, 100000),
            ("CLP", 9990, 999000),
            ("EUR", 19.99, 1999),
            ("KWD", 1.234, 123),
        ):
            with self.subTest(name):
                pricelist = self.env["product.pricelist"].create(
                    {"name": name, "currency_id": self.currency(name).id}
                )
                self.assertBody(
                    value,
                    [("TEAPOT", 1, value)],
                    {"price_unit": price},
                    pricelist_id=pricelist.id,
                )

    def test_small_coins_of_several_lines(self):
        """They are rounded together, as the shopper pays them: 3.015 are 3.02, and not 3 × 1.01."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "KWD", "currency_id": self.currency("KWD").id}
        )
        products = (self.product, self.cup, self.product)
        lines = [{"product_id": one.id, "price_unit": 1.005} for one in products]
        self.env["decimal.precision"].search([("name", "=", "Product Price")]).digits = 3
        items = [("TEAPOT", 1, 100), ("TEAPOT", 1, 101), ("CUP", 1, 101)]
        self.assertBody(302, items, *lines, pricelist_id=pricelist.id)

    def test_invoice_in_another_currency(self):
        order = self.order_with({})
        other = self.env.ref("base.EUR")
        if other == order.currency_id:
            other = self.env.ref("base.USD")
        other.active = True
        invoice = self.invoice(order, "draft")
        invoice.currency_id = other
        invoice.action_post()
        self.assertUnsendable("currency", order)


@tagged("post_install", "-at_install")
class TestForm(InvoiceCase):
    def test_number_is_written_as_the_account_wants(self):
        order = self.order_with({})
        self.invoice(order, "posted").name = "INV/2026/70007"
        for source, expected in (
            ("plain", "INV-2026-70007"),
            ("digits", "202670007"),
            ("name", "INV/2026/70007"),
        ):
            with self.subTest(source):
                self.account.invoice_number_source = source
                body = order.invoice_ids._marketplace_invoice_body(order)
                self.assertEqual(body["invoiceNumber"], expected)

    def test_number_in_another_field(self):
        self.account.write({"invoice_number_source": "field", "invoice_number_field": "ref"})
        order = self.order_with({})
        invoice = self.posted(order)
        invoice.ref = False
        self.assertUnsendable("number", order)
        invoice.ref = " 35-1 "
        self.assertEqual(invoice._marketplace_invoice_body(order)["invoiceNumber"], "35-1")

    def test_number_that_another_document_has(self):
        self.account.invoice_number_source = "digits"
        order = self.order_with({"product_uom_qty": 2})
        self.posted(order)
        self.refuse(order)
        self.send()
        invoice = order.invoice_ids
        note = self.credit(invoice, post=False)
        note.name = f"R{invoice.name}"
        note.action_post()
        self.send()
        call = self.calls(order)[1:]
        self.assertEqual(call.state, "failed")
        self.assertIn("has another document", call.error)

    def test_warning_when_the_connection_is_tested(self):
        order = self.order_with({})
        self.invoice(order, "posted")
        self.marketplace.orders[order.marketplace_order_id] = "handling"
        self.assertEqual(self.account._test_connection()[0], "success")
        self.account.invoice_number_source = "name"
        kind, message = self.account._test_connection()
        self.assertEqual(kind, "warning")
        self.assertIn(order.invoice_ids.name, message)

    def test_date_has_a_time(self):
        self.env.company.partner_id.tz = "America/Sao_Paulo"
        order = self.order_with({})
        now = Datetime.now()
        for days in (0, 1, 200):
            with self.subTest(days):
                invoice = self.invoice(order, "draft")
                invoice.invoice_date = (now - timedelta(hours=3, days=days)).date()
                invoice.action_post()
                text = invoice._marketplace_invoice_body(order)["issuanceDate"]
                moment = datetime.fromisoformat(text)
                self.assertEqual(moment.date(), invoice.invoice_date)
                self.assertEqual(moment.utcoffset(), timedelta(hours=-3))
                self.assertTrue(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-03:00$", text))
                self.credit(invoice)

    def test_day_where_the_responsible_user_lives(self):
        """Where nobody has said where the company is."""
        self.env.company.partner_id.tz = False
        self.account._responsible_user().tz = "Asia/Tokyo"
        order = self.order_with({})
        text = self.posted(order)._marketplace_invoice_body(order)["issuanceDate"]
        self.assertEqual(datetime.fromisoformat(text).utcoffset(), timedelta(hours=9))

    def parcel(self, order, quantity, number):
        self.ship(self.open_pickings(order), quantity)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        parcel = done.filtered(lambda picking: not picking.carrier_tracking_ref)
        parcel.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": number})
        return parcel

    def test_each_parcel_with_its_own_invoice(self):
        if "carrier_tracking_ref" not in self.env["stock.picking"]._fields:
            self.skipTest("stock_delivery is not installed")
        self.carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "product_id": self.freight.id,
                "tracking_url": "https://post.example/<shipmenttrackingnumber>",
            }
        )
        self.product.invoice_policy = "delivery"
        order = self.order_with({"product_uom_qty": 3})
        for quantity, number in ((1, "A"), (2, "B")):
            self.parcel(order, quantity, number)
            self.invoice(order, "posted")
        back = self.give_back(order.picking_ids[0])
        back.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "BACK"})
        bodies = [one._marketplace_invoice_body(order) for one in order._invoices_in_order()]
        self.assertEqual([body["trackingNumber"] for body in bodies], ["A", "B"])
        self.assertEqual(bodies[1]["trackingUrl"], "https://post.example/B")
        self.assertEqual(bodies[0]["courier"], "Post")
