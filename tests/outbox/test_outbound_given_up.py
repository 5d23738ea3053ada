"""Invoices and credit notes after a call that was refused, or that somebody gave up."""

from odoo.tests import tagged

from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestAfterAFailure(OddCase):
    def test_invoice_that_replaces_one_that_was_refused(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.credit(invoice)
        self.posted(order)
        self.send()
        self.assertEqual(self.kinds()[1:], [("Output", 40000)])

    def test_further_invoice_after_one_that_was_refused(self):
        order = self.order_with({"product_uom_qty": 4})
        self.part(order, 1)
        self.refuse(order)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.posted(order)
        self.calls(order)[0].action_send_again()
        self.send()
        self.assertCountEqual(self.kinds()[1:], [("Output", 10000), ("Output", 30000)])

    def test_no_return_of_an_invoice_that_was_refused(self):
        order = self.order_with({"product_uom_qty": 4})
        self.part(order, 1)
        self.refuse(order)
        self.send()
        second = self.posted(order)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "failed"])
        self.credit(second)
        self.send()
        self.assertNotIn(("Input", 30000), self.kinds())
        self.calls(order)[1].action_send_again()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000), ("Output", 30000)])


@tagged("post_install", "-at_install")
class TestToldByHand(OddCase):
    """Somebody has given the call up, to tell the marketplace in another way."""

    def setUp(self):
        super().setUp()
        self.order = self.order_with({"product_uom_qty": 4})
        self.first = self.part(self.order, 1)
        self.refuse(self.order)
        self.calls(self.order).action_give_up("By phone.")
        self.call = self.calls(self.order)

    def assertAsked(self):
        self.send()
        self.assertFalse(self.sent())
        self.assertEqual(len(self.calls(self.order)), 1)
        self.assertIn("by hand", self.call.activity_ids.summary)

    def test_person_is_asked_about_a_further_invoice(self):
        self.part(self.order, 3)
        self.assertAsked()

    def test_person_is_asked_about_a_credit_note(self):
        self.credit(self.first)
        self.assertAsked()

    def test_person_is_asked_once(self):
        self.part(self.order, 3)
        self.credit(self.first)
        self.assertAsked()
