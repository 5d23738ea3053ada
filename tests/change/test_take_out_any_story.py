"""Whatever the warehouse does, and however often a part is taken out: goods are accounted for."""

from contextlib import closing

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.cause import Cause
from ..helpers.random_examples import note, st
from ..helpers.stories import DEEDS, ImpossibleError, ShopCase, stories
from ..helpers.warehouse import WarehouseCase

#: Deeds after which Odoo itself does not know what a line is about any more.
ODD = {"order_more", "order_less", "invoice_draft", "invoice_posted"}
EXAMPLES = 15


def parts():
    """What is taken out in turn: (which line, how many pieces), with deeds in between."""
    deed = st.tuples(st.sampled_from([own for own in DEEDS if own not in ODD]), st.integers(0, 3))
    taken = st.tuples(st.integers(0, 2), st.integers(1, 3))
    return st.lists(st.tuples(taken, st.none() | deed), min_size=1, max_size=4)


@tagged("post_install", "-at_install")
class TestTakeOutAnyStory(ShopCase):
    def test_any_story(self):
        story = stories().map(
            lambda own: own._replace(deeds=[deed for deed in own.deeds if deed[0] not in ODD])
        )
        self.for_all(st.tuples(story, parts()), self.check, EXAMPLES, 300)

    def check(self, example):
        story, parts_ = example
        order, other = self.play(story)
        before = self.condition(other) if other else None
        total = self.total()
        for (which, taken), deed in parts_:
            self.take_out_of(order, which, taken)
            self.assertAccountedFor(order)
            self.assertEqual(self.total(), total)
            if deed:
                self.try_to_do(order, *deed)
        if other and not any(deed for _taken, deed in parts_):
            self.assertEqual(self.condition(other), before)
        with closing(self.env.cr.savepoint()):
            self.assertEnds(order)
        self.env.invalidate_all()
        self.assertCancelsWholly(order, total)

    def take_out_of(self, order, which, taken):
        lines = order.order_line.filtered(lambda line: line._quantity_wanted() > 0)
        if not lines:
            return
        line = lines[which % len(lines)]
        taken = min(taken, line._quantity_wanted())
        wanted = line._quantity_wanted() - taken
        moved = self.carried(order)
        order._take_out({line: taken}, self.cause(order))
        self.env.invalidate_all()
        self.assertEqual(self.carried(order), moved, "nothing is moved by it")
        self.assertAlmostEqual(line._quantity_wanted(), wanted)

    def announce_return(self, order, which, how_much):
        """Only of what was sent: to send once more what came back is a decision of its own."""
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        if done and self.one_of(done, which)._is_return():
            raise ImpossibleError("It came back.")
        return super().announce_return(order, which, how_much)

    def cause(self, order):
        receipts = self.env["marketplace.cancellation.receipt"]
        return Cause(order, self.account, "Less, please.", receipts, self.env["res.users"])

    def try_to_do(self, order, name, which):
        try:
            with self.env.cr.savepoint():
                getattr(self, name)(order, which, None)
        except (ImpossibleError, UserError) as error:
            note(f"{name} was not possible: {error}")

    def outward(self, order):
        """Open moves to the customer; one step back of several looks like one, and is none."""
        return self.open_moves(self.moves(order)).filtered(
            lambda move: (
                move._is_outward()
                and (not move.origin_returned_move_id or move.location_dest_id.usage == "customer")
            )
        )

    def assertAccountedFor(self, order):
        outward = self.outward(order)
        for move in outward:
            reserved = sum(move.move_line_ids.mapped("quantity_product_uom"))
            self.assertLessEqual(reserved, move.product_qty + 1e-6, "no more is reserved")
        last = outward.filtered(lambda move: not move.move_dest_ids & outward)
        for line, goods in order.order_line._goods_of_lines().items():
            for product, own in goods.items():
                left = own.at_customer / own.per_unit
                self.assertLessEqual(left, line.product_uom_qty + 0.01, "no less than has left")
                mine = last.filtered(lambda move, line=line: move.sale_line_id == line)
                leaves = sum(mine.mapped("product_qty"))
                self.assertLessEqual(
                    leaves, own.to_leave(line._quantity_wanted()) + 0.1, (line, product)
                )

    def assertEnds(self, order):
        """Done as it stands, no more is at the customer than is wanted."""
        order.picking_ids.filtered(lambda picking: picking.state == "draft").action_confirm()
        self.finish(order)
        self.env.invalidate_all()
        for line, goods in order.order_line._goods_of_lines().items():
            for own in goods.values():
                self.assertLessEqual(
                    own.at_customer, line._quantity_wanted() * own.per_unit + 0.1, line
                )

    def assertCancelsWholly(self, order, total):
        """The rest is cancelled as if nothing had been taken out before: nothing leaves."""
        WarehouseCase.cancel(self, order)
        self.env.invalidate_all()
        self.assertFalse(self.outward(order))
        self.assertEqual(self.total(), total)
        order.picking_ids.filtered(lambda picking: picking.state == "draft").action_confirm()
        self.finish(order)
        self.env.invalidate_all()
        for spot, there in order._goods_by_place().items():
            self.assertLessEqual(there.sure, 1e-6, spot)
