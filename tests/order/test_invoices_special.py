"""Invoices that are not like the others: down payments, taxes, currencies, receipts, companies."""

from odoo.fields import Command, Date
from odoo.tests import tagged

from ..helpers.invoices import InvoiceCase


@tagged("post_install", "-at_install")
class TestAmounts(InvoiceCase):
    """Whatever makes up the price of an order line goes with it."""

    def check(self, orders, invoice):
        """The first of ``orders`` on ``invoice`` is cancelled, the others stay as they are."""
        amount = orders[0].amount_total
        others = self.billed(orders[1:])
        self.cancel_asking_nobody(orders[0])
        note = self.drafted(invoice)
        self.assertEqual(note.amount_total, amount)
        self.post_drafted(orders)
        self.assertNothingBilled(orders[0])
        self.assertEqual(self.billed(orders[1:]), others)
        return note

    def tax(self, amount, **values):
        return self.env["account.tax"].create(
            {"name": f"Tax {amount} {values}", "amount": amount, "type_tax_use": "sale", **values}
        )

    def test_taxes(self):
        for price_include in ("tax_excluded", "tax_included"):
            with self.subTest(price_include):
                tax = self.tax(19, price_include_override=price_include)
                orders = self.orders(3, prefix=price_include)
                orders.order_line.tax_ids = tax
                self.assertEqual(
                    orders[0].amount_total, 35.7 if price_include == "tax_excluded" else 30
                )
                note = self.check(orders, self.invoice(orders, "posted"))
                self.assertEqual(note.invoice_line_ids.tax_ids, tax)

    def test_fiscal_position(self):
        home, abroad = self.tax(19), self.tax(5)
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        abroad.write({"fiscal_position_ids": position.ids, "original_tax_ids": home.ids})
        self.product.taxes_id = home
        orders = self.orders(2, fiscal_position_id=position.id)
        self.assertEqual(orders.order_line.tax_ids, abroad)
        note = self.check(orders, self.invoice(orders, "posted"))
        self.assertEqual((note.amount_tax, note.fiscal_position_id), (1.5, position))

    def test_discount_of_a_line(self):
        orders = self.orders(2)
        orders.order_line.discount = 15
        note = self.check(orders, self.invoice(orders, "posted"))
        self.assertEqual(note.amount_total, 25.5)

    def test_discount_of_the_order(self):
        orders = self.orders(2)
        for order in orders:
            wizard = self.env["sale.order.discount"].create(
                {
                    "sale_order_id": order.id,
                    "discount_type": "so_discount",
                    "discount_percentage": 0.1,
                }
            )
            wizard.action_apply_discount()
        self.assertEqual(orders.mapped("amount_total"), [27, 27])
        self.check(orders, self.invoice(orders, "posted"))

    def test_fee_of_the_delivery(self):
        orders = self.orders(2)
        fee = self.make_product("Fee", type="service", is_storable=False, invoice_policy="order")
        for order in orders:
            order.order_line = [Command.create({"product_id": fee.id, "price_unit": 4})]
        note = self.check(orders, self.invoice(orders, "posted"))
        self.assertEqual(note.amount_total, 34)

    def test_terms_of_payment(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        orders = self.orders(2, payment_term_id=terms.id)
        self.check(orders, self.invoice(orders, "posted"))

    def test_paid_invoice_is_credited_in_part(self):
        orders = self.orders(2)
        self.check(orders, self.invoice(orders, "paid"))

    def test_foreign_currency(self):
        currency = self.env.ref("base.JPY")
        currency.active = True
        rate = {"currency_id": currency.id, "company_id": self.company.id}
        self.env["res.currency.rate"].create({**rate, "name": "2020-01-01", "rate": 150})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Yen", "currency_id": currency.id}
        )
        orders = self.orders(2, pricelist_id=pricelist.id)
        orders.order_line.price_unit = 1500
        note = self.check(orders, self.invoice(orders, "posted"))
        self.assertEqual((note.currency_id, note.amount_total), (currency, 4500))

    def test_cash_rounding(self):
        account = self.env["account.account"].search([("account_type", "=", "expense")], limit=1)
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Half",
                "rounding": 0.5,
                "strategy": "add_invoice_line",
                "rounding_method": "UP",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )
        orders = self.orders(2)
        orders.order_line.price_unit = 10.1
        invoice = self.invoice(orders, "draft")
        invoice.invoice_cash_rounding_id = rounding
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 61)
        self.cancel_asking_nobody(orders[0])
        self.assertEqual(self.drafted(invoice).amount_total, 30.5)
        self.post_drafted(orders)
        self.assertNothingBilled(orders[0])


