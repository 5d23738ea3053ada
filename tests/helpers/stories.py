"""Stories of orders: random work in the warehouse before the marketplace cancels."""

from collections import Counter
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.fields import Command

from .random_examples import RandomRecordsCase, note, st
from .transfers import ChainCase
from .warehouse import DELIVERY_STEPS, WarehouseCase

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
        self.env.cr.flush()  # what is cancelled gives its goods free before the commit
        quants = self.env["stock.quant"]._read_group(
            [("product_id", "in", self.products.ids)],
            ["product_id", "lot_id", "location_id"],
            [f"{field}:sum"],
        )
        return {tuple(key): quantity for *key, quantity in quants if quantity}

    def check_reserved(self):
        """What is reserved is what open transfers are to take from there, and nothing else."""
        reserved = Counter()
        lines = self.env["stock.move.line"].search([("product_id", "in", self.products.ids)])
        for line in lines.filtered(lambda line: line.state not in ("done", "cancel")):
            if line.quantity and not line.location_id.should_bypass_reservation():
                key = line.product_id, line.lot_id, line.location_id
                reserved[key] += line.quantity_product_uom
        found = self.stock("reserved_quantity")
        for key in {*found, *reserved}:
            self.assertAlmostEqual(found.get(key, 0.0), reserved[key], msg=key)

    def total(self):
        """``{(product, lot): quantity}``, wherever it is."""
        total = Counter()
        for (product, lot, _location), quantity in self.stock().items():
            total[product, lot] += quantity
        return {key: round(quantity, 4) for key, quantity in total.items() if quantity}

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
