"""What becomes of drafts, invoices and credit notes when a part is taken out of an order."""

from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase


@tagged("post_install", "-at_install")
class TestDrafts(PartMoneyCase):
    def test_goes_down(self):
        order = self.order_of_three("M-1")
        draft = self.invoice(order, "draft")
        self.take_out({order.order_line: 1})
        self.assertEqual((draft.state, draft.amount_total), ("draft", 20))
        self.assertEqual(draft.invoice_line_ids.quantity, 2)
        self.assertIn(
            f"taken out of {order.name} was removed from this draft", self.chatter(draft)[0]
        )
        self.assertEqual(self.activities(draft, order), [])
        draft.action_post()
        self.assertEqual(draft.amount_residual, 20)

    def test_what_is_not_billed_yet(self):
        order = self.order_of_three("M-1")
        draft = self.invoice(order, "draft")
        draft.invoice_line_ids.quantity = 2
        self.take_out({order.order_line: 1})
        self.assertEqual(draft.invoice_line_ids.quantity, 2)
        self.take_out({order.order_line: 1})
        self.assertEqual(draft.invoice_line_ids.quantity, 1)

    def test_line_goes_off(self):
        order = self.order_of("M-1", (self.product.id, 3, 10), (self.cup.id, 2, 5))
        draft = self.invoice(order, "draft")
        self.take_out({order.order_line[0]: 3})
        self.assertEqual((draft.state, draft.amount_total), ("draft", 10))
        self.assertEqual(draft.invoice_line_ids.sale_line_ids, order.order_line[1])

    def test_section_goes_with_its_lines(self):
        def section(name):
            return {"display_type": "line_section", "name": name}

        goods = {"product_id": self.product.id, "product_uom_qty": 3}
        cups = {"product_id": self.cup.id, "product_uom_qty": 2}
        order = self.order_of("M-1", section("Pots"), goods, section("Cups"), cups)
        draft = self.invoice(order, "draft")
        self.take_out({order.order_line[1]: 3})
        headings = draft.invoice_line_ids.filtered("display_type").mapped("name")
        self.assertNotIn("Pots", headings)
        self.assertIn("Cups", headings)

    def test_nothing_that_is_sold_is_left(self):
        """A freight alone is no invoice; Odoo offers to bill it with what is left of the order."""
        carrier = self.env["delivery.carrier"].create(
            {"name": "Post", "product_id": self.extra.id, "fixed_price": 7}
        )
        lines = [(self.product.id, 3, 10), (self.cup.id, 2, 5), (self.extra.id, 1, 7)]
        order = self.order_of("M-1", *lines)
        order.order_line[2].is_delivery = True
        order.carrier_id = carrier
        draft = self.invoice(order, "draft")
        draft.invoice_line_ids[1].unlink()
        self.invoice(order, "posted")
        self.take_out({order.order_line[0]: 3})
        self.assertEqual((draft.state, draft.amount_total), ("cancel", 37))
        self.assertIn("takes a part out", self.chatter(draft)[0])
        self.assertEqual(order.order_line[2].invoice_status, "to invoice")
        self.assertEqual(self.activities(draft, order), [])

    def test_line_of_no_order_is_kept(self):
        order = self.order_of_three("M-1")
        draft = self.invoice(order, "draft")
        draft.invoice_line_ids = [Command.create({"name": "Gift wrap", "price_unit": 2})]
        self.take_out({order.order_line: 3})
        self.assertEqual((draft.state, draft.amount_total), ("draft", 2))

    def test_other_orders_on_it(self):
        orders = self.orders(2)
        draft = self.invoice(orders, "draft")
        other = self.billed(orders[1])
        self.take_out({orders[0].order_line: 1})
        self.assertEqual(draft.amount_total, 50)
        self.assertIn(orders[0].name, draft.invoice_origin)
        self.take_out({orders[0].order_line: 2})
        self.assertEqual((draft.state, draft.amount_total), ("draft", 30))
        self.assertEqual(draft.invoice_line_ids.sale_line_ids, orders[1].order_line)
        self.assertNotIn(orders[0].name, draft.invoice_origin)
        self.assertEqual(self.billed(orders[1]), other)

    def test_line_of_several_orders(self):
        orders = self.orders(2)
        draft = self.invoice(orders, "draft")
        keep, gone = draft.invoice_line_ids
        keep.write({"quantity": 6, "sale_line_ids": [Command.set(orders.order_line.ids)]})
        gone.unlink()
        self.take_out({orders[0].order_line: 1})
        self.assertEqual(draft.amount_total, 60)
        self.assertAsked(draft, "bills several lines")

    def test_line_of_several_orders_that_bills_no_more_than_remains(self):
        orders = self.orders(2)
        draft = self.invoice(orders, "draft")
        keep, gone = draft.invoice_line_ids
        keep.write({"quantity": 5, "sale_line_ids": [Command.set(orders.order_line.ids)]})
        gone.unlink()
        self.take_out({orders[0].order_line: 1})
        self.assertEqual(self.activities(draft, orders[0]), [])

    def test_the_latest_goes_first(self):
        order = self.order_of_three("M-1")
        first = self.invoice(order, "draft")
        first.invoice_line_ids.quantity = 2
        second = self.invoice(order, "draft")
        self.take_out({order.order_line: 1})
        self.assertEqual((first.amount_total, second.state), (20, "cancel"))

    def test_before_what_is_posted(self):
        order = self.order_of_three("M-1")
        first = self.invoice(order, "draft")
        first.invoice_line_ids.quantity = 2
        first.action_post()
        second = self.invoice(order, "draft")
        self.take_out({order.order_line: 2})
        self.assertEqual(second.state, "cancel")
        self.assertEqual(self.drafted(first).amount_total, 10)

    def test_in_dozens(self):
        order = self.order_of_three("M-1")
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        draft = self.invoice(order, "draft")
        line = draft.invoice_line_ids
        line.product_uom_id = self.env.ref("uom.product_uom_unit")
        line.write({"quantity": 36, "price_unit": 10})
        self.take_out({order.order_line: 1})
        self.assertEqual(line.quantity, 24)

    def test_in_dozens_that_become_odd(self):
        order = self.make_order("M-1", quantity=36, confirm=True)
        draft = self.invoice(order, "draft")
        line = draft.invoice_line_ids
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        line.write({"quantity": 3, "price_unit": 120})
        self.take_out({order.order_line: 1})
        self.assertEqual(line.quantity, 3)
        self.assertAsked(draft, "in its unit")


