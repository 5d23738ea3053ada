"""Random orders, random work in the warehouse, and then the marketplace cancels.

Whatever was done before: an accepted cancellation leaves nothing open and nothing stranded, and a
refused one makes no difference. ``./dev test --long`` tries more stories, and other ones each time.
"""

from collections import Counter
from contextlib import closing
from typing import NamedTuple
from unittest import skipUnless

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Facts
from ..helpers.random_examples import RandomRecordsCase, given, note, st
from ..helpers.warehouse import DELIVERY_STEPS, WarehouseCase
from ..transfer.test_delivery_chains import ChainCase

#: Deeds of the warehouse, and others; what brings an order forward comes more often.
WORK = (*["transfer"] * 5, "transfer_only", "reserve", "unreserve", "mark_picked", "put_in_pack")
DEEDS = (*WORK, *["give_back"] * 2, *["announce_return"] * 2)
DEEDS += ("order_more", "order_less", "lock", "invoice_draft", "invoice_posted")

POLICIES = {
    "on_picking": ("cancel", "ask"),
    "on_partly_shipped": ("ask", "cancel"),
    "on_invoiced": ("ask", "credit_note"),
    "on_locked": ("cancel", "ask"),
    "return_state": ("draft", "ready"),
}


class Story(NamedTuple):
    """What an example is made of; :class:`ShopCase` plays it."""

    steps: str  # of a delivery: one, two, three, or those of a pulled chain
    stock: int  # pieces of each product
    lines: list  # of the order: (number of the product, quantity, whether in dozens)
    other: list  # lines of another order, if any, for the same stock
    deeds: list  # (name, whether it is done to the other order, to which document, how much)
    policy: dict


def stories():
    """Orders with some work done on them, and then all sorts of things."""

    def deed(names, to_other=False):
        how_much = st.none() | st.integers(1, 4)  # none is all
        return st.tuples(st.sampled_from(names), st.just(to_other), st.integers(0, 3), how_much)

    line = st.tuples(st.integers(0, 2), st.integers(1, 5), st.booleans())
    nothing = st.none()
    # Not a list of any length: of those, hypothesis tries short ones above all.
    anything = nothing | deed(DEEDS) | deed(DEEDS) | deed(WORK, to_other=True)
    deeds = st.tuples(*[nothing | deed(WORK)] * 3, *[anything] * 4)
    return st.builds(
        Story,
        steps=st.sampled_from((*DELIVERY_STEPS, "pulled")),
        stock=st.sampled_from((500, 8)),
        lines=st.lists(line, min_size=1, max_size=3),
        other=st.just([]) | st.lists(line, min_size=1, max_size=2),
        deeds=deeds.map(lambda deeds: [deed for deed in deeds if deed]),
        policy=st.fixed_dictionaries({key: st.sampled_from(POLICIES[key]) for key in POLICIES}),
    )


class ImpossibleError(Exception):
    """As things stand, a deed cannot be done; so it is left out."""


