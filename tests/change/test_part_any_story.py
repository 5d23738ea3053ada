"""Whatever both sides, the warehouse and accountants do with one order, in any order.

Goods alone, with other orders that want them, are in ``test_take_out_any_story``; money alone, in
other currencies and with taxes, is in ``test_money_any_story``. Here it is a marketplace's calls
and people's decisions that take parts out.
"""

from unittest import skipUnless

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.states import PART_OPEN
from ..helpers.part_stories import PartStoryCase, part_stories
from ..helpers.random_examples import given, note

EXAMPLES = 10
#: What the marketplace is told of a change, by the state of its receipt.
TOLD = {
    "part_received": [""],
    "part_waiting": ["", "A"],
    "part_evaluating": ["A"],
    "part_agreed": ["A"],
    "part_cancelled": ["AC"],
    "part_refused": ["W", "AW"],
    "part_withdrawn": [""],
}


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestPartAnyStory(PartStoryCase):
    def test_any_story(self):
        self.clear_in_the_end = self.asked_in_the_end = 0
        self.for_all(part_stories(), self.check, EXAMPLES, 200)
        self.assertGreater(self.clear_in_the_end, self.asked_in_the_end)  # or this tests little

    def check(self, story):
        self.story = story
        order = self.play(story)
        self.settle(order)
        self.ship_all(order)
        self.check_goods_at_the_end(order)
        self.check_money_at_the_end(order)

    def begin(self, story):
        order = super().begin(story)
        self.total_at_first = self.total()
        #: how much was ordered of each line, less what was taken out since
        self.wanted = {line: line.product_uom_qty for line in order.order_line}
        return order

    # -- Around each deed -------------------------------------------------------------------------

    def before(self, order, name):
        self.states = {own: own.state for own in self.receipts_of(order)}
        self.taken_by_seller = {}
        self.held = self.lines_held(order)
        self.out = {line: self.moved_out(line) for line in order.order_line}
        self.posted = self.invoices_of(order, "out_invoice", "posted")
        self.was_open = bool(self.receipts_of(order, *PART_OPEN))
        self.net = {line: line.qty_invoiced for line in order.order_line}
        self.asked = self.money_asked(order)

    def after(self, order, name):
        self.assertEqual(self.total(), self.total_at_first)
        for line in self.held:
            self.assertLessEqual(self.moved_out(line), self.out[line], "it was on hold")
        if self.was_open:
            self.assertFalse(self.invoices_of(order, "out_invoice", "posted") - self.posted)
        if order.state != "cancel":
            taken = self.note_taken(order)
            self.check_lines(order)
            self.check_goods(order)
            self.check_money(order, taken)
        self.check_reserved()
        self.check_told(order)

    def lines_held(self, order):
        """The lines that an open change, or a cancellation of the whole order, is about."""
        if any(own.state == "evaluating" for own in order.cancellation_receipt_ids):
            return order.order_line
        held = order.order_line.browse()
        for receipt in self.receipts_of(order, *PART_OPEN):
            lines = receipt.change_line_ids.sale_line_id
            held |= lines or order.order_line
        return held

    def moved_out(self, line):
        """How much of ``line`` is at the customer, but for what came back without its name."""
        there = 0.0
        for move in line.move_ids.filtered(lambda move: move.state == "done"):
            quantity = sum(move.move_line_ids.mapped("quantity_product_uom"))
            if move.location_dest_id == self.customer_location:
                there += quantity
            elif move.location_id == self.customer_location:
                there -= quantity
        return there

    def note_taken(self, order):
        """``{line: quantity}`` that the deed has taken out."""
        taken = dict(self.taken_by_seller)
        for receipt in self.receipts_of(order, "part_cancelled"):
            if self.states.get(receipt) == "part_cancelled" or receipt.own_change_call_id:
                continue
            for own in receipt.change_line_ids:
                taken[own.sale_line_id] = taken.get(own.sale_line_id, 0.0) + own.quantity
        for line, quantity in taken.items():
            self.wanted[line] -= quantity
        return taken

    def check_lines(self, order):
        for line in order.order_line:
            wanted = self.wanted[line]
            self.assertAlmostEqual(line._quantity_wanted(), wanted, delta=0.05)
            self.assertGreaterEqual(line.product_uom_qty, wanted - 0.05)
            self.assertGreaterEqual(wanted, -0.05)

    def check_goods(self, order):
        for product in order.order_line.product_id:
            at_customer = self.quantity_at(self.customer_location, product)
            ordered = self.in_units(order, product, lambda line: line.product_uom_qty)
            self.assertLessEqual(at_customer, ordered + 0.1, "no less than has left")
            missing = sum(
                max(self.wanted_in_unit(line) - self.moved_out(line), 0)
                for line in order.order_line
                if line.product_id == product
            )
            missing += self.back_unnamed[product]
            self.assertLessEqual(self.leaves(order, product), missing + 0.1, product.name)

    def wanted_in_unit(self, line):
        """How much is wanted of ``line``, in its product's unit."""
        return self.wanted[line] * line._factor()

    def in_units(self, order, product, quantity):
        lines = order.order_line.filtered(lambda line: line.product_id == product)
        return sum(quantity(line) * line._factor() for line in lines)

    def leaves(self, order, product):
        moves = self.open_moves(self.moves(order)).filtered(
            lambda move: (
                move.product_id == product
                and move._is_outward()
                and (not move.origin_returned_move_id or move.location_dest_id.usage == "customer")
            )
        )
        for move in moves:
            reserved = sum(move.move_line_ids.mapped("quantity_product_uom"))
            self.assertLessEqual(reserved, move.product_qty + 1e-6, "no more is reserved")
        # of one whose next step is done without it, nothing reaches the customer
        last = moves.filtered(
            lambda move: not move.move_dest_ids.filtered(lambda own: own.state != "cancel")
        )
        return sum(last.mapped("product_qty"))

    def money_asked(self, order):
        documents = order.order_line.invoice_lines.move_id
        return order.activity_ids | documents.activity_ids

    def check_money(self, order, taken):
        """As much of each line stays billed as is left of it, with drafts, or a person is asked."""
        if self.money_asked(order) - self.asked:
            return
        for line in taken:
            stays = line._quantity_that_may_stay_billed()
            expected = min(self.net[line], stays)
            self.assertAlmostEqual(line.qty_invoiced, expected, delta=0.05)

    def check_told(self, order):
        calls = order.outbound_call_ids.sorted("id").filtered(lambda call: call.state != "obsolete")
        letters = {"acknowledge": "A", "confirm": "C", "withdraw": "W"}
        for receipt in self.receipts_of(order):
            own = calls.filtered(lambda call, receipt=receipt: call.receipt_id == receipt)
            told = "".join(letters[call.kind] for call in own)
            self.assertNotEqual(receipt.state, "part_failed", receipt.error)
            # nothing as long as it is taken for the seller's own
            expected = [""] if receipt.own_change_call_id else TOLD[receipt.state]
            self.assertIn(told, expected, receipt.state)
            self.assertEqual(receipt.answer_status == 409, receipt.state == "part_refused")
        for receipt in order.cancellation_receipt_ids.filtered(lambda own: own.kind != "part"):
            self.assertNotEqual(receipt.state, "failed", receipt.error)
            self.assertEqual(receipt.state == "cancelled", order.state == "cancel")

    # -- The end ----------------------------------------------------------------------------------

    def settle(self, order):
        """All that is asked for is accepted and confirmed."""
        for _turn in range(20):
            asked = order.cancellation_receipt_ids.filtered(
                lambda own: own.state in ("part_evaluating", "evaluating")
            )
            if asked:
                self.do("decide", 0, None)
            elif self.receipts_of(order, *PART_OPEN):
                self.do("confirm_part", 0, None)
            else:
                return
        self.fail("There is no end of requests.")

    def ship_all(self, order):
        order.picking_ids.filtered(lambda picking: picking.state == "draft").action_confirm()
        self.finish(order)
        self.env.invalidate_all()

    def check_goods_at_the_end(self, order):
        """No more is at the customer than is wanted, and what is between waits for its transfer."""
        for product in order.order_line.product_id:
            wanted = (
                0 if order.state == "cancel" else self.in_units(order, product, self.wanted.get)
            )
            at_customer = self.quantity_at(self.customer_location, product)
            wanted += self.given_up[product, self.customer_location]
            self.assertLessEqual(at_customer, wanted + 0.1, product.name)
            places = (self.output_location, self.pack_location)
            between = sum(self.quantity_at(place, product) for place in places)
            stays = sum(self.given_up[product, place] for place in places)
            leaves = self.leaves(order, product)
            self.assertLessEqual(between, leaves + stays + 0.1, product.name)

    def check_money_at_the_end(self, order):
        """Once all is billed, billed minus credited is what was kept; or a person was asked."""
        self.post_drafts(order)
        self.bill_the_rest(order)
        self.env.invalidate_all()
        if self.money_asked(order):
            self.asked_in_the_end += 1
            return
        self.clear_in_the_end += 1
        posted = order.order_line.invoice_lines.move_id.filtered(lambda own: own.state == "posted")
        billed = -sum(own.direction_sign * own.amount_untaxed for own in posted)
        kept = sum(self.kept(line) * line.price_unit for line in order.order_line)
        self.assertAlmostEqual(billed, kept, delta=0.5)

    def post_drafts(self, order):
        drafts = self.invoices_of(order, "out_refund", "draft")
        drafts |= self.invoices_of(order, "out_invoice", "draft")
        self.assertFalse(drafts.filtered(lambda own: own.amount_total < 0 and not own.activity_ids))
        drafts.filtered(lambda own: own.amount_total >= 0).action_post()

    def bill_the_rest(self, order):
        try:
            with self.env.cr.savepoint():
                invoice = order._create_invoices(final=True)
        except UserError as error:
            note(f"Nothing is left to bill: {error}")
        else:
            invoice.action_post()

    def kept(self, line):
        """How much of ``line`` the shopper pays for."""
        if line.order_id.state == "cancel":
            return 0.0
        return line.qty_delivered if self.story.by_delivery else line.product_uom_qty
