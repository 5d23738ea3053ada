"""What an invoice that a marketplace gets comes to."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.outbound_invoices import InvoiceCase


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
        self.assertIn("only amounts above zero", call.error)
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
