from odoo import models


class SaleOrder(models.Model):
    """Open returns of goods that never left: Odoo makes some when an order is reduced."""

    _inherit = "sale.order"

    def _expect_no_more_than_left(self):
        """Take off open returns of these orders what is not where they would fetch it.

        Odoo returns what it cannot take off a delivery, one that was printed say (odoo/odoo
        #272343). Done as it stands after the delivery was cancelled, such a return makes goods of
        nothing, or takes another order's.
        """
        orders = self.sudo()  # sudo: as Odoo's own cancellation of transfers
        returns = orders._goods_moves().filtered(lambda move: move._may_be_excess())
        if not returns:
            return
        left = {spot: sum(there) for spot, there in orders._goods_by_place().items()}
        # what people have made goes before what Odoo has made, and is kept
        for move in returns.sorted(lambda move: (not move.origin_returned_move_id, move.id)):
            move._cut_to(move._take_what_is_there(left))


class StockMove(models.Model):
    _inherit = "stock.move"

    def _may_be_excess(self):
        """Whether this is an open return that nobody has begun with, and that waits for no other
        move to bring its goods.

        What comes back for a line of negative quantity, an exchange, is another order's.
        """
        return (
            self._is_open()
            and self._is_return()
            and not self.picked
            and self.sale_line_id.product_uom_qty >= 0
            and (self.location_id.usage == "customer" or not self.move_orig_ids)
        )

    def _take_what_is_there(self, left):
        """How much of its goods is there, in the product's unit; it is taken off ``left``.

        :param left: ``{spot: quantity}``
        """
        found = 0.0
        for spot in left:
            if spot.product == self.product_id.id and self._takes_from(spot.location):
                taken = min(left[spot], self.product_qty - found)
                left[spot] -= taken
                found += taken
        return found

    def _cut_to(self, quantity):
        """Expect no more than ``quantity``, in the product's unit, and say why on the transfer."""
        unit = self.product_id.uom_id
        if unit.compare(quantity, self.product_qty) >= 0:
            return
        self.picking_id._message_log(
            body=self.env._(
                "%(product)s: %(quantity)s %(unit)s are expected instead of %(before)s; the rest "
                "never left.",
                product=self.product_id.display_name,
                quantity=f"{quantity:g}",
                unit=unit.name,
                before=f"{self.product_qty:g}",
            )
        )
        if unit.is_zero(quantity):
            self._action_cancel()
            return
        waiting = self.state != "draft"
        self.write(self._quantity_values(quantity))
        if waiting:
            self._action_assign()
