from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...tools.goods import AT_CUSTOMER, ELSEWHERE, InStock, Movement, Spot, explain
from ...tools.queries import MOVED_BY_OTHERS


class StockMove(models.Model):
    """Moves as movements of goods, see :mod:`~tools.goods`."""

    _inherit = "stock.move"

    def _movements(self, order):
        """What these moves have done, each line a :class:`~tools.goods.Movement` for ``order``.

        What comes back for a line of negative quantity, an exchange, may be of any order.
        """
        return [
            line._movement(order, sure=line.move_id.sale_line_id.product_uom_qty >= 0)
            for line in self.filtered(lambda move: move.state == "done").move_line_ids
        ]

    def _announced(self, spots, reserved_only=False):
        """What the open ones of these moves are to bring to stock from ``spots``.

        What is reserved is known by lot, package and owner; the rest can be any.

        :param reserved_only: leave the rest out
        :return: as :func:`~tools.goods.less_announced` takes it
        """
        announced = []
        for move in self.filtered(lambda move: move._is_open() and move._is_return()):
            reserved = [line._movement() for line in move.move_line_ids]
            announced += [([own.source], own.quantity) for own in reserved if own.quantity]
            if not reserved_only:
                product = move.product_id.id
                places = {spot.location for spot in spots if spot.product == product}
                below = [Spot(place, product) for place in places if move._takes_from(place)]
                rest = move.product_qty - sum(own.quantity for own in reserved)
                announced.append((below, max(rest, 0.0)))
        return announced

    def _takes_from(self, place):
        """Whether this move's goods come from ``place``, as :class:`~tools.goods.Spot` has it."""
        if place in (AT_CUSTOMER, ELSEWHERE):
            return self.location_id._goods_key() == place
        return self.location_id.browse(place)._child_of(self.location_id)

    def _explain(self, spots):
        """Which of these done moves have brought what lies in ``spots``, the latest first.

        :param spots: ``{spot: quantity}``
        :return: ``{move: quantity}``, in the product's unit
        """
        done = self.filtered(lambda move: move.state == "done").move_line_ids
        brought = [(line.move_id, line._movement()) for line in done.sorted("id", reverse=True)]
        return explain(brought, spots)

    # -- Of others -------------------------------------------------------------------------------

    def _movements_of_others(self, places, products):
        """What other orders' moves than these have left in ``places``, one movement for a spot."""
        self.env.flush_all()
        own, products, places = tuple(self.ids), tuple(products.ids), tuple(places)
        self.env.cr.execute(SQL(MOVED_BY_OTHERS, own=own, products=products, places=places))
        return [
            Movement(Spot(ELSEWHERE, product), Spot(location, product, *kind), quantity, order)
            for order, location, product, *kind, quantity in self.env.cr.fetchall()
        ]

    def _in_stock(self, places, products):
        """``{spot: InStock}`` of what there is in ``places``; what these moves reserve is free."""
        found = self.env["stock.quant"]._read_group(
            [("location_id", "in", list(places)), ("product_id", "in", products.ids)],
            ["location_id", "product_id", "lot_id", "package_id", "owner_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        own = defaultdict(float)
        for line in self.filtered(lambda move: move._is_open()).move_line_ids:
            own[line._movement().source] += line.quantity_product_uom
        in_stock = {}
        for *kind, quantity, reserved in found:
            spot = Spot(*(record.id or None for record in kind))
            in_stock[spot] = InStock(quantity, max(reserved - own[spot], 0.0))
        return in_stock


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _is_handled(self):
        """Whether somebody has taken this off the shelf, or packed it: a package that is sent as
        it is stays the same.
        """
        return self.picked or bool(self.result_package_id - self.package_id)

    def _movement(self, order=None, sure=True):
        """This line, done or not, as a :class:`~tools.goods.Movement` for ``order``."""
        lot, owner = self.lot_id.id or None, self.owner_id.id or None
        source, target = (
            Spot(place._goods_key(), self.product_id.id, lot, package.id or None, owner)
            for place, package in (
                (self.location_id, self.package_id),
                (self.location_dest_id, self.result_package_id),
            )
        )
        return Movement(source, target, self.quantity_product_uom, order, sure)


class StockLocation(models.Model):
    """Where goods of an order may stay, and where they have to be fetched."""

    _inherit = "stock.location"

    def _is_stock(self):
        """Whether goods may stay here: a warehouse's stock, or another place that it refills."""
        stock = self.warehouse_id.lot_stock_id
        return self.usage == "internal" and (
            self.replenish_location or (bool(stock) and self._child_of(stock))
        )

    def _goods_key(self):
        """What stands for this location where goods are counted (:class:`~tools.goods.Spot`).

        Goods of a cancelled order have to be fetched from a place that has a key of its own.
        """
        if self.usage == "customer":
            return AT_CUSTOMER
        if self.usage in ("internal", "transit") and not self._is_stock():
            return self.id
        return ELSEWHERE
