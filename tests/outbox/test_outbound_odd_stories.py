"""Odd ways to bill and to credit: what the marketplace is told stays what was billed and kept."""

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.outbound.document import Unsendable
from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestOddCredits(OddCase):
    def test_note_of_no_order_line(self):
        """The accountant has put a line of their own for those that Odoo has copied."""
        order = self.told()
        note = self.credit(order.invoice_ids, post=False)
        note.invoice_line_ids = [
            Command.clear(),
            Command.create({"name": "Goodwill", "price_unit": 30, "tax_ids": [Command.clear()]}),
        ]
        note.action_post()
        self.send()
        self.assertTrue(self.activities(order))
        self.assertEqual(len(self.sent()), 1)

    def test_fee_that_is_kept(self):
        order = self.told()
        note = self.credit(order.invoice_ids, post=False)
        note.invoice_line_ids = [
            Command.create({"name": "Fee", "price_unit": -10, "tax_ids": [Command.clear()]}),
        ]
        note.action_post()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000), ("Input", 39000)])

    def test_return_that_is_posted_again_with_another_price(self):
        order = self.told()
        note = self.credit(order.invoice_ids)
        self.send()
        note.button_draft()
        self.activities(order).action_feedback()
        note.invoice_line_ids[0].quantity = 2
        note.action_post()
        self.assertTrue(self.activities(order))
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000), ("Input", 40000)])

    def test_return_that_is_posted_again_as_it_was(self):
        order = self.told()
        note = self.credit(order.invoice_ids)
        self.send()
        note.button_draft()
        self.assertTrue(self.activities(order))
        note.action_post()
        self.assertFalse(self.activities(order))

    def test_invoice_that_is_posted_again_after_a_return(self):
        order = self.told()
        invoice = order.invoice_ids
        self.credit(invoice, {invoice.invoice_line_ids: 1})
        self.send()
        invoice.button_draft()
        invoice.action_post()
        self.assertFalse(self.activities(order))

    def test_combo_that_is_taken_back(self):
        order = self.combo()
        self.posted(order)
        self.refuse(order)
        self.send()
        self.assertIn("Post its credit note first", order._obstacle_to_cancel_there())
        self.credit(order.invoice_ids)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 30000), ("Input", 30000)])
        self.assertIsNone(order._obstacle_to_cancel_there())

    def test_credit_note_that_is_reversed(self):
        order = self.told()
        note = self.credit(order.invoice_ids)
        self.send()
        back = note._reverse_moves([{"date": note.date}])
        back.action_post()
        self.send()
        self.assertTrue(self.activities(order) or self.kinds()[2:], (back.move_type, self.kinds()))

    def test_invoice_of_three_orders(self):
        orders = self.order_with({"product_uom_qty": 2})
        orders |= self.order_with({"product_id": self.cup.id, "price_unit": 7.77})
        orders |= self.make_order(quantity=1, confirm=True)
        invoice = orders._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.invoice_line_ids = [
            Command.create({"name": "Fee", "price_unit": 5, "tax_ids": [Command.clear()]})
        ]
        invoice.action_post()
        for order in orders[:2]:
            self.refuse(order)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 20000), ("Output", 777)])
        self.credit(invoice)
        self.send()
        self.assertEqual(self.kinds()[2:], [("Input", 20000), ("Input", 777)])

    def test_taxes_of_all_sorts(self):
        taxes = self.env["account.tax"]
        for method in ("round_per_line", "round_globally"):
            self.env.company.tax_calculation_rounding_method = method
            for one in taxes.search([("name", "in", ("Eco", "19 incl", "Div"))]):
                one.name += " old"
            fixed = taxes.create({"name": "Eco", "amount_type": "fixed", "amount": 0.37})
            base = {"include_base_amount": True, "price_include_override": "tax_included"}
            included = taxes.create({"name": "19 incl", "amount": 19, **base})
            division = taxes.create(
                {"name": "Div", "amount_type": "division", "amount": 18, **base}
            )
            for chosen in (fixed, included, fixed | included, division, division | fixed):
                with self.subTest(method=method, taxes=chosen.mapped("name")):
                    order = self.order_with(
                        {
                            "product_uom_qty": 7,
                            "price_unit": 13.37,
                            "discount": 12.5,
                            "tax_ids": [Command.set(chosen.ids)],
                        },
                        {"product_id": self.cup.id, "price_unit": 0.01, "discount": 100},
                    )
                    invoice = self.posted(order)
                    body = invoice._marketplace_invoice_body(order)
                    self.assertEqual(body["invoiceValue"], round(invoice.amount_total * 100))
                    note = self.credit(invoice, {invoice.invoice_line_ids[0]: 2})
                    left = invoice._marketplace_invoice_body(order)["invoiceValue"]
                    self.assertEqual(left, round((invoice.amount_total - note.amount_total) * 100))

    def test_unit_that_the_accountant_has_changed(self):
        order = self.order_with({"product_uom_qty": 24})
        invoice = self.invoice(order, "draft")
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice.invoice_line_ids.write(
            {"product_uom_id": dozen.id, "quantity": 2, "price_unit": 1200}
        )
        invoice.action_post()
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(
            (body["invoiceValue"], self.items(body)), (240000, [("TEAPOT", 24, 10000)])
        )
        self.credit(invoice, {invoice.invoice_line_ids: 1})
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(
            (body["invoiceValue"], self.items(body)), (120000, [("TEAPOT", 12, 10000)])
        )

    def test_product_that_the_accountant_has_changed(self):
        order = self.order_with({"product_uom_qty": 2})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.product_id = self.cup
        invoice.invoice_line_ids.write({"price_unit": 100, "tax_ids": [Command.clear()]})
        invoice.action_post()
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], 20000)
        self.assertEqual(self.items(body), [("TEAPOT", 2, 10000)])

    def test_early_payment_discount(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "early_pay_discount_computation": "mixed",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        order = self.order_with({"tax_ids": [Command.set(self.tax.ids)]}, payment_term_id=term.id)
        invoice = self.posted(order)
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], round(invoice.amount_total * 100))

    def test_accountant_without_orders(self):
        order = self.told()
        user = self.env["res.users"].create(
            {
                "name": "Accountant",
                "login": "an accountant of odd stories",
                "group_ids": [Command.set(self.env.ref("account.group_account_invoice").ids)],
            }
        )
        invoice = order.invoice_ids.with_user(user)
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        note.action_post()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000), ("Input", 40000)])
        note.button_draft()
        self.assertTrue(self.activities(order))


