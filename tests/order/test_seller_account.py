"""Goods and money of marketplaces' orders that the seller cancels, unasked."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.seller import SellerAccountCase

#: The ways of cancelling: ``{name: what it does with the test and the orders}``.
WAYS = {
    "dialog": lambda test, orders: [test.cancel_here(order, "Cracked.") for order in orders],
    "Odoo's button": lambda test, orders: orders.with_user(test.salesman).action_cancel(),
    "another addon": lambda test, orders: orders.sudo()._action_cancel(),
    "many at once": lambda test, orders: test.cancel_many(orders),
    "a locked one": lambda test, orders: (
        orders.action_lock(),
        test.cancel_many(orders),
    ),
}


@tagged("post_install", "-at_install")
class TestSellersGoods(SellerAccountCase):
    def test_what_left_is_returned_in_whatever_way_it_is_cancelled(self):
        for number, (name, cancel) in enumerate(WAYS.items()):
            with self.subTest(name):
                order = self.order_of_three(f"A-{number}", done=1)
                cancel(self, order)
                self.assertEqual(order.state, "cancel")
                back = order.seller_return_ids
                self.assertEqual(
                    self.returns(order), {(self.customer_location, self.stock_location): 3}
                )
                self.assertEqual(back.return_id, order.picking_ids - back)
                said = f"Test Market's order A-{number} was cancelled here."
                self.assertIn(said, self.chatter(back)[0])

    def test_several_orders_at_once(self):
        orders = self.order_of_three("A-1", done=1) | self.order_of_three("A-2", done=1)
        untouched = self.order_of_three("A-3")
        self.cancel_many(orders | untouched)
        for order in orders:
            self.assertEqual(
                self.returns(order), {(self.customer_location, self.stock_location): 3}
            )
        self.assertFalse(untouched.seller_return_ids)

    def test_what_is_picked_goes_back(self):
        order = self.order_of_three("A-1", "three", done=1)
        chain = self.moves(order)
        self.cancel_here(order, "Cracked.")
        self.assertEqual(set(chain.mapped("state")), {"done", "cancel"})
        back = order.seller_return_ids
        self.assertEqual(self.returns(order), {(self.pack_location, self.stock_location): 3})
        self.validate(back)
        self.assertEqual(self.quantity_at(self.pack_location), 0)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_part_that_left(self):
        order = self.order_of_three("A-1")
        self.ship(order.picking_ids, quantity=1)
        self.cancel_here(order, "Cracked.")
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})
        self.assertEqual(self.on_hand(), (99, 0))
        self.validate(order.seller_return_ids)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_steps_that_nobody_has_begun_with_are_cancelled(self):
        """Odoo leaves earlier steps of a chain open, with their reservations."""
        order = self.order_of_three("A-1", "three")
        self.do_next_step(order, quantity=1)
        chain = self.moves(order)
        order.action_cancel()
        self.assertEqual(set(chain.mapped("state")), {"done", "cancel"})
        self.assertEqual(self.on_hand(), (100, 0))

    def test_return_that_is_under_way_stays(self):
        order = self.order_of_three("A-1", done=1)
        back = self.start_return(order.picking_ids, {self.product: 2})
        order.action_cancel()
        self.assertNotEqual(back.state, "cancel")
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 1})
        self.validate(back | order.seller_return_ids)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_return_is_ready_if_the_account_wants_it(self):
        self.account.return_state = "ready"
        order = self.order_of_three("A-1", done=1)
        self.cancel_here(order, "Cracked.")
        self.assertEqual(order.seller_return_ids.state, "assigned")

    def test_return_says_so_itself(self):
        order = self.order_of_three("A-1", done=1)
        self.cancel_here(order, "Cracked.")
        back = order.seller_return_ids
        self.assertEqual(back.marketplace_notice_kind, "after")
        self.assertEqual(
            back.marketplace_notice, f"{order.name} was cancelled here: this brings goods back."
        )

    def test_cancelled_twice_is_returned_once(self):
        order = self.order_of_three("A-1", done=1)
        order.action_cancel()
        order._action_cancel()
        order.action_draft()
        order.action_cancel()
        self.assertEqual(len(order.seller_return_ids), 1)

    def test_open_request_is_the_cause(self):
        order = self.order_of_three("A-1", done=1)
        receipt = self.ask(order)
        self.cancel_here(order)
        self.assertReturns(receipt, {(self.customer_location, self.stock_location): 3})
        self.assertFalse(order.seller_return_ids)

    def test_context_of_a_caller_changes_nothing(self):
        order = self.order_of_three("A-1", done=1)
        context = {"default_state": "done", "default_return_order_id": False, "lang": "en_US"}
        order.with_context(mail_activity_automation_skip=True, **context).action_cancel()
        self.assertEqual(order.seller_return_ids.state, "draft")

    def test_order_of_no_marketplace_is_left_to_odoo(self):
        order = self.order_of_three(None, "three", done=1)
        invoice = self.invoice(order, "posted")
        (order | self.order_of_three("A-1", "three"))._action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.seller_return_ids)
        self.assertFalse(self.credit_notes(invoice))
        self.assertFalse(order.activity_ids)

    def test_open_return_of_no_marketplaces_order_is_left_to_odoo(self):
        order = self.order_of_three(None, done=1)
        back = self.start_return(order.picking_ids)
        other = self.order_of_three("A-1", done=1)
        kept = self.start_return(other.picking_ids)
        (order | other)._action_cancel()
        self.assertEqual(back.state, "cancel")
        self.assertNotEqual(kept.state, "cancel")

    def test_order_that_shares_a_transfer_goes_on(self):
        order, other = self.order_of_three("A-1"), self.order_of_three("A-2")
        other.picking_ids.move_ids.picking_id = order.picking_ids
        self.cancel_here(order, "Cracked.")
        move = other.order_line.move_ids
        self.assertEqual(move.state, "assigned")


@tagged("post_install", "-at_install")
class TestSellersInvoices(SellerAccountCase):
    def test_somebody_is_told_what_stays_unless_a_person_was_asked(self):
        """The dialog has said so; a program reads none."""
        orders = self.env.registry["sale.order"]
        self.startPatcher(
            patch.object(orders, "_findings", lambda own: {"task": "a task of it was begun"})
        )
        order, asked = self.order_of_three("A-1"), self.order_of_three("A-2")
        (order | asked).picking_ids.move_ids.picked = True  # something has begun
        order.action_cancel()
        ((user, note),) = self.activities(order)
        self.assertEqual(user, self.account._responsible_user())
        self.assertIn("take care of it: a task of it was begun", note)
        said = self.wizard(asked).consequences
        self.assertIn("This remains, please take care of it: a task of it was begun", said)
        self.cancel_here(asked, "Cracked.")
        self.assertFalse(self.activities(asked))

    def test_posted_invoice_gets_a_draft_credit_note(self):
        for number, (name, cancel) in enumerate(WAYS.items()):
            with self.subTest(name):
                order = self.order_of_three(f"A-{number}")
                invoice = self.invoice(order, "posted")
                cancel(self, order)
                note = self.credit_notes(invoice)
                self.assertEqual((note.state, note.amount_total), ("draft", invoice.amount_total))
                self.assertEqual(
                    note.ref, f"Reversal of {invoice.name}: {order.name} was cancelled"
                )
                self.assertIn("cancelled this order.", self.chatter(invoice)[0])

    def test_reason_stands_on_the_credit_note(self):
        order = self.order_of_three("A-1")
        invoice = self.invoice(order, "posted")
        self.cancel_here(order, "The teapots are cracked.")
        said = "Sally cancelled this order. Reason: “The teapots are cracked”."
        self.assertIn(said, self.chatter(self.credit_notes(invoice)))

    def test_invoice_that_is_posted_later_is_asked_about(self):
        """Also if the receipt of the marketplace's own cancellation is deleted."""
        order = self.order_of_three("A-1")
        self.cancel_here(order, "Cracked.")
        forgotten = self.order_of_three("A-2")
        forgotten.action_cancel()
        forgotten.sudo()._remember_cancellation()
        whys = (f"The seller has cancelled {order.name}.", "Test Market has cancelled this order.")
        for own, why in zip((order, forgotten), whys, strict=True):
            with self.subTest(why):
                invoice = self.down_payment(own, post=False)
                self.assertFalse(self.activities(own, invoice))
                invoice.action_post()
                ((_user, note),) = self.activities(own, invoice)
                self.assertIn("It bills an order that is cancelled.", note)
                self.assertIn(why, note)

    def test_draft_for_several_orders_keeps_the_other_one(self):
        orders = self.order_of_three("A-1") | self.order_of_three("A-2")
        draft = orders._create_invoices(grouped=False)
        self.assertEqual(len(draft), 1)
        self.cancel_here(orders[0], "Cracked.")
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.line_ids.sale_line_ids.order_id, orders[1])

    def test_what_a_machine_cannot_tell_is_asked(self):
        """The user who clicked is asked, or the responsible one if a program did."""
        responsible = self.account._responsible_user()
        for cancel, person in (("dialog", self.salesman), ("another addon", responsible)):
            with self.subTest(cancel):
                order = self.order_of_three(f"A-{cancel}")
                order.user_id = False
                invoice = self.invoice(order, "posted")
                invoice.invoice_user_id = False
                odd = invoice._reverse_moves()
                odd.invoice_line_ids.price_unit += 1
                odd.action_post()
                WAYS[cancel](self, order)
                asked = self.activities(order, invoice, odd)
                self.assertEqual({user for user, _note in asked}, {person})
                self.assertIn("cancelled this order.", asked[0][1])

    def test_invoice_of_an_order_that_is_delivered_once_more_is_asked_about(self):
        order = self.order_of_three("A-1", done=1)
        invoice = self.invoice(order, "posted")
        new = self.make_order(quantity=3, replaced_order_id=order.id, confirm=True)
        self.cancel_here(order, "The parcel is lost.")
        self.assertFalse(self.credit_notes(invoice))
        notes = [note for _user, note in self.activities(order, invoice)]
        self.assertIn(f"{new.name} stays open for the same order", notes[0])
        self.assertEqual(new.state, "sale")

    def test_replacement_that_is_cancelled_last_is_accounted_for(self):
        order = self.order_of_three("A-1")
        new = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        order.action_cancel()
        self.ship(new.picking_ids)
        invoice = self.invoice(new, "posted")
        new.action_cancel()
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 2})
        self.assertEqual(self.credit_notes(invoice).state, "draft")

    def test_order_and_replacement_at_once(self):
        order = self.order_of_three("A-1", done=1)
        invoice = self.invoice(order, "posted")
        new = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        self.ship(new.picking_ids)
        self.cancel_many(order | new)
        self.assertEqual(self.returns(order), {(self.customer_location, self.stock_location): 5})
        self.assertEqual(self.credit_notes(invoice).state, "draft")

    def test_refused_cancellation_leaves_nothing_behind(self):
        order = self.order_of_three("A-1", done=1)
        invoice = self.invoice(order, "posted")
        order.action_lock()
        with self.assertRaisesRegex(UserError, "locked"):
            order.action_cancel()
        self.assertFalse(order.seller_return_ids)
        self.assertFalse(self.credit_notes(invoice))

    def test_line_without_goods(self):
        order = self.order_of_three("A-1")
        order.order_line = [Command.create({"display_type": "line_note", "name": "Gift"})]
        invoice = self.invoice(order, "paid")
        self.cancel_here(order, "Cracked.")
        self.assertEqual(self.credit_notes(invoice).amount_total, invoice.amount_total)
