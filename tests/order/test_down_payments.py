"""What becomes of down payments of cancelled orders."""

from odoo.tests import tagged

from ..helpers.invoices import DownPaymentCase


@tagged("post_install", "-at_install")
class TestDownPayments(DownPaymentCase):
    def test_posted_down_payment_is_credited(self):
        order = self.order_of_three("D-1")
        down = self.down_payment(order)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(down).amount_total, 15)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_receipt_lists_the_products_alone(self):
        order = self.order_of_three("D-1")
        products = order.order_line
        self.down_payment(order)
        self.request_cancellation("D-1")
        self.assertEqual(self.receipts("D-1").order_line_ids, products)

    def test_draft_down_payment_is_cancelled(self):
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
