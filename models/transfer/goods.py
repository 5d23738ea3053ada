from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...tools.goods import AT_CUSTOMER, ELSEWHERE, InStock, Movement, Spot

#: What moves but ``own`` have left of ``products`` in ``places``, by order, place and kind.
_MOVED_BY_OTHERS = """
    SELECT COALESCE(sold.order_id, picking.sale_id), at.location, line.product_id,
           line.lot_id, at.package, line.owner_id, SUM(at.quantity)
      FROM stock_move_line line
      JOIN stock_move move ON move.id = line.move_id
      LEFT JOIN sale_order_line sold ON sold.id = move.sale_line_id
      LEFT JOIN stock_picking picking ON picking.id = move.picking_id
     CROSS JOIN LATERAL (VALUES
           (line.location_dest_id, line.result_package_id, line.quantity_product_uom),
           (line.location_id, line.package_id, -line.quantity_product_uom)
           ) at (location, package, quantity)
     WHERE line.state = 'done'
       AND line.product_id IN %(products)s
       AND (line.location_id IN %(places)s OR line.location_dest_id IN %(places)s)
       AND at.location IN %(places)s
       AND move.id NOT IN %(own)s
       AND COALESCE(sold.order_id, picking.sale_id) IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5, 6
    HAVING SUM(at.quantity) <> 0
"""


class StockMove(models.Model):
    """Moves as movements of goods, see :mod:`..goods`."""

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
            lines = move.move_line_ids.filtered("quantity_product_uom")
            announced += [([line._spot_from()], line.quantity_product_uom) for line in lines]
            if not reserved_only:
                rest = move.product_qty - sum(lines.mapped("quantity_product_uom"))
                announced.append((move._spots_below(spots), max(rest, 0.0)))
        return announced

    def _spots_below(self, spots):
        """The places of ``spots`` from which this move may take its goods, of whatever kind."""
        product = self.product_id.id
        places = {spot.location for spot in spots if spot.product == product}
        return [Spot(place, product) for place in places if self._takes_from(place)]

    def _takes_from(self, place):
        """Whether this move's goods come from ``place``, as :class:`~tools.goods.Spot` has it."""
        self.ensure_one()
        if place in (AT_CUSTOMER, ELSEWHERE):
            return self.location_id._goods_key() == place
        return self.location_id.browse(place)._child_of(self.location_id)

    def _explain(self, spots):
        """Which of these done moves have brought what lies in ``spots``, the latest first.

        :param spots: ``{spot: quantity}``
        :return: ``{move: quantity}``, in the product's unit
        """
        left, explained = dict(spots), defaultdict(float)
        done = self.filtered(lambda move: move.state == "done")
        for line in done.move_line_ids.sorted("id", reverse=True):
            spot = line._spot_to()
            quantity = min(left.get(spot, 0.0), line.quantity_product_uom)
            if quantity > 0:
                left[spot] -= quantity
                explained[line.move_id] += quantity
        return dict(explained)

    # -- Of others -------------------------------------------------------------------------------

    def _movements_of_others(self, places, products):
        """What other orders' moves than these have left in ``places``, one movement for a spot.

        :param places: IDs of locations
        """
        self.env.flush_all()
        own, products, places = tuple(self.ids), tuple(products.ids), tuple(places)
        self.env.cr.execute(SQL(_MOVED_BY_OTHERS, own=own, products=products, places=places))
        movements = []
        for order, location, product, lot, package, owner, quantity in self.env.cr.fetchall():
            spot = Spot(location, product, lot, package, owner)
            movements.append(Movement(Spot(ELSEWHERE, product), spot, quantity, order))
        return movements

    def _in_stock(self, places, products):
        """``{spot: InStock}`` of what there is in ``places``; what these moves reserve is free.

        :param places: IDs of locations
        """
        found = self.env["stock.quant"]._read_group(
            [("location_id", "in", list(places)), ("product_id", "in", products.ids)],
            ["location_id", "product_id", "lot_id", "package_id", "owner_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        own = defaultdict(float)
        for line in self.filtered(lambda move: move._is_open()).move_line_ids:
            own[line._spot_from()] += line.quantity_product_uom
        in_stock = {}
        for *kind, quantity, reserved in found:
            spot = Spot(*(record.id or None for record in kind))
            in_stock[spot] = InStock(quantity, max(reserved - own[spot], 0.0))
        return in_stock


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _movement(self, order, sure=True):
        quantity = self.quantity_product_uom
        return Movement(self._spot_from(), self._spot_to(), quantity, order, sure)

    def _spot_from(self):
        return self._spot(self.location_id, self.package_id)

    def _spot_to(self):
        return self._spot(self.location_dest_id, self.result_package_id)

    def _spot(self, location, package):
        self.ensure_one()
        goods = (self.product_id, self.lot_id, package, self.owner_id)
        return Spot(location._goods_key(), *(record.id or None for record in goods))


class StockLocation(models.Model):
    """Where goods of an order may stay, and where they have to be fetched."""

    _inherit = "stock.location"

    def _is_stock(self):
        """Whether goods may stay here: a warehouse's stock, or another place that it refills."""
        self.ensure_one()
        stock = self.warehouse_id.lot_stock_id
        return self.usage == "internal" and (
            self.replenish_location or (bool(stock) and self._child_of(stock))
        )

    def _needs_fetching(self):
        """Whether goods of a cancelled order have to be fetched from here."""
        self.ensure_one()
        return self.usage in ("internal", "transit") and not self._is_stock()

    def _goods_key(self):
        """What stands for this location where goods are counted (:class:`~tools.goods.Spot`)."""
        if self.usage == "customer":
            return AT_CUSTOMER
        return self.id if self._needs_fetching() else ELSEWHERE