class ShopCase(RandomRecordsCase, WarehouseCase, ChainCase):
    """Plays stories: each deed is a method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cup = cls.make_product("Cup", invoice_policy="order")
        tea = cls.make_product("Tea", invoice_policy="order", tracking="lot")
        cls.products = cls.product | cup | tea
        cls.lots = {tea: cls.env["stock.lot"].create([{"product_id": tea.id} for _lot in range(2)])}
        cls.put_in_stock(cls.product, -100, cls.warehouse)  # each story has its own stock

    def for_all_stories(self, check, examples):
        """Have ``check(story, order, other)`` called for so many stories."""
        self.for_all(stories(), lambda story: check(story, *self.play(story)), examples)

    def play(self, story):
        """Do all that happens in ``story`` before the cancellation; return its orders."""
        self.warehouse.delivery_steps = DELIVERY_STEPS.get(story.steps, "pick_pack_ship")
        self.account.write(story.policy)
        for product in self.products:
            lots = self.lots.get(product, [None])
            for lot in lots:
                self.env["stock.quant"]._update_available_quantity(
                    product, self.stock_location, story.stock / len(lots), lot_id=lot
                )
        self.stock_at_first = self.stock()
        order = self.order(story, story.lines, "CANCELLED")
        other = self.order(story, story.other, "OTHER") if story.other else order.browse()
        for name, to_other, which, how_much in story.deeds:
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)(other if to_other else order, which, how_much)
            except (ImpossibleError, UserError) as error:
                note(f"{name} was not possible: {error}")
        self.env.invalidate_all()
        return order, other

    def order(self, story, lines, marketplace_order_id):
        route = self.route.ids if story.steps == "pulled" else []
        dozen = self.env.ref("uom.product_uom_dozen")
        order_line = [
            Command.create(
                {
                    "product_id": self.products[number].id,
                    "product_uom_qty": quantity,
                    "product_uom_id": (dozen if dozens else self.products[number].uom_id).id,
                    "route_ids": route,
                }
            )
            for number, quantity, dozens in lines
        ]
        return self.make_order(marketplace_order_id, confirm=True, order_line=order_line)

    # -- Deeds ------------------------------------------------------------------------------------

    def one_of(self, records, which):
        if not records:
            raise ImpossibleError("There is none.")
        return records.sorted("id")[which % len(records)]

    def ready(self, order, which):
        """A transfer of which something is reserved."""
        pickings = self.open_pickings(order)
        return self.one_of(pickings.filtered(lambda picking: picking.state == "assigned"), which)

    def transfer(self, order, which, how_much, **context):
        """Do a transfer; the rest becomes a backorder."""
        picking = self.ready(order, which).with_context(**context)
        if how_much is not None:
            for number, move in enumerate(picking.move_ids):
                move.quantity = min(move.quantity, (how_much + number) % 4)  # of some, nothing
        moved = picking.move_ids.filtered("quantity")
        if not moved:
            raise ImpossibleError("Odoo's button refuses to move nothing.")
        moved.picked = True
        picking._action_done()

    def transfer_only(self, order, which, how_much):
        """Do a transfer; the rest is given up."""
        self.transfer(order, which, how_much, cancel_backorder=True)

    def reserve(self, order, which, _how_much):
        self.one_of(self.open_pickings(order), which).action_assign()

    def unreserve(self, order, which, _how_much):
        self.ready(order, which).do_unreserve()

    def mark_picked(self, order, which, _how_much):
        self.ready(order, which).move_ids.picked = True

    def put_in_pack(self, order, which, _how_much):
        self.ready(order, which).action_put_in_pack()

    def announce_return(self, order, which, how_much):
        """A return to be done yet, of what is still there."""
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": self.one_of(done, which).id}
        )
        for line in wizard.product_return_moves:
            returned = line.move_id.returned_move_ids.filtered(lambda back: back.state != "cancel")
            left = line.move_quantity - sum(returned.mapped("product_uom_qty"))
            line.quantity = max(0, left if how_much is None else min(left, how_much))
        back = wizard._create_return()
        if back.state != "assigned":
            raise ImpossibleError("The goods are not there any more.")
        return back

    def give_back(self, order, which, how_much):
        """A return that is done."""
        self.ship(self.announce_return(order, which, how_much))

    def order_more(self, order, which, how_much):
        self.one_of(order.order_line, which).product_uom_qty += how_much or 1

    def order_less(self, order, which, how_much):
        line = self.one_of(order.order_line, which)
        line.product_uom_qty = max(0, line.product_uom_qty - (how_much or line.product_uom_qty))

    def lock(self, order, _which, _how_much):
        order.action_lock()

    def invoice_draft(self, order, _which, _how_much):
        self.invoice(order, "draft")

    def invoice_posted(self, order, _which, _how_much):
        self.invoice(order, "posted")

    def finish(self, order):
        """Do what is open of ``order``, as far as it can be done; return the moves left open."""
        for _transfer in range(30):
            pickings = self.open_pickings(order)
            pickings.move_ids._action_assign()
            try:
                self.transfer(order, 0, None)
            except ImpossibleError:
                return self.open_moves(self.moves(order))
        return self.fail("There is no end of transfers.")

    # -- What is to be seen -----------------------------------------------------------------------

    def stock(self, field="quantity"):
        """``{(product, lot, location): quantity}``, wherever there is any."""
        quants = self.env["stock.quant"]._read_group(
            [("product_id", "in", self.products.ids)],
            ["product_id", "lot_id", "location_id"],
            [f"{field}:sum"],
        )
        return {tuple(key): quantity for *key, quantity in quants if quantity}

    def carried(self, order):
        """What the done transfers of ``order`` have changed in :meth:`stock`."""
        carried = Counter()
        for line in self.moves(order).move_line_ids.filtered(lambda line: line.state == "done"):
            quantity = line.quantity_product_uom
            carried[line.product_id, line.lot_id, line.location_id] -= quantity
            carried[line.product_id, line.lot_id, line.location_dest_id] += quantity
        return carried

    def open_moves(self, moves):
        return moves.filtered(lambda move: move.state not in ("done", "cancel"))

    def announced(self, moves):
        """Those of the open ``moves`` that bring goods back: returns, and what Odoo puts back."""
        return self.open_moves(moves).filtered(
            lambda move: move.location_dest_id == self.stock_location
        )

    def condition(self, order):
        """All that a cancellation may change of ``order``."""
        self.env.invalidate_all()
        moves = self.moves(order)
        fields_of = {
            order: ["state", "locked", "invoice_status", "delivery_status"],
            order.order_line: ["product_uom_qty", "qty_delivered", "qty_invoiced"],
            order.picking_ids: ["state", "move_ids"],
            moves: ["state", "product_uom_qty", "quantity", "picked", "move_orig_ids"],
            moves.move_line_ids: ["quantity", "picked", "location_id", "location_dest_id"],
            order.invoice_ids: ["state", "amount_residual", "reversal_move_ids"],
        }
        return [records.sorted("id").read(fields) for records, fields in fields_of.items()]


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestAnyStory(ShopCase):
    def test_accepted(self):
        self.for_all_stories(self.check_accepted, examples=30)

    def check_accepted(self, story, order, other):
        moves, stock, condition_of_other = self.moves(order), self.stock(), self.condition(other)
        self.check_reserved()
        self.check_untouched(order)
        receipt = self.cancel(order)
        self.env.invalidate_all()
        moves |= order.order_line.move_ids
        announced = self.announced(moves).picking_id - receipt.return_picking_ids
        self.assertEqual(order.state, "cancel")
        still_open = self.open_moves(moves - (announced | receipt.return_picking_ids).move_ids)
        self.assertFalse(still_open)
        self.check_reserved()
        self.assertEqual(self.stock(), stock)
        self.assertEqual(self.condition(other), condition_of_other)
        self.check_repeats(order)
        self.validate(receipt.return_picking_ids)
        self.check_everything_is_back(announced, other)
        if other and self.enough_for_other(story):
            self.assertFalse(self.finish(other))

    def check_untouched(self, order):
        """Of an order that counts as untouched, looking closely finds nothing else."""
        if order._untouched():
            receipt = self.env["marketplace.cancellation.receipt"].new(
                {"account_id": self.account.id}
            )
            facts = order._cancellation_facts(receipt, order.browse(), untouched={})
            self.assertEqual(facts, Facts(order_known=True))

    def check_reserved(self):
        """What is reserved is what open transfers are to take from there, and nothing else."""
        reserved = Counter()
        lines = self.env["stock.move.line"].search([("product_id", "in", self.products.ids)])
        for line in lines.filtered(lambda line: line.state not in ("done", "cancel")):
            if line.quantity and not line.location_id.should_bypass_reservation():
                key = line.product_id, line.lot_id, line.location_id
                reserved[key] += line.quantity_product_uom
        self.assertEqual(self.stock("reserved_quantity"), dict(reserved))

    def check_repeats(self, order):
        """The same request gets the same answer; another one is confirmed as well."""
        answer = self.request_cancellation("CANCELLED")
        self.assertConfirmation(answer, order)
        self.assertEqual(self.request_cancellation("CANCELLED"), answer)
        another = self.request_cancellation("CANCELLED", cancellationRequestId="another")
        self.assertConfirmation(another, order)
        self.assertNotEqual(another, answer)

    def check_everything_is_back(self, announced, other):
        """With the returns done, only what the other order has moved is not where it was."""
        announced.move_ids._action_assign()
        # What was announced before, and went on nevertheless, is not there to be returned.
        for back in announced.filtered(lambda back: back.state == "assigned"):
            self.ship(back)
        expected = Counter(self.stock_at_first)
        expected.update(self.carried(other))
        self.assertEqual(self.stock(), {key: expected[key] for key in expected if expected[key]})
        self.check_reserved()

    def enough_for_other(self, story):
        """Whether there was stock for all of it, and it was not given up in part."""
        wanted = Counter()
        for number, quantity, dozens in story.other:
            wanted[number] += quantity * (12 if dozens else 1)
        given_up = any(name == "transfer_only" and to_other for name, to_other, *_ in story.deeds)
        return max(wanted.values()) <= story.stock and not given_up

    def test_refused(self):
        self.for_all_stories(self.check_refused, examples=10)

    def check_refused(self, _story, order, other):
        """All ends as it would have done if the marketplace had not asked."""
        order.action_lock()
        self.account.on_locked = "ask"
        with closing(self.env.cr.savepoint()):
            expected = self.ending(order, other)
        condition = self.condition(order)
        receipt = self.ask(order)
        self.assertEqual(self.condition(order), condition)
        receipt.action_refuse("Too late.")
        self.assertEqual(self.condition(order), condition)
        self.assertEqual(self.ending(order, other), expected)

    def ending(self, order, other):
        """What is where once all is done that can be done."""
        self.finish(order)
        self.finish(other)
        self.env.invalidate_all()
        return (
            self.stock(),
            self.stock("reserved_quantity"),
            (order | other).order_line.mapped("qty_delivered"),
        )
