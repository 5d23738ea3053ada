from math import inf

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: What a marketplace has had taken out, and what it was told, or is about to be told, of.
_TAKEN_OUT = Domain(
    "cancellation_receipt_ids", "any", [("kind", "=", "part"), ("state", "=", "part_cancelled")]
) | Domain("outbound_call_ids", "any", [("kind", "=", "change"), ("state", "!=", "obsolete")])


class SaleOrder(models.Model):
    """Orders of which a part was taken out: no more leaves than is wanted since."""

    _inherit = "sale.order"

    def _with_parts_taken_out(self):
        """Those of these orders of which a part was cancelled at their marketplace."""
        # sudo: what a marketplace was told concerns everybody who ships
        named = self.sudo()._of_marketplaces()
        if not named:
            return named
        return named.search(Domain("id", "in", named.ids) & _TAKEN_OUT)


class StockMove(models.Model):
    """What was taken out stays, even if somebody sends more than a transfer says, or once more."""

    _inherit = "stock.move"

    def _check_no_more_leaves_than_wanted(self, supplied):
        """Raise if more of an order would be at the customer than is wanted since a part of it was
        taken out: a slip that was printed before says more, and what came back can be sent again.

        What a supplier sends to the customer has left already.

        :param supplied: ``{move: its orders}`` of moves that bring goods nearer to a customer
        :raise UserError: naming the transfer, the product and how much may leave
        """
        leaving = {
            move: orders
            for move, orders in supplied.items()
            if len(orders) == 1 and move._leaves() and move.location_id.usage != "supplier"
        }
        changed = self.env["sale.order"].union(*leaving.values())._with_parts_taken_out()
        for order in changed:
            moves = self.browse().sudo().concat(*(m for m, own in leaving.items() if own == order))
            for (line, product), own in moves.grouped(
                lambda move: (move.sale_line_id, move.product_id)
            ).items():
                leaves = sum(move._quantity_to_go() for move in own)
                if not leaves and "done" not in own.mapped("state"):
                    continue
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
            "%(order)s was cancelled, and %(marketplace)s knows it. Take the rest off the "
            "transfer; if the customer is to get it all the same, raise the quantity of the order.",
            picking=self.picking_id.name or self.reference or self.display_name,
            allowed=f"{allowed:g} {self.product_id.uom_id.name}",
            product=self.product_id.display_name,
            order=order.name,
            marketplace=order.marketplace_account_id.name,
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _may_still_leave(self, product):
        """How much of ``product`` may still leave for these lines of one order, in its unit, and
        how exactly that is known.

        It is less than nothing if too much is at the customer, and without an end if nobody knows
        how much of a kit's component belongs there.
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
            wanted = line._quantity_wanted() * own.per_unit
            allowed += wanted + line._quantity_coming_back(product) - own.at_customer
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
