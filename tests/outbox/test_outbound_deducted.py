"""Credit notes that are deducted from an invoice before the marketplace has it."""

from odoo.tests import tagged

from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestDeducted(OddCase):
    def deducted(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        note = self.credit(invoice, {invoice.invoice_line_ids: 3})
        self.refuse(order)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])
        return order, note

    def test_note_that_is_reset_asks_a_person(self):
        order, note = self.deducted()
        note.button_draft()
        self.assertTrue(self.activities(order))

    def test_note_that_is_posted_again(self):
        order, note = self.deducted()
        note.button_draft()
        note.action_post()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])
        self.assertFalse(self.activities(order))

    def test_note_that_is_posted_again_with_less(self):
        order, note = self.deducted()
        note.button_draft()
        note.invoice_line_ids.quantity = 2
        note.action_post()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])
        self.assertTrue(self.activities(order))

    def test_further_note(self):
        order, _note = self.deducted()
        invoice = order._invoices_in_order()
        self.credit(invoice, {invoice.invoice_line_ids: 1})
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])  # of four, and so nothing is given back
        self.assertTrue(self.activities(order))
        self.assertIn(
            "does not cancel an order that is invoiced in part", order._obstacle_to_cancel_there()
        )

    def test_freight_that_is_kept(self):
        order = self.order_with({}, {"product_id": self.freight.id, "price_unit": 15})
        if "delivery.carrier" in self.env:
            self.env["delivery.carrier"].create({"name": "Post", "product_id": self.freight.id})
        invoice = self.posted(order)
        self.credit(invoice, {invoice.invoice_line_ids[0]: 1})
        self.refuse(order)
        self.send()
        call = self.calls(order)
        self.assertFalse(self.sent())
        self.assertEqual(call.state, "failed", call.note)
        self.assertTrue(call.activity_ids)

    def test_refund_of_what_two_invoices_bill(self):
        self.product.invoice_policy = "delivery"
        order = self.order_with({"product_uom_qty": 6}, {"product_id": self.cup.id})
        self.ship(self.open_pickings(order))
        self.part(order, 3, 1)
        self.part(order, 3)
        self.give_back(order.picking_ids, {self.product: 4})
        self.refund(order)
        self.ask(order).action_refuse("It has left.")
        self.send()
        told = sum(value if kind == "Output" else -value for kind, value in self.kinds())
        failed = self.calls(order).filtered(lambda call: call.state == "failed")
        self.assertTrue(told == 30000 or failed.activity_ids, (self.sent(), failed.mapped("error")))

    def test_refund_of_one_of_two_invoices(self):
        self.product.invoice_policy = "delivery"
        order = self.order_with({"product_uom_qty": 6})
        self.ship(self.open_pickings(order))
        self.part(order, 3)
        self.part(order, 3)
        self.give_back(order.picking_ids, {self.product: 4})
        self.refund(order)
        self.ask(order).action_refuse("It has left.")
        self.send()
        self.assertEqual(self.kinds(), [("Output", 20000)])
