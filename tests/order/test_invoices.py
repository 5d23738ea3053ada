"""What becomes of invoices of cancelled orders: credited, taken off a draft, or asked about."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.invoices import InvoiceCase


@tagged("post_install", "-at_install")
class TestSharedInvoice(InvoiceCase):
    def test_lines_of_the_cancelled_order_are_credited_and_no_others(self):
        """Of one invoice for three orders the lines of the cancelled one are credited."""
        orders = self.orders(3)
        invoice = self.invoice(orders, "posted")
        others = self.billed(orders[1:])
        self.cancel_asking_nobody(orders[0])
        (note,) = self.drafted(invoice)
        self.assertEqual((note.amount_total, invoice.amount_total), (30, 90))
        self.assertEqual(note.invoice_line_ids.sale_line_ids, orders[0].order_line)
        self.assertEqual(self.billed(orders[1:]), others)
        self.assertEqual(orders.mapped("invoice_status"), ["no", "invoiced", "invoiced"])
        self.post_drafted(orders)
        self.assertNothingBilled(orders[0])
        self.assertEqual(self.billed(orders[1:]), others)

    def test_each_in_turn(self):
        orders = self.orders(3)
        invoice = self.invoice(orders, "posted")
        for order in orders:
            self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).mapped("amount_total"), [30, 30, 30])
        self.post_drafted(orders)
        self.assertNothingBilled(orders)

    def test_lines_of_the_cancelled_order_leave_a_draft_and_no_others(self):
        orders = self.orders(3)
        invoice = self.invoice(orders, "draft")
        others = self.billed(orders[1:])
        self.cancel_asking_nobody(orders[0])
        self.assertEqual((invoice.state, invoice.amount_total), ("draft", 60))
        self.assertEqual(invoice.invoice_line_ids.sale_line_ids, orders[1:].order_line)
        self.assertEqual(self.billed(orders[1:]), others)
        self.assertEqual(orders[1:].mapped("invoice_status"), ["invoiced"] * 2)
        self.assertNotIn(orders[0].name, invoice.invoice_origin.split(", "))
        self.assertIn(orders[1].name, invoice.invoice_origin.split(", "))
        self.assertIn(f"for {orders[0].name} were removed", "".join(self.chatter(invoice)))
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 60)

    def test_draft_of_two_that_are_cancelled(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        for order in orders:
            self.cancel_asking_nobody(order)
        self.assertEqual(invoice.state, "cancel")

    def test_draft_with_sections_and_notes(self):
        def with_section(name):
            section = {"display_type": "line_section", "name": f"Section {name}"}
            note = {"display_type": "line_note", "name": f"Note {name}"}
            goods = {"product_id": self.product.id, "product_uom_qty": 3}
            lines = [Command.create(values) for values in (section, goods, note)]
            return self.make_order(name, confirm=True, order_line=lines)

        first, second = with_section("S-1"), with_section("S-2")
        invoice = self.invoice(first | second, "draft")
        self.cancel_asking_nobody(first)
        names = invoice.invoice_line_ids.filtered("display_type").mapped("name")
        self.assertEqual([name for name in names if "S-1" in name], [])
        self.assertEqual([name for name in names if "S-2" in name], ["Section S-2", "Note S-2"])

    def test_posted_with_sections_and_notes(self):
        def with_section(name):
            section = {"display_type": "line_section", "name": f"Section {name}"}
            note = {"display_type": "line_note", "name": f"Note {name}"}
            goods = {"product_id": self.product.id, "product_uom_qty": 3}
            lines = [Command.create(values) for values in (section, goods, note)]
            return self.make_order(name, confirm=True, order_line=lines)

        first, second = with_section("S-1"), with_section("S-2")
        invoice = self.invoice(first | second, "posted")
        self.cancel_asking_nobody(first)
        lines = self.drafted(invoice).invoice_line_ids
        headings = lines.filtered(lambda line: line.display_type != "product")
        self.assertEqual(headings.mapped("name"), ["Section S-1", "Note S-1"])

    def test_draft_credit_note_of_a_part(self):
        """Odoo cancels an accountant's draft along with the order: one for all takes its place."""
        (order,) = self.orders(1)
        invoice = self.invoice(order, "posted")
        draft = self.credit(invoice, {order.order_line: 1}, post=False)
        self.cancel_asking_nobody(order)
        self.assertEqual(draft.state, "cancel")
        self.assertEqual(self.drafted(invoice).mapped("amount_total"), [30])
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_draft_credit_note_of_several(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "posted")
        draft = self.credit(invoice, post=False)
        self.cancel_asking_nobody(orders[0])
        self.assertEqual((draft.state, draft.amount_total), ("draft", 30))
        self.post_drafted(orders)
        self.assertNothingBilled(orders)

    def test_line_of_several_orders(self):
        """A merged line cannot be split by a machine."""
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        keep, gone = invoice.invoice_line_ids
        keep.write({"quantity": 6, "sale_line_ids": [Command.set(orders.order_line.ids)]})
        gone.unlink()
        with self.subTest("draft"):
            self.cancel_asking_nobody(orders[0])
            self.assertEqual((invoice.state, invoice.amount_total), ("draft", 60))
            self.assertEqual(keep.sale_line_ids, orders[1].order_line)
            self.assertAsked(invoice, f"A line bills {orders[0].name} as well")

    def test_posted_line_of_several_orders(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        keep, gone = invoice.invoice_line_ids
        keep.write({"quantity": 6, "sale_line_ids": [Command.set(orders.order_line.ids)]})
        gone.unlink()
        invoice.action_post()
        self.cancel_asking_nobody(orders[0])
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "bills several orders")

    def test_line_of_no_order_stays(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        invoice.invoice_line_ids = [Command.create({"name": "Gift wrap", "price_unit": 2})]
        invoice.action_post()
        self.cancel_asking_nobody(orders[0])
        self.assertEqual(self.drafted(invoice).amount_total, 30)
        self.assertFalse(invoice.activity_ids)

    def test_line_of_no_order_on_an_invoice_of_one(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids = [Command.create({"name": "Gift wrap", "price_unit": 2})]
        invoice.action_post()
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).amount_total, 32)