@tagged("post_install", "-at_install")
class TestCompanies(OddCase):
    def test_sku_is_the_accounts_companys(self):
        """The job that sends runs for all companies."""
        self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get("product.product").id,
                "name": "x_market_sku",
                "ttype": "char",
                "company_dependent": True,
                "field_description": "SKU",
            }
        )
        other = self.env["res.company"].create({"name": "Another Seller"})
        self.product.with_company(other).x_market_sku = "THERE"
        self.product.x_market_sku = "HERE"
        self.account.write({"sku_source": "field", "sku_field": "x_market_sku"})
        order = self.order_with({})
        invoice = self.posted(order).with_company(other)
        body = invoice._marketplace_invoice_body(order.with_company(other))
        self.assertEqual(self.items(body), [("HERE", 1, 10000)])


@tagged("post_install", "-at_install")
class TestDebitNotes(OddCase):
    def test_debit_note_is_told_by_a_person(self):
        """Its copied lines are no further pieces."""
        if "account.debit.note" not in self.env:
            self.skipTest("account_debit_note is not installed")
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.send()
        wizard = self.env["account.debit.note"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"copy_lines": True}).create_debit()
        invoice.debit_note_ids.action_post()
        self.send()
        self.assertEqual(len(self.sent()), 1)
        call = self.calls(order)[1:]
        self.assertEqual(call.mapped("state"), ["failed"])
        self.assertTrue(call.activity_ids)


@tagged("post_install", "-at_install")
class TestReceipts(OddCase):
    def test_order_that_is_billed_by_a_receipt(self):
        order = self.order_with({"product_uom_qty": 2})
        draft = self.invoice(order, "draft")
        values = draft.invoice_line_ids.with_context(include_business_fields=True).copy_data()
        for line in values:
            line.pop("move_id")
        draft.unlink()
        self.refuse(order)
        receipt = self.env["account.move"].create(
            {
                "move_type": "out_receipt",
                "partner_id": self.partner.id,
                "invoice_line_ids": [Command.create(line) for line in values],
            }
        )
        receipt.action_post()
        self.send()
        self.assertEqual(self.sent(), [("Output", 20000, [("TEAPOT", 2, 10000)])])


@tagged("post_install", "-at_install")
class TestOtherAddons(OddCase):
    def test_error_in_an_addons_hook_stops_no_posting_of_what_was_sent(self):
        order = self.told()
        invoice = order.invoice_ids

        def fail(*_args):
            raise ZeroDivisionError

        invoice.button_draft()
        self.patch(type(invoice), "_marketplace_invoice_body", fail)
        with mute_logger("odoo.addons.marketplace_order_cancellation.models.outbox.call_document"):
            invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertTrue(self.calls(order).activity_ids)

    def test_reason_of_an_addon(self):
        order = self.order_with({})
        invoice = self.posted(order)

        def refuse(*_args):
            raise Unsendable("no_xml", "There is no XML of it yet.")

        self.patch(type(invoice), "_marketplace_invoice_body", refuse)
        self.refuse(order)
        self.send()
        self.assertEqual(self.calls(order).error, "There is no XML of it yet.")
