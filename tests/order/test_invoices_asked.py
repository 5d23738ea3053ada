"""Who is asked about invoices and payments, and what for."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.invoices import InvoiceCase


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

    def test_sales_receipt_is_asked_about(self):
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
        """No document of another company is touched; the salesperson of the order is told."""
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

    def test_nobody_is_asked_about_money_that_was_given_back(self):
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