@tagged("post_install", "-at_install")
class TestPartlyCredited(InvoiceCase):
    def test_one_of_three(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        self.credit(invoice, {order.order_line: 1})
        self.cancel_asking_nobody(order)
        (note,) = self.drafted(invoice)
        self.assertEqual((note.invoice_line_ids.quantity, note.amount_total), (2, 20))
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.order_of_three("I-1")
        order.order_line.write({"product_uom_id": dozen.id})
        invoice = self.invoice(order, "posted")
        self.credit(invoice, {order.order_line: 1})
        self.cancel_asking_nobody(order)
        line = self.drafted(invoice).invoice_line_ids
        self.assertEqual((line.quantity, line.product_uom_id), (2, dozen))
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_credited_in_another_unit(self):
        order = self.order_of_three("I-1")
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, {order.order_line: 1}, post=False)
        line, price = note.invoice_line_ids, invoice.invoice_line_ids.price_unit
        line.product_uom_id = self.env.ref("uom.product_uom_unit")
        line.write({"quantity": 1, "price_unit": price / 12})
        note.action_post()
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "in its unit")

    def test_all_of_it(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        self.credit(invoice)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertEqual(self.activities(invoice, order), [])

    def test_at_another_price(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "what is left to credit")

    def test_the_same_sum_in_one_piece(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.write({"quantity": 1, "price_unit": 30})
        note.action_post()
        self.assertFalse(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertFalse(invoice.activity_ids)

    def test_by_hand_for_goodwill(self):
        """A credit note that says nothing of order lines: nobody knows what it is for."""
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.unlink()
        note.invoice_line_ids = [Command.create({"name": "Sorry", "price_unit": 5})]
        note.action_post()
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "what is left to credit")

    def test_by_hand_and_wholly(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        note = self.credit(invoice, post=False)
        note.invoice_line_ids.unlink()
        note.invoice_line_ids = [Command.create({"name": "Everything", "price_unit": 30})]
        self.assertTrue(self.facts(order).invoiced)
        note.action_post()
        self.assertFalse(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertEqual(self.activities(invoice, order), [])

    def test_cancelled_credit_note(self):
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        self.credit(invoice, post=False).button_cancel()
        self.credit(invoice).button_cancel()
        self.assertTrue(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).amount_total, 30)

    def test_draft_credit_note(self):
        """Odoo cancels it along with the order; what was on it is credited all the same, once."""
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        self.credit(invoice, {order.order_line: 1}, post=False)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).amount_total, 30)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_posted_refund_is_not_reversed(self):
        """Credit notes that an order made by itself, as for goods that came back."""
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        order.order_line.product_uom_qty = 1
        refund = order._create_invoices(final=True)
        refund.action_post()
        self.assertEqual((refund.move_type, refund.amount_total), ("out_refund", 20))
        self.cancel_asking_nobody(order)
        self.assertFalse(refund.reversal_move_ids)
        self.assertEqual(self.drafted(invoice).amount_total, 10)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_more_than_was_invoiced(self):
        """The shopper has got too much: a person has to see to it."""
        order = self.order_of_three("I-1")
        invoice = self.invoice(order, "posted")
        self.credit(invoice)
        self.credit(invoice, {order.order_line: 1})
        self.assertTrue(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "what is left to credit")

    def test_several_invoices(self):
        order = self.order_of_three("I-1")
        first = self.invoice(order, "posted")
        order.order_line.product_uom_qty = 5
        second = self.invoice(order, "posted")
        order.order_line.product_uom_qty = 6
        third = self.invoice(order, "draft")
        self.credit(first)
        self.assertTrue(self.facts(order).invoiced)
        self.cancel_asking_nobody(order)
        self.assertFalse(self.drafted(first))
        self.assertEqual(self.drafted(second).amount_total, 20)
        self.assertEqual(third.state, "cancel")
        self.post_drafted(order)
        self.assertNothingBilled(order)
