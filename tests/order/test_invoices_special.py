"""Invoices that are not like the others: down payments, taxes, currencies, receipts, companies."""

from odoo.exceptions import UserError
from odoo.fields import Command, Date
from odoo.tests import tagged

from ..helpers.invoices import DownPaymentCase, InvoiceCase


@tagged("post_install", "-at_install")
class TestDownPayments(DownPaymentCase):
    def test_alone(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(down).amount_total, 15)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_draft(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order, post=False)
        self.assertFalse(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertEqual(down.state, "cancel")

    def test_deducted_on_the_final_invoice(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order)
        final = self.final_invoice(order)
        self.assertEqual((down.amount_total, final.amount_total), (15, 15))
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(down).amount_total, 15)
        self.assertEqual(self.drafted(final).amount_total, 15)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_final_invoice_is_credited_already(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order)
        final = self.final_invoice(order)
        self.credit(final)
        self.assertTrue(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(final))
        self.assertEqual(self.drafted(down).amount_total, 15)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_final_invoice_is_a_draft(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order)
        final = self.final_invoice(order, post=False)
        self.cancel_asking_nobody(order)
        self.assertEqual(final.state, "cancel")
        self.assertEqual(self.drafted(down).amount_total, 15)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_given_back_by_an_order_that_shrank(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order)
        order.order_line.filtered(lambda line: not line.is_downpayment).product_uom_qty = 0
        refund = self.final_invoice(order)
        self.assertEqual((refund.move_type, refund.amount_total), ("out_refund", 15))
        self.assertFalse(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(down))
        self.assertFalse(refund.reversal_move_ids)
        self.assertNothingBilled(order)

    def test_shared_draft_loses_the_heading(self):
        orders = self.orders(2)
        self.down_payment(orders[0])
        final = self.final_invoice(orders, post=False)
        self.assertIn("Down Payments", final.invoice_line_ids.mapped("name"))
        self.cancel_asking_nobody(orders[0])
        self.assertEqual((final.state, final.amount_total), ("draft", 30))
        self.assertNotIn("Down Payments", final.invoice_line_ids.mapped("name"))

    def test_shared_draft_keeps_the_heading_of_another(self):
        orders = self.orders(2)
        self.down_payment(orders[1])
        final = self.final_invoice(orders, post=False)
        self.cancel_asking_nobody(orders[0])
        self.assertEqual((final.state, final.amount_total), ("draft", 15))
        self.assertIn("Down Payments", final.invoice_line_ids.mapped("name"))


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

    def test_paid(self):
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
class TestWhoIsAsked(InvoiceCase):
    def receipt_for(self, order):
        """A sales receipt for the order, as its lines would be invoiced."""
        invoice = self.invoice(order, "draft")
        values = invoice.invoice_line_ids.with_context(include_business_fields=True).copy_data()
        invoice.button_cancel()
        for line in values:
            line.pop("move_id")
        receipt = self.env["account.move"].create(
            {
                "move_type": "out_receipt",
                "partner_id": self.partner.id,
                "invoice_user_id": self.accountant.id,
                "invoice_line_ids": [Command.create(line) for line in values],
            }
        )
        self.assertEqual(receipt.invoice_line_ids.sale_line_ids, order.order_line)
        return receipt

    def test_receipt(self):
        order = self.order_of_three("W-1")
        receipt = self.receipt_for(order)
        self.assertFalse(self.facts(order).invoiced)
        receipt.action_post()
        self.assertTrue(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(receipt.reversal_move_ids)
        self.assertAsked(receipt, "It is a receipt")

    def test_receipt_that_is_a_draft(self):
        order = self.order_of_three("W-1")
        receipt = self.receipt_for(order)
        self.cancel_asking_nobody(order)
        self.assertEqual(receipt.state, "cancel")

    def test_entry(self):
        order = self.order_of_three("W-1")
        accounts = self.env["account.account"].search([("account_type", "=", "income")], limit=2)
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "sale_line_ids": order.order_line.ids if balance < 0 else [],
                        }
                    )
                    for account, balance in zip(accounts, (30, -30), strict=True)
                ]
            }
        )
        self.assertFalse(self.facts(order).invoiced)
        entry.action_post()
        self.assertTrue(self.facts(order).invoiced)
        with self.subTest("reversed"), self.env.cr.savepoint() as savepoint:
            entry._reverse_moves(cancel=True)
            self.assertFalse(self.facts(order).invoiced)
            savepoint.rollback()
        self.env.invalidate_all()
        self.cancel_asking_nobody(order)
        self.assertAsked(order, "neither an invoice nor", user=self.responsible)

    def test_invoice_of_another_company(self):
        """No document of another company is touched; whoever sold the order is told."""
        order = self.order_of_three("W-1")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        invoice = self.invoice(order, "posted")
        self.rewrite(invoice, company_id=company.id)
        self.rewrite(invoice.line_ids, company_id=company.id)
        self.cancel_asking_nobody(order)
        self.assertFalse(invoice.reversal_move_ids)
        self.assertFalse(invoice.activity_ids)
        self.assertAsked(order, "another company")

    def test_what_odoo_refuses(self):
        """A country's rule, say, that wants a reason for a credit note."""
        order = self.order_of_three("W-1")
        invoice = self.invoice(order, "posted")

        def refuse(*_args, **_values):
            raise UserError("Not without a reason.")  # pylint: disable=translation-required

        self.patch(self.env.registry["account.move"], "_reverse_moves", refuse)
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.assertAsked(invoice, "Not without a reason")

    def test_responsible_user_if_nobody_sold_it(self):
        order = self.order_of_three("W-1", user_id=False)
        invoice = self.invoice(order, "posted")
        invoice.invoice_user_id = False
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.cancel_asking_nobody(order)
        self.assertAsked(invoice, "left to credit", user=self.responsible)

    def test_responsible_user_if_the_seller_has_left(self):
        order = self.order_of_three("W-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.accountant.active = False
        self.cancel_asking_nobody(order)
        self.assertAsked(invoice, "left to credit", user=self.responsible)

    def test_on_the_order_for_who_may_not_see_invoices(self):
        order = self.order_of_three("W-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        users = (self.accountant | self.responsible).ids
        self.env["ir.rule"].create(
            {
                "name": "None for some",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": f"[('id', '=', 0)] if user.id in {users} else []",
            }
        )
        self.cancel_asking_nobody(order)
        self.assertFalse(invoice.activity_ids)
        self.assertAsked(order, "left to credit")

    def test_orders_that_the_endpoint_does_not_see_count(self):
        """Rules of the shop hide other orders from the endpoint's user, not from the facts."""
        orders = self.orders(2)
        draft = self.invoice(orders, "draft")
        for model in ("sale.order", "sale.order.line"):
            field = "order_id" if model == "sale.order.line" else "id"
            hidden = f"[('{field}', '!=', {orders[1].id})]"
            self.env["ir.rule"].create(
                {
                    "name": "Hidden from one",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "domain_force": f"{hidden} if user.id == {self.endpoint_user.id} else []",
                }
            )
        self.cancel_asking_nobody(orders[0])
        self.assertEqual((draft.state, draft.amount_total), ("draft", 30))

    def test_reason_of_the_marketplace_is_no_markup(self):
        order = self.order_of_three("W-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.request_cancellation("W-1", reason="<b>x</b>")
        self.assertAsked(invoice, "Reason: “<b>x</b>”")


@tagged("post_install", "-at_install")
class TestPayments(InvoiceCase):
    def pay(self, order, state="done", **values):
        method = self.env["payment.method"].create({"name": "Card", "code": "test_card"})
        provider = self.env["payment.provider"].create({"name": "Provider", "code": "none"})
        provider.support_manual_capture = "full_only"
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{state}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": order.ids,
                "state": state,
                **values,
            }
        )

    def give_money_back(self, payment, amount, state="done"):
        refund = payment._create_child_transaction(amount, is_refund=True)
        refund.write({"state": state, "sale_order_ids": payment.sale_order_ids.ids})
        return refund

    def test_somebody_is_asked_to_give_it_back(self):
        order = self.order_of_three("P-1")
        payment = self.pay(order)
        self.cancel_asking_nobody(order)
        self.assertAsked(order, payment.reference)

    def test_given_back(self):
        order = self.order_of_three("P-1")
        payment = self.pay(order)
        self.give_money_back(payment, 10)
        refund = self.give_money_back(payment, 20, state="pending")
        self.assertTrue(self.facts(order).invoiced)
        refund.state = "done"
        self.assertFalse(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.activities(order), [])

    def test_payment_of_a_cancelled_order_does_not_pay_for_the_others(self):
        orders = self.orders(2)
        payments = [self.pay(orders[0], "authorized"), self.pay(orders[1], "authorized")]
        invoice = self.invoice(orders, "draft")
        invoice.transaction_ids = [Command.set([payment.id for payment in payments])]
        self.cancel_asking_nobody(orders[0])
        self.assertEqual(invoice.transaction_ids, payments[1])


@tagged("post_install", "-at_install")
class TestOtherInvoices(InvoiceCase):
    def test_locked_period(self):
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

    def test_hashed_invoice(self):
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

    def test_replacement(self):
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
        self.env["sale.order"]._cancel_each_for_marketplace(receipts)
        self.assertEqual(self.drafted(invoice).mapped("amount_total"), [30, 30])
        self.post_drafted(orders)
        self.assertNothingBilled(orders[:2])
        self.assertEqual(self.billed(orders[2:]), others)
        self.assertFalse(self.facts(orders[0]).invoiced)
