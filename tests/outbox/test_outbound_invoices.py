"""What is on an invoice that a marketplace gets: its own items, and what the order is worth."""

import re
from datetime import datetime, timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command, Datetime
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

    def test_sample(self):
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

    def test_barcode(self):
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


@tagged("post_install", "-at_install")
class TestValue(InvoiceCase):
    def test_down_payment_is_not_deducted(self):
        for percentage in (50, 100):
            with self.subTest(percentage):
                order = self.order_with(
                    {"price_unit": 99.99, "tax_ids": [Command.set(self.tax.ids)]}
                )
                self.down_payment(order, percentage)
                final = order._create_invoices(final=True)
                final.action_post()
                body = final._marketplace_invoice_body(order)
                self.assertEqual(self.items(body), [("TEAPOT", 1, 10999)])
                self.assertEqual(body["invoiceValue"], 10999)

    def test_final_invoice_that_pays_back_is_none_the_less_an_invoice(self):
        """Odoo makes it a credit note of negative quantities."""
        order = self.order_with({"product_uom_qty": 4})
        self.down_payment(order, 100)
        order.order_line[0].write({"product_uom_qty": 3, "price_unit": 100})
        self.refuse(order)
        final = order._create_invoices(final=True)
        self.assertEqual((final.move_type, final.amount_total), ("out_refund", 100))
        final.action_post()
        self.send()
        self.assertEqual(self.sent(), [("Output", 30000, [("TEAPOT", 3, 10000)])])

    def test_all_invoices_are_sent_in_order(self):
        order = self.order_with({"product_uom_qty": 5})
        for quantity in (1, 2):
            invoice = self.invoice(order, "draft")
            invoice.invoice_line_ids.quantity = quantity
            invoice.action_post()
        self.refuse(order)
        self.send()
        self.invoice(order, "posted")
        self.send()
        self.assertEqual(
            self.sent(),
            [("Output", pieces * 10000, [("TEAPOT", pieces, 10000)]) for pieces in (1, 2, 2)],
        )

    def test_of_what_is_posted_after_the_refusal_all_is_sent(self):
        order = self.order_with({"product_uom_qty": 3})
        self.refuse(order)
        for quantity in (1, 2):
            invoice = self.invoice(order, "draft")
            invoice.invoice_line_ids.quantity = quantity
            invoice.action_post()
        self.send()
        self.assertEqual([value for _type, value, _items in self.sent()], [10000, 20000])

    def test_credited_in_part_before(self):
        order = self.order_with({"product_uom_qty": 4}, {"product_id": self.cup.id})
        invoice = self.posted(order)
        self.credit(invoice, {invoice.invoice_line_ids[0]: 3})
        self.refuse(order)
        self.send()
        self.assertEqual(
            self.sent(), [("Output", 20000, [("TEAPOT", 1, 10000), ("CUP", 1, 10000)])]
        )

    def test_credited_in_part_while_it_waits(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.credit(invoice, {invoice.invoice_line_ids: 3})
        self.send()
        self.assertEqual(self.sent(), [("Output", 10000, [("TEAPOT", 1, 10000)])])
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "obsolete"])

    def test_wholly_credited(self):
        for linked in (True, False):
            with self.subTest(linked=linked):
                order = self.order_with({"product_uom_qty": 4})
                invoice = self.posted(order)
                self.refuse(order)
                note = self.credit(invoice, post=False)
                if not linked:
                    note.reversed_entry_id = False
                note.action_post()
                self.send()
                self.assertFalse(self.sent())
                self.assertEqual(self.calls(order).mapped("state"), ["waiting", "obsolete"])

    def test_only_freight_is_left(self):
        """It is billed, and no item goes with it: somebody has to tell the marketplace."""
        freight = {"product_id": self.freight.id, "price_unit": 15, "is_expense": False}
        if "delivery.carrier" in self.env:
            carriers = self.env["delivery.carrier"]
            carriers.create({"name": "Post", "product_id": self.freight.id})
        order = self.order_with({}, freight)
        invoice = self.posted(order)
        self.credit(invoice, {invoice.invoice_line_ids[0]: 1})
        self.refuse(order)
        self.send()
        self.assertFalse(self.sent())
        self.assertEqual(self.calls(order).state, "failed")
        self.assertTrue(self.calls(order).activity_ids)

    def test_what_is_left_to_the_cent(self):
        """Three for 10.00; Odoo credits one with 3.33."""
        order = self.order_with({"product_uom_qty": 3, "price_unit": 10 / 3})
        invoice = self.posted(order)
        note = self.credit(invoice, {invoice.invoice_line_ids: 1})
        body = invoice._marketplace_invoice_body(order)
        left = round((invoice.amount_total - note.amount_total) * 100)
        self.assertEqual(body["invoiceValue"], left)
        self.assertEqual(sum(pieces * price for _id, pieces, price in self.items(body)), left)

    def test_credit_that_does_not_tell_what_came_back(self):
        order = self.order_with({"product_uom_qty": 4})
        self.credit(self.posted(order), price_unit=33)
        self.assertUnsendable("unclear", order)

    def test_invoice_of_nothing_is_told(self):
        order = self.order_with({"discount": 100})
        self.posted(order)
        self.refuse(order)
        self.send()
        call = self.calls(order)
        self.assertFalse(self.marketplace.received)
        self.assertEqual(call.state, "failed")
        self.assertIn("above zero only", call.error)
        self.assertTrue(call.activity_ids)

    def test_withheld_taxes_are_no_discount(self):
        withheld = self.env["account.tax"].create({"name": "Withheld", "amount": -2})
        taxes = [Command.set((self.tax | withheld).ids)]
        body = self.assertBody(11000, [("TEAPOT", 1, 11000)], {"tax_ids": taxes})
        self.assertEqual(body["type"], "Output")

    def test_withheld_taxes_of_what_is_left(self):
        withheld = self.env["account.tax"].create({"name": "Withheld", "amount": -2})
        order = self.order_with({"tax_ids": [Command.set(withheld.ids)], "product_uom_qty": 4})
        invoice = self.posted(order)
        self.credit(invoice, {invoice.invoice_line_ids: 3})
        self.assertEqual(invoice._marketplace_invoice_body(order)["invoiceValue"], 10000)

    def test_cash_rounding_is_not_in_it(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "5 cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.env["account.account"].search([], limit=1).id,
                "loss_account_id": self.env["account.account"].search([], limit=1).id,
            }
        )
        order = self.order_with({"price_unit": 99.98})
        invoice = self.posted(order, invoice_cash_rounding_id=rounding.id)
        self.assertEqual(invoice.amount_total, 100)
        self.assertEqual(invoice._marketplace_invoice_body(order)["invoiceValue"], 9998)

    def test_taxes_that_are_rounded_globally(self):
        self.env.company.tax_calculation_rounding_method = "round_globally"
        tax = self.env["account.tax"].create({"name": "5.5 %", "amount": 5.5})
        lines = [{"price_unit": 0.09, "tax_ids": [Command.set(tax.ids)]} for _number in range(9)]
        order = self.order_with(*lines)
        invoice = self.posted(order)
        self.assertNotEqual(
            round(invoice.amount_total, 2),
            round(sum(invoice.invoice_line_ids.mapped("price_total")), 2),
        )
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], round(invoice.amount_total * 100))
        self.assertEqual(
            sum(pieces * price for _id, pieces, price in self.items(body)), body["invoiceValue"]
        )


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
                currency = self.env["res.currency"].with_context(active_test=False)
                currency = currency.search([("name", "=", name)])
                currency.active = True
                pricelist = self.env["product.pricelist"].create(
                    {"name": name, "currency_id": currency.id}
                )
                self.assertBody(
                    value,
                    [("TEAPOT", 1, value)],
                    {"price_unit": price},
                    pricelist_id=pricelist.id,
                )

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
    def test_number(self):
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