@tagged("post_install", "-at_install")
class TestCreditNotes(PartMoneyCase):
    def assertCredited(self, invoice, quantity, amount):
        (note,) = self.drafted(invoice)
        self.assertEqual(
            (note.invoice_line_ids.mapped("quantity"), note.amount_total), ([quantity], amount)
        )
        return note

    def test_one_of_three(self):
        order = self.order_of_three("M-1")
        invoice = self.invoice(order, "posted")
        self.take_out({order.order_line: 1})
        note = self.assertCredited(invoice, 1, 10)
        self.assertIn(f"a part of {order.name} was cancelled", note.ref)
        self.assertEqual(self.activities(order, invoice, note), [])
        self.assertIn("takes a part out", self.chatter(invoice)[0])
        note.action_post()
        self.assertEqual(self.billed(order), [(2, 20, "invoiced")])

    def test_again(self):
        order = self.order_of_three("M-1")
        invoice = self.invoice(order, "posted")
        for _number in range(2):
            self.take_out({order.order_line: 1})
        self.assertEqual(self.drafted(invoice).mapped("amount_total"), [10, 10])
        order._account_for_part({order.order_line: 1}, self.cause(order))
        self.assertEqual(len(self.drafted(invoice)), 2)
        self.post_drafted(order)
        self.assertEqual(self.net(order.order_line), 1)

    def test_then_the_whole_order(self):
        order = self.order_of_three("M-1")
        invoice = self.invoice(order, "posted")
        self.take_out({order.order_line: 1})
        self.post_drafted(order)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.drafted(invoice).amount_total, 20)
        self.post_drafted(order)
        self.assertNothingBilled(order)

    def test_two_lines_of_one_product(self):
        order = self.order_of("M-1", (self.product.id, 3, 10), (self.product.id, 2, 8))
        invoice = self.invoice(order, "posted")
        self.take_out({order.order_line[1]: 1})
        note = self.assertCredited(invoice, 1, 8)
        self.assertEqual(note.invoice_line_ids.sale_line_ids, order.order_line[1])

    def test_several_lines(self):
        order = self.order_of("M-1", (self.product.id, 3, 10), (self.cup.id, 2, 5))
        invoice = self.invoice(order, "posted")
        self.take_out({order.order_line[0]: 1, order.order_line[1]: 2})
        self.assertEqual(self.drafted(invoice).amount_total, 20)

    def test_other_orders_on_it(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "posted")
        other = self.billed(orders[1])
        self.take_out({orders[0].order_line: 1})
        self.assertCredited(invoice, 1, 10).action_post()
        self.assertEqual(self.billed(orders[1]), other)
        self.assertEqual(self.net(orders[0].order_line), 2)

    def test_a_part_is_billed(self):
        order = self.order_of_three("M-1")
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.quantity = 2
        invoice.action_post()
        self.take_out({order.order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertEqual(order.invoice_status, "invoiced")
        self.take_out({order.order_line: 1})
        self.assertCredited(invoice, 1, 10)

    def test_latest_invoice_first(self):
        order = self.order_of_three("M-1")
        first = self.invoice(order, "draft")
        first.invoice_line_ids.quantity = 2
        first.action_post()
        second = self.invoice(order, "posted")
        self.take_out({order.order_line: 2})
        self.assertCredited(second, 1, 10)
        self.assertCredited(first, 1, 10)

    def test_credited_already(self):
        for post in (True, False):
            with self.subTest(post=post):
                order = self.order_of_three(f"M-{post}")
                invoice = self.invoice(order, "posted")
                note = self.credit(invoice, {order.order_line: 1}, post=post)
                self.take_out({order.order_line: 1})
                self.assertEqual(invoice.reversal_move_ids, note)
                self.take_out({order.order_line: 1})
                self.assertEqual((invoice.reversal_move_ids - note).amount_total, 10)

    def test_credited_before_it_was_a_draft_again(self):
        for post in (True, False):
            with self.subTest(post=post):
                order = self.order_of_three(f"M-{post}")
                invoice = self.invoice(order, "posted")
                note = self.credit(invoice, {order.order_line: 1}, post=post)
                invoice.button_draft()
                self.take_out({order.order_line: 1})
                self.assertEqual((invoice.amount_total, note.amount_total), (30, 10))
                self.take_out({order.order_line: 1})
                self.assertEqual((invoice.amount_total, note.amount_total), (20, 10))
                order.sudo()._check_taken_out({order.order_line: 1})
                self.assertEqual(self.net(order.order_line), 1)

    def test_goods_billed_by_a_credit_note(self):
        """More was billed in advance than the order costs now."""
        order = self.order_of_three("M-1")
        self.down_payment(order, 100)
        order.order_line[0].product_uom_qty = 1
        note = self.final_invoice(order)
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 20))
        self.take_out({order.order_line[0]: 1})
        self.assertAsked(note, "what is left to credit")

    def test_credited_in_an_unclear_way(self):
        order = self.order_of_three("M-1")
        note = self.credit(invoice := self.invoice(order, "posted"), post=False)
        note.invoice_line_ids.price_unit = 4
        note.action_post()
        self.take_out({order.order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "what is left to credit")

    def test_line_of_several_orders(self):
        orders = self.orders(2)
        invoice = self.invoice(orders, "draft")
        keep, gone = invoice.invoice_line_ids
        keep.write({"quantity": 6, "sale_line_ids": [Command.set(orders.order_line.ids)]})
        gone.unlink()
        invoice.action_post()
        self.take_out({orders[0].order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "bills several lines")

    def test_what_was_delivered_and_is_billed_by_it(self):
        self.product.invoice_policy = "delivery"
        order = self.order_of_three("M-1")
        self.ship(order.picking_ids, 2)
        invoice = self.invoice(order, "posted")
        self.assertEqual(invoice.amount_total, 20)
        self.take_out({order.order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertEqual(self.activities(order, invoice), [])

    def test_billed_before_it_was_delivered(self):
        self.product.invoice_policy = "delivery"
        order = self.order_of_three("M-1")
        self.ship(order.picking_ids, 1)
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.quantity = 3
        invoice.action_post()
        self.take_out({order.order_line: 1})
        self.assertCredited(invoice, 1, 10)

    def test_more_was_delivered_than_ordered(self):
        """It stays billed, as it was delivered."""
        self.product.invoice_policy = "delivery"
        order = self.order_of_three("M-1")
        self.ship(order.picking_ids, 4)
        invoice = self.invoice(order, "posted")
        self.assertEqual(invoice.amount_total, 40)
        order._account_for_part({order.order_line: 1}, self.cause(order))
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(order, "1 of “Teapot” has left and stays billed")

    def test_discount_and_taxes(self):
        for how, amount in (("tax_excluded", 10.12), ("tax_included", 8.5)):
            with self.subTest(how):
                tax = self.env["account.tax"].create(
                    {"name": how, "amount": 19, "price_include_override": how}
                )
                values = {"product_id": self.product.id, "product_uom_qty": 3, "price_unit": 10}
                values |= {"discount": 15, "tax_ids": [Command.set(tax.ids)]}
                order = self.order_of(f"M-{how}", values)
                invoice = self.invoice(order, "posted")
                self.take_out({order.order_line: 1})
                self.assertCredited(invoice, 1, amount)

    def test_paid_invoice(self):
        order = self.order_of_three("M-1")
        invoice = self.invoice(order, "paid")
        self.take_out({order.order_line: 1})
        self.assertCredited(invoice, 1, 10)

    def test_replacement_goes_on(self):
        order = self.order_of_three("M-1")
        self.order_of_three(None, replaced_order_id=order.id, marketplace_account_id=False)
        invoice = self.invoice(order, "posted")
        self.take_out({order.order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "stays open for the same order")

    def test_receipt(self):
        order = self.order_of_three("M-1")
        invoice = self.invoice(order, "draft")
        invoice.move_type = "out_receipt"
        invoice.action_post()
        self.take_out({order.order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(invoice, "It is a receipt.")
