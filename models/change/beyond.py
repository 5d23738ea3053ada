from math import inf

from odoo import models
from odoo.exceptions import UserError

from ..base.quantities import in_unit


class StockMove(models.Model):
    """What was taken out stays, even if somebody sends more than a transfer says, or once more."""

    _inherit = "stock.move"

    def _check_no_more_leaves_than_wanted(self, supplied):
        """Raise if more of an order would be at the customer than is wanted since a part of it was
        taken out: a slip that was printed before says more, and what came back can be sent again.

        What a supplier sends to the customer has left already; of what is not picked nothing goes
        if anything else is.

        :param supplied: ``{move: its orders}`` of moves that bring goods nearer to a customer
        :raise UserError: naming the transfer, the product and how much may leave
        """
        moves = self.browse().sudo().concat(*supplied)  # sudo: as for :meth:`_check_may_leave`
        going = moves._with_goods_to_go() | moves.filtered(lambda move: move.state == "done")
        leaving = {
            move: supplied[move]
            for move in going
            if len(supplied[move]) == 1 and move._leaves() and move.location_id.usage != "supplier"
        }
        changed = self.env["sale.order"].union(*leaving.values())._with_parts_taken_out()
        for order in changed:
            mine = moves.filtered(lambda move, order=order: leaving.get(move) == order)
            for (line, product), own in mine.grouped(
                lambda move: (move.sale_line_id, move.product_id)
            ).items():
                leaves = sum(move._quantity_to_go() for move in own)
                allowed, rounding = (line or order.order_line)._may_still_leave(product)
                if leaves > allowed + rounding:
                    raise UserError(own[0]._describe_too_much(order, max(allowed, 0.0)))

    def _quantity_to_go(self):
        """How much this move brings if it is done now, in the product's unit; of one that is done
        all is there.
        """
        if self.state == "done":
            return 0.0
        return self._picked_quantity() or self._reserved_quantity()

    def _describe_too_much(self, order, allowed):
        return self.env._(
            "%(picking)s: no more than %(allowed)s of “%(product)s” may leave: a part of "
            "%(order)s was cancelled at %(marketplace)s. Take the rest off the transfer; if the "
            "customer is to get it all the same, raise the quantity of the order.",
            picking=self.picking_id.name or self.reference or self.display_name,
            allowed=in_unit(allowed, self.product_id.uom_id),
            product=self.product_id.display_name,
            order=order.name,
            marketplace=order._marketplaces_own().marketplace_account_id.name,
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _may_still_leave(self, product):
        """How much of ``product`` may still leave for these lines of one order, in its unit, and
        how exactly that is known.

        It is negative if too much is at the customer, and infinite if nobody knows how much of a
        kit's component belongs there.
        """
        allowed, rounding = 0.0, product.uom_id.rounding
        lines = self.filtered("move_ids")
        known = [
            (line, goods) for line, goods in lines._goods_of_lines().items() if product in goods
        ]
        for line, goods in known:
            if goods.keys() - {line.product_id} and line._is_kit_changed():
                return inf, 0.0
            own = goods[product]
            # what a point of sale has handed over is there as well
            wanted = line._quantity_wanted() - max(line._delivered_otherwise(), 0.0)
            back = line._quantity_coming_back(product)
            allowed += wanted * own.per_unit + back - own.at_customer
            rounding = max(rounding, product.uom_id.rounding * own.per_unit)
        return (allowed, rounding) if known else (inf, 0.0)

    def _quantity_coming_back(self, product):
        """How much of ``product`` is to come back from the customer; after an exchange, as much is
        sent once more.
        """
        back = self._own_moves().filtered(
            lambda move: (
                move._is_open()
                and move.product_id == product
                and move.location_id.usage == "customer"
            )
        )
        return sum(back.mapped("product_qty"))
