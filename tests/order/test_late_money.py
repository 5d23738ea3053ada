"""Invoices that are posted when their order is cancelled already, of which no receipt tells."""

from odoo.tests import tagged

from ..helpers.invoices import InvoiceCase
from ..helpers.notices import NoticeCase
from ..helpers.seller import SellerCase

BILLS = "It bills an order that is cancelled."


@tagged("post_install", "-at_install")
class TestLateInvoices(InvoiceCase, NoticeCase, SellerCase):
    def setUp(self):
        super().setUp()
        self.account.on_picking = "cancel"
        self.order = self.order_of_three("L-1")

    def bill(self, order):
        return self.down_payment(order)

    def test_seller_has_cancelled_it(self):
        self.cancel_here(self.order, "Cracked.")
        invoice = self.bill(self.order)
        self.assertAsked(invoice, BILLS)
        self.assertAsked(invoice, f"The seller has cancelled {self.order.name}.")

    def test_program_of_the_sellers_has_cancelled_it(self):
        self.order.action_cancel()
        self.order.user_id = False
        invoice = self.down_payment(self.order, post=False)
        invoice.invoice_user_id = False
        invoice.action_post()
        self.assertAsked(invoice, f"The seller has cancelled {self.order.name}.", self.responsible)

    def test_marketplace_has_cancelled_it_and_the_receipt_is_deleted(self):
        self.cancel_asking_nobody(self.order)
        self.forget(self.order)
        invoice = self.bill(self.order)
        self.assertAsked(invoice, BILLS)
        self.assertAsked(invoice, "Test Market has cancelled this order.")

    def test_marketplace_has_cancelled_it(self):
        self.cancel_asking_nobody(self.order)
        self.assertAsked(self.bill(self.order), "Test Market cancelled this order")

    def test_refused_and_cancelled_here_afterwards(self):
        order = self.order_of_three("L-2", done=1)
        self.account.on_shipped = "ask"
        self.ask(order).action_refuse("It has left.")
        self.cancel_here(order, "It came back.")
        self.assertAsked(self.bill(order), BILLS)

    def test_replacement_that_the_seller_has_cancelled(self):
        new = self.make_order(quantity=3, replaced_order_id=self.order.id, confirm=True)
        new.action_cancel()
        self.assertAsked(self.bill(new), f"The seller has cancelled {new.name}.")

    def test_order_of_no_marketplace(self):
        order = self.order_of_three(None)
        order.action_cancel()
        self.assertFalse(self.activities(self.bill(order)))

    def test_order_that_goes_on(self):
        self.assertFalse(self.activities(self.bill(self.order)))
