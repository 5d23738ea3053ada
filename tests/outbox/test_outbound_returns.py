"""What follows when an invoice that a marketplace has does not stand any more."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.outbound_invoices import SentCase


@tagged("post_install", "-at_install")
class TestTakenBack(SentCase):
    def test_credit_note_is_sent_as_a_return(self):
        order = self.told()
        self.credit(order.invoice_ids, {order.invoice_ids.invoice_line_ids: 3})
        self.send()
        self.assertEqual(
            self.sent(),
            [
                ("Output", 40000, [("TEAPOT", 4, 10000)]),
                ("Input", 30000, [("TEAPOT", 3, 10000)]),
            ],
        )
        number = self.marketplace.received[-1].body["invoiceNumber"]
        self.assertRegex(number, r"^RINV-\d+-\d+$")
        self.assertFalse(self.activities(order))

    def test_credit_note_that_is_posted_before_the_answer_follows(self):
        """What was tried stays as it was: the marketplace may have taken it."""
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.marketplace.answers.append((503, {}, {}))
        self.send()
        self.credit(invoice, {invoice.invoice_line_ids: 3})
        self.make_due(self.calls(order))
        self.send()
        self.send()
        self.assertEqual(
            [(kind, value) for kind, value, _items in self.sent()],
            [("Output", 40000), ("Output", 40000), ("Input", 30000)],
        )

    def test_invoice_that_was_refused_is_made_anew(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.credit(invoice, {invoice.invoice_line_ids: 3})
        self.calls(order).action_send_again()
        self.send()
        self.assertEqual(
            [(kind, value) for kind, value, _items in self.sent()],
            [("Output", 40000), ("Output", 10000)],
        )

    def test_credit_note_of_an_order_that_no_marketplace_was_told_of(self):
        order = self.order_with({})
        self.credit(self.posted(order))
        self.assertFalse(self.calls(order))

    def test_credit_note_of_a_down_payment(self):
        order = self.order_with({"product_uom_qty": 4})
        down_payment = self.down_payment(order)
        order._create_invoices(final=True).action_post()
        self.refuse(order)
        self.send()
        self.credit(down_payment)
        self.assertEqual(len(self.calls(order)), 1)

    def test_allowance_asks_a_person(self):
        order = self.told()
        self.credit(order.invoice_ids, price_unit=33)
        self.send()
        call = self.calls(order)[1:]
        self.assertEqual((call.kind, call.state), ("return", "failed"))
        self.assertIn("not clear which pieces", call.error)
        self.assertTrue(call.activity_ids)
        self.assertEqual(len(self.sent()), 1)

    def test_of_two_invoices_one_was_sent(self):
        """A credit note of what the marketplace has is not deducted from what it is to get."""
        order = self.order_with({"product_uom_qty": 4})
        first = self.invoice(order, "draft")
        first.invoice_line_ids.quantity = 1
        first.action_post()
        self.refuse(order)
        self.send()
        self.posted(order)
        self.credit(first)
        self.send()
        self.send()
        self.assertEqual(
            [(kind, value) for kind, value, _items in self.sent()],
            [("Output", 10000), ("Output", 30000), ("Input", 10000)],
        )


@tagged("post_install", "-at_install")
class TestChanged(SentCase):
    def test_reset_to_draft(self):
        order = self.told()
        order.invoice_ids.button_draft()
        activity = self.activities(order)
        self.assertIn("reset to draft", activity.summary)
        self.assertEqual(activity.user_id, self.account._responsible_user())

    def test_person_is_asked_when_a_sent_invoice_is_cancelled(self):
        order = self.told()
        order.invoice_ids.button_cancel()
        self.assertEqual(len(self.activities(order)), 1)

    def test_posted_again_as_it_was(self):
        order = self.told()
        order.invoice_ids.button_draft()
        order.invoice_ids.action_post()
        self.assertFalse(self.activities(order))
        self.send()
        self.assertEqual(len(self.sent()), 1)

    def test_posted_again_with_another_price(self):
        order = self.told()
        order.invoice_ids.button_draft()
        order.invoice_ids.invoice_line_ids.price_unit = 80
        order.invoice_ids.action_post()
        self.assertIn("was changed", self.activities(order).summary)
        self.send()
        self.assertEqual(len(self.sent()), 1)

    def test_reset_before_it_was_sent(self):
        order = self.order_with({})
        invoice = self.posted(order)
        self.refuse(order)
        invoice.button_draft()
        self.assertFalse(self.activities(order))


@tagged("post_install", "-at_install")
class TestCancelledHereAndThere(SentCase):
    def wizard(self, order):
        return self.env["marketplace.order.cancel"].create({"order_id": order.id})

    def test_invoiced_order_says_why_not(self):
        order = self.told()
        self.assertIn("Post its credit note first", order._obstacle_to_cancel_there())

    def test_order_that_is_invoiced_there_in_part_never_is(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.refuse(order)
        self.send()
        self.assertIn(
            "does not cancel an order that is invoiced in part", order._obstacle_to_cancel_there()
        )
        self.credit(invoice)
        self.assertIn(
            "does not cancel an order that is invoiced in part", order._obstacle_to_cancel_there()
        )

    def test_return_goes_first(self):
        order = self.told()
        self.credit(order.invoice_ids)
        self.assertIsNone(order._obstacle_to_cancel_there())
        self.wizard(order).action_cancel_everywhere()
        self.send()
        self.assertEqual(
            [call.body.get("type") or "cancel" for call in self.marketplace.received],
            ["Output", "Input", "cancel"],
        )

    def test_cancellation_is_not_sent_if_the_return_was_refused(self):
        order = self.told()
        self.credit(order.invoice_ids)
        self.wizard(order).action_cancel_everywhere()
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "failed", "failed"])
        self.assertNotIn("/cancel", "".join(call.path for call in self.marketplace.received))
        self.assertTrue(self.calls(order)[-1:].activity_ids)

    def test_credited_in_part(self):
        order = self.told()
        self.credit(order.invoice_ids, {order.invoice_ids.invoice_line_ids: 3})
        self.send()
        self.assertIn("Post its credit note first", order._obstacle_to_cancel_there())

    def test_order_that_the_marketplace_has_no_invoice_of(self):
        order = self.order_with({})
        self.posted(order)
        self.assertIsNone(order._obstacle_to_cancel_there())

    def test_order_that_was_cancelled_here_alone(self):
        order = self.told()
        self.wizard(order).action_cancel_order()
        with self.assertRaises(UserError):
            order.action_cancel_at_marketplace()
        self.credit(order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice"))
        self.send()
        order.action_cancel_at_marketplace()
        self.send()
        self.assertEqual(
            [call.body.get("type") or "cancel" for call in self.marketplace.received],
            ["Output", "Input", "cancel"],
        )
