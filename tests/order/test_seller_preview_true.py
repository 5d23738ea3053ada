"""What the dialog announces before the seller cancels an order is what is done: random orders."""

from collections import Counter
from unittest import skipUnless

from odoo.tests import tagged

from ...tools.goods import AT_CUSTOMER
from ..helpers.random_examples import RandomRecordsCase, given, note, st
from ..helpers.seller import PreviewCase

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
        for aspect in ("left", "invoiced", "dropped", "returned", "credited", "asked"):
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
        self.cancel_here(order, "Cracked.")
        self.env.invalidate_all()
        self.assertEqual(set(drafts.mapped("state")) - {"cancel"}, set())
        self.assertEqual(order.state, "cancel")
        self.assertCountEqual(preview.returned, self.proposed(order))
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
