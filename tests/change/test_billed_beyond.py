"""What is billed of lines beyond what a change would leave of them: a fact of the decision."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase


@tagged("post_install", "-at_install")
class TestBilledBeyond(PartMoneyCase):
    def assertBeyond(self, order, taken, beyond):
        """Without ``taken`` pieces of its first line, ``beyond`` of it would be billed too much."""
        line = order.order_line[0]
        expected = {line: beyond} if beyond else {}
        self.assertEqual(order._billed_beyond({line: taken}), expected)

    def test_nothing(self):
        self.assertBeyond(self.order_of_three("I-1"), 1, 0)

    def test_draft(self):
        order = self.order_of_three("I-1")
        self.invoice(order, "draft")
        self.assertBeyond(order, 1, 0)

    def test_posted(self):
        order = self.order_of_three("I-1")
        self.invoice(order, "posted")
        for taken in (1, 2, 3):
            with self.subTest(taken):
                self.assertBeyond(order, taken, taken)

    def test_a_part_is_invoiced(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.quantity = 2
        invoice.action_post()
        self.assertBeyond(order, 1, 0)
        self.assertBeyond(order, 2, 1)

    def test_credited(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, {order.order_line: 1}, post=False)
        self.assertBeyond(order, 1, 1)
        note.action_post()
        self.assertBeyond(order, 1, 0)
        self.assertBeyond(order, 2, 1)

    def test_unclear(self):
        order = self.order_of_three("I-1")
        note = self.credit(self.invoice(order, "posted"), post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.assertBeyond(order, 1, 1)

    def test_unclear_and_not_too_much_for_all_that(self):
        order = self.make_order("I-1", quantity=9, confirm=True)
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.quantity = 3
        invoice.action_post()
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.assertBeyond(order, 6, 0)
        self.assertBeyond(order, 7, 7)

    def test_unclear_of_another_line(self):
        values = {"product_id": self.product.id, "product_uom_qty": 3}
        lines = [Command.create(values), Command.create(values)]
        order = self.make_order("I-1", confirm=True, order_line=lines)
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids[0].unlink()
        invoice.action_post()
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.assertBeyond(order, 1, 0)

    def test_line_of_several_orders(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        keep, gone = invoice.invoice_line_ids
        keep.write({"quantity": 5, "sale_line_ids": [Command.set(orders.order_line.ids)]})
        gone.unlink()
        invoice.action_post()
        self.assertBeyond(orders[0], 1, 0)
        self.assertBeyond(orders[0], 2, 2)

    def test_in_dozens(self):
        order = self.order_of_three("I-1")
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        invoice = self.invoice(order, "draft")
        line = invoice.invoice_line_ids
        price = line.price_unit
        line.product_uom_id = self.env.ref("uom.product_uom_unit")
        line.write({"quantity": 36, "price_unit": price / 12})
        invoice.action_post()
        self.assertBeyond(order, 1, 1)

    def test_down_payment(self):
        order = self.order_of_three("I-1")
        self.down_payment(order)  # 15 of 30
        self.assertBeyond(order, 1, 0)
        self.assertBeyond(order, 2, 2)

    def test_down_payment_deducted(self):
        order = self.order_of_three("I-1")
        self.down_payment(order)
        self.final_invoice(order)
        self.assertBeyond(order, 1, 1)

    def test_paid(self):
        order = self.order_of_three("I-1")
        payment = self.pay(order, 25)
        self.assertBeyond(order, 1, 1)
        payment.amount = 20
        self.assertBeyond(order, 1, 0)

    def test_paid_and_given_back(self):
        order = self.order_of_three("I-1")
        payment = self.pay(order, 30)
        refund = payment._create_child_transaction(10, is_refund=True)
        self.assertBeyond(order, 1, 1)
        refund.state = "done"
        self.assertBeyond(order, 1, 0)

    def test_paid_for_several(self):
        orders = self.orders(2)
        self.pay(orders, 60)
        self.assertBeyond(orders[0], 1, 1)
        orders[1].order_line.product_uom_qty = 4
        self.assertBeyond(orders[0], 1, 0)

    def test_salesperson(self):
        order = self.order_of_three("I-1")
        self.invoice(order, "posted")
        mine = order.with_user(self.responsible)
        self.assertEqual(mine._billed_beyond({mine.order_line: 1}), {order.order_line: 1})
