"""Orders of which a part is taken out, and what becomes of their goods."""

from odoo.fields import Command

from ...tools.cause import Cause
from ...tools.change.goods import units_left
from .warehouse import WarehouseCase

REASON = "The shopper wants less."


class TakenOutCase(WarehouseCase):
    def cause(self, order):
        nobody = self.env["res.users"]
        receipts = self.env["marketplace.cancellation.receipt"]
        return Cause(order, order.marketplace_account_id, REASON, receipts, nobody)

    def take_out(self, order, *quantities):
        """Take so much out of each line of ``order``, in their order, and see what is left."""
        lines = order.order_line.filtered(lambda line: not line.combo_item_id)
        part = {line: taken for line, taken in zip(lines, quantities, strict=False) if taken}
        order._take_out(part, self.cause(order))
        self.assertNoMoreLeaves(order)

    def part_of(self, order, *quantities):
        return dict(zip(order.order_line, quantities, strict=False))

    def lines_of(self, *lines, marketplace_order_id="T-1", confirm=True, **values):
        """An order of ``(product, quantity)`` or ``(product, quantity, further values)``."""
        commands = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity, **dict(*more)})
            for product, quantity, *more in lines
        ]
        return self.make_order(marketplace_order_id, confirm=confirm, order_line=commands, **values)

    def outward(self, order):
        """The open moves that bring goods of ``order`` nearer to the customer, of any step."""
        return self.moves(order).filtered(
            lambda move: move.state not in ("done", "cancel") and move._is_outward()
        )

    def assertNoMoreLeaves(self, order):
        """No more can leave of any line than is wanted, and nothing is reserved beyond it."""
        self.env.flush_all()
        self.env.invalidate_all()
        open_moves = self.outward(order)
        for move in open_moves:
            self.assertLessEqual(move.quantity, move.product_uom_qty, move)
        last = open_moves._last_of_chains()
        for line, goods in order.order_line._goods_of_lines().items():
            if line._is_goods():
                self.assertGreaterEqual(
                    line.product_uom_qty, units_left(goods.values(), is_kit=False) - 0.01, line.name
                )
            for product, own in goods.items():
                mine = last.filtered(lambda move: move.sale_line_id == line)  # noqa: B023
                mine = mine.filtered(lambda move: move.product_id == product)  # noqa: B023
                leaves = sum(mine.mapped("product_qty"))
                self.assertLessEqual(
                    leaves, own.to_leave(line._quantity_wanted()) + 0.01, line.name
                )

    def assertLeaves(self, order, quantity, product=None):
        """Once everything is done, so much of the product has reached the customer."""
        product = product or self.product
        for _step in range(9):
            pickings = self.open_pickings(order).filtered(
                lambda picking: not picking._is_return() and picking.state != "waiting"
            )
            if not pickings:
                break
            for picking in pickings:
                self.ship(picking)
        at_customer = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.customer_location.id)]
        )
        self.assertEqual(sum(at_customer.mapped("quantity")), quantity)

    def returns(self, order):
        """``{(from, to): quantity}`` of what is open and comes back for ``order``."""
        found = {}
        for move in self.moves(order):
            if move.state not in ("done", "cancel") and move._is_return():
                key = (move.location_id, move.location_dest_id)
                found[key] = found.get(key, 0) + move.product_qty
        return found
