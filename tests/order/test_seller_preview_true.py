"""What the dialog announces before the seller cancels an order is what is done: random orders."""

from collections import Counter
from unittest import skipUnless

from odoo.tests import tagged

from ...models.base.quantities import of_product
from ...tools.goods import AT_CUSTOMER
from ..helpers.random_examples import RandomRecordsCase, given, note, st
from ..helpers.seller import PreviewCase
from ..helpers.transfers import ChainCase

#: What is done to an order before somebody cancels it.
DEEDS = (
    "bill",
    "bill",
    "bill a part",
    "credit",
    "credit a part",
    "deliver",
    "deliver",
    "bring back",
    "want less",
    "want less",
)


def stories():
    deed = st.tuples(st.sampled_from(DEEDS), st.integers(1, 3), st.booleans())
    return st.tuples(
        st.sampled_from(("one", "two", "three")),
        st.booleans(),  # whether somebody goes on with it
        st.lists(deed, min_size=1, max_size=6),
    )


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestAnnounced(RandomRecordsCase, PreviewCase):
    def test_what_is_announced_is_done(self):
        self.announced = Counter()
        self.for_all(stories(), self.check, 15, 200)
        aspects = ("left", "invoiced", "dropped", "returned", "credited", "reduced", "asked")
        for aspect in aspects:
            self.assertTrue(self.announced[aspect], aspect)  # or else this tests little

    def check(self, story):
        steps, is_replaced, deeds = story
        order = self.order_of_three("L-1", steps)
        for deed, how_much, is_posted in deeds:
            getattr(self, deed.replace(" ", "_"))(order, how_much, is_posted)
        if is_replaced:
            self.make_order(quantity=3, replaced_order_id=order.id, confirm=True)
        preview = order._preview_cancellations()[order]
        note(str(preview))
        self.announced.update(aspect for aspect, texts in preview._asdict().items() if texts)
        drafts = order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.assertCountEqual(preview.dropped, drafts.mapped("display_name"))
        newest = self.env["mail.activity"].search([], order="id desc", limit=1).id
        before = order.invoice_ids
        returns = order.picking_ids.move_ids.filtered(
            lambda move: move._is_open() and move._is_return()
        )
        expected = {move: move.product_qty for move in returns}
        self.cancel_here(order, "Cracked.")
        self.env.invalidate_all()
        self.assertEqual(set(drafts.mapped("state")) - {"cancel"}, set())
        self.assertEqual(order.state, "cancel")
        self.assertCountEqual(preview.returned, self.proposed(order))
        self.assertCountEqual(preview.reduced, self.reduced(expected))
        new = order.invoice_ids - before
        self.assertCountEqual(preview.credited, new.reversed_entry_id.mapped("name"))
        self.assertEqual(set(new.mapped("state")) - {"draft"}, set())
        asked = self.env["mail.activity"].search([("id", ">", newest or 0)])
        note(str(asked.mapped("summary")))
        self.assertEqual(bool(preview.asked), bool(asked), asked.mapped("note"))

    def proposed(self, order):
        quantities = Counter()
        for move in order.seller_return_ids.move_ids:
            place = move.location_id
            key = AT_CUSTOMER if place.usage == "customer" else place.id
            quantities[move.product_id.id, key] += move.product_qty
        return order._goods_in_words(quantities)

    def reduced(self, expected):
        """What of the returns that ``expected`` so much is less now, in the preview's words."""
        left = {move: 0 if move.state == "cancel" else move.product_qty for move in expected}
        return [
            f"{move.picking_id.name}: "
            + of_product(left[move], move.product_id.uom_id, move.product_id)
            for move, quantity in expected.items()
            if left[move] < quantity
        ]

    # -- Deeds ------------------------------------------------------------------------------------

    def bill(self, order, how_much, is_posted, part=None):
        if order.order_line.qty_to_invoice <= 0:
            return
        invoice = self.invoice(order, "draft")
        if part:
            invoice.invoice_line_ids.quantity = min(part, invoice.invoice_line_ids.quantity)
        if is_posted:
            invoice.action_post()

    def bill_a_part(self, order, how_much, is_posted):
        self.bill(order, how_much, is_posted, how_much)

    def credit(self, order, how_much, is_posted, part=None):
        invoices = order.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        if not invoices:
            return
        credit_note = invoices[0]._reverse_moves([{"invoice_date": invoices[0].invoice_date}])
        if part:
            credit_note.invoice_line_ids.quantity = part
        if is_posted:
            credit_note.action_post()

    def credit_a_part(self, order, how_much, is_posted):
        self.credit(order, how_much, is_posted, how_much)

    def deliver(self, order, how_much, _is_posted):
        ready = self.open_pickings(order).filtered(lambda one: one.state == "assigned")[:1]
        if ready:
            quantity = min(how_much, sum(ready.move_ids.mapped("product_uom_qty")))
            self.ship(ready, quantity)

    def bring_back(self, order, how_much, _is_posted):
        done = order.picking_ids.filtered(
            lambda one: one.state == "done" and one.location_dest_id == self.customer_location
        )[:1]
        if done:
            quantity = min(how_much, sum(done.move_ids.mapped("quantity")))
            self.give_back(done, {self.product: quantity})

    def want_less(self, order, how_much, _is_posted):
        """Less is ordered, and a delivery is printed: Odoo returns what it cannot take off it."""
        order.picking_ids.printed = True
        line = order.order_line
        quantity = max(line.qty_delivered, line.qty_invoiced, line.product_uom_qty - how_much)
        if quantity < line.product_uom_qty:
            line.product_uom_qty = quantity


def shared_stories():
    return st.tuples(
        st.integers(0, 3),  # which pick serves the other order, too; 0: none
        st.integers(0, 3),  # which step bears a line of this order; 0: as Odoo has it
        st.booleans(),  # whether both orders are cancelled
    )


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestSharedStepsAnnounced(RandomRecordsCase, PreviewCase, ChainCase):
    def test_what_is_announced_is_done(self):
        self.announced = 0
        self.for_all(shared_stories(), self.check, 15, 100)
        self.assertTrue(self.announced)  # or else this tests little

    def check(self, story):
        shared, bare, is_both = story
        order, *steps = self.pulled_order("L-1")
        other, *other_steps = self.pulled_order("L-2")
        if 1 <= shared <= 2:
            other_steps[shared].move_orig_ids |= steps[shared - 1]
        if bare:
            (steps[bare - 1] | other_steps[bare - 1]).sale_line_id = False
        together = order | other if is_both else order
        previews = together._preview_cancellations()
        note(str(previews))
        self.cancel_many(together)
        self.env.invalidate_all()
        self.assertEqual(set(together.mapped("state")), {"cancel"})
        for own in together:
            notes = [text for _user, text in self.activities(own)]
            told = [
                text
                for text in previews[own].asked
                if "it also brings goods for other orders" in text
            ]
            self.announced += len(told)
            done = [text for text in notes if "it also brings goods for other orders" in text]
            self.assertEqual(len(told), len(done), own.name)
            for text in told:
                self.assertIn(text, done[0])