@tagged("post_install", "-at_install")
class TestOtherInvoices(InvoiceCase):
    def test_invoice_of_a_locked_period_is_credited_later(self):
        """What was invoiced in it is credited later."""
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        invoice.invoice_date = Date.subtract(Date.today(), days=9)
        invoice.action_post()
        locked = Date.subtract(Date.today(), days=1)
        self.rewrite(self.company, fiscalyear_lock_date=locked)
        self.cancel_asking_nobody(orders[0])
        note = self.drafted(invoice)
        self.assertEqual(note.amount_total, 30)
        note.action_post()
        self.assertGreater(note.date, locked)

    def test_hashed_invoice_is_credited(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "posted")
        invoice.button_hash()
        self.assertTrue(invoice.inalterable_hash)
        self.cancel_asking_nobody(orders[0])
        self.assertEqual(self.drafted(invoice).amount_total, 30)

    def test_journal_of_the_invoice(self):
        journal = self.env["account.journal"].create(
            {"name": "Marketplace", "code": "MKTX", "type": "sale"}
        )
        order = self.order_of_three("O-1", journal_id=journal.id)
        invoice = self.invoice(order, "posted")
        self.assertEqual(invoice.journal_id, journal)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).journal_id, journal)

    def test_journal_that_is_archived(self):
        journal = self.env["account.journal"].create(
            {"name": "Marketplace", "code": "MKTX", "type": "sale"}
        )
        order = self.order_of_three("O-1", journal_id=journal.id)
        invoice = self.invoice(order, "posted")
        journal.active = False
        self.cancel_asking_nobody(order)
        note = self.drafted(invoice)
        self.assertTrue(note.journal_id.active)
        note.action_post()

    def test_account_of_the_shopper(self):
        """Money goes back to the shopper's bank, not to the company's own."""
        banks = self.env["res.partner.bank"]
        bank = banks.create({"acc_number": "1", "partner_id": self.partner.id})
        own = banks.create({"acc_number": "2", "partner_id": self.company.partner_id.id})
        order = self.order_of_three("O-1")
        invoice = self.invoice(order, "draft")
        invoice.partner_bank_id = own
        invoice.action_post()
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).partner_bank_id, bank)

    def test_replacement_is_credited_with_its_order(self):
        order = self.order_of_three("O-1")
        replacement = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        other = self.order_of_three("O-2")
        invoice = self.invoice(order | replacement | other, "posted")
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).mapped("amount_total"), [50])
        self.post_drafted(order)
        self.assertNothingBilled(order | replacement)

    def test_invoice_that_was_posted_before(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "posted")
        invoice.button_draft()
        self.assertFalse(self.facts(orders[0]).invoiced)
        self.cancel_asking_nobody(orders[0])
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 30)
        self.assertNothingBilled(orders[0])

    def test_two_of_one_invoice_at_once(self):
        orders = self.orders(3)
        invoice = self.invoice(orders, "posted")
        self.assertTrue(all(self.facts(order).invoiced for order in orders))
        receipts = {order: self.register(order.marketplace_order_id) for order in orders[:2]}
        others = self.billed(orders[2:])
        orders[:2]._cancel_for_marketplace(receipts)
        self.assertEqual(self.drafted(invoice).mapped("amount_total"), [30, 30])
        self.post_drafted(orders)
        self.assertNothingBilled(orders[:2])
        self.assertEqual(self.billed(orders[2:]), others)
        self.assertFalse(self.facts(orders[0]).invoiced)
