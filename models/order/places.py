from odoo import models
from odoo.fields import Domain

from ...tools.goods import AT_CUSTOMER, ELSEWHERE, less_announced, lying

#: Stands for the orders that are asked about, see :class:`~tools.goods.Movement`.
OWN = "own"


class SaleOrder(models.Model):
    """Where the goods of orders lie that are neither in stock nor used up."""

    _inherit = "sale.order"

    def _goods_by_place(self):
        """``{Spot: Lying}`` of what was moved for these orders: at customers, on the way to them.

        In the products' units. Together, the orders are one: what lies for another is not theirs.
        """
        moves = self._goods_moves()
        movements = moves._movements(OWN) + self._movements_shared(moves)
        spots = lying(movements, OWN)
        movements += self._movements_of_nobody(moves, spots)
        places = {spot.location for spot in spots} - {AT_CUSTOMER, ELSEWHERE}
        lie = {spot.product for spot in spots if spot.location in places}
        products = moves.product_id.filtered(lambda own: own.is_storable and own.id in lie)
        in_stock, counted = {}, set()
        if products:
            movements += moves._movements_of_others(places, products)
            in_stock = moves._in_stock(places, products)
            counted = {(place, product.id) for place in places for product in products}
        found = lying(movements, OWN, in_stock, counted)
        return {spot: there for spot, there in found.items() if spot.location is not ELSEWHERE}

    def _left_lying(self, but_for=None):
        """What of :meth:`_goods_by_place` no open transfer is about to bring to stock.

        :param but_for: a move that looks for its goods: only what others have reserved is not there
        """
        by_place = self._goods_by_place()
        if not by_place:
            return {}
        moves = self._goods_moves() - (but_for or self.env["stock.move"])
        announced = moves._announced(by_place, reserved_only=bool(but_for))
        return less_announced(by_place, announced)

    def _goods_moves(self):
        """The moves of any step and in any state that carry goods of these orders alone.

        Those of order lines, the steps before them, what was returned or scrapped of them, and what
        customers send back by a transfer of the order that names no line.
        """
        returns = self.cancellation_receipt_ids.return_picking_ids | self.seller_return_ids
        returns = returns.move_ids
        moves = self.order_line.move_ids | returns | returns.origin_returned_move_id
        moves = moves.browse(moves._rollup_move_origs())
        while more := moves.returned_move_ids - moves:
            moves |= more
        own = (self.picking_ids | moves.picking_id).filtered(
            lambda picking: picking._own_orders() and picking._own_orders() <= self
        )
        moves |= own.move_ids.filtered(
            lambda move: move.scrap_id or move.location_id.usage == "customer"
        )
        return moves.filtered(lambda move: not move._serves_other_orders(self))

    def _movements_shared(self, moves):
        """What one move has brought for these orders and for others: how much for whom is not sure.

        :param moves: what :meth:`_goods_moves` says
        """
        waiting = moves.filtered(lambda move: move._is_open() and not move._is_return())
        movements = []
        for move in waiting:
            shared = (move.move_orig_ids - moves).filtered(lambda before: before.state == "done")
            left = move.product_qty
            for line in shared.move_line_ids:
                quantity = min(left, line.quantity_product_uom)
                left -= quantity
                movements.append(line._movement(OWN, sure=False)._replace(quantity=quantity))
        return movements

    def _movements_of_nobody(self, moves, spots):
        """What customers have sent back by transfers that name no order, and may be of these.

        Their shopper's, or nobody's; unless it is known to be the return of another delivery.

        :param moves: what :meth:`_goods_moves` says
        :param spots: where their goods are
        """
        sent = {spot for spot in spots if spot.location == AT_CUSTOMER}
        if not sent:
            return []
        lines = self.env["stock.move.line"].search(self._domain_of_nobodys_returns(moves, sent))
        serials = {spot.lot for spot in sent if spot.lot}
        return [
            line._movement(OWN, sure=line.state == "done" and line._is_serial_of(serials))
            for line in lines
        ]

    def _domain_of_nobodys_returns(self, moves, sent):
        done = moves.filtered(lambda move: move.state == "done")
        partners = self.partner_id | self.partner_shipping_id
        names = [*self.mapped("name"), *filter(None, self.mapped("marketplace_order_id"))]
        transfer = "move_id.picking_id"
        named = (
            Domain(f"{transfer}.partner_id", "child_of", partners.commercial_partner_id.ids)
            | Domain(f"{transfer}.origin", "in", [*names, *moves.picking_id.mapped("name")])
            | Domain("lot_id", "in", [spot.lot for spot in sent if spot.lot])
        )
        nameless = Domain(f"{transfer}.partner_id", "=", False)
        if "pos_session_id" in self.env["stock.picking"]._fields:
            nameless &= Domain(f"{transfer}.pos_session_id", "=", False)  # sold there as well
        return (
            Domain("location_id.usage", "=", "customer")
            & Domain("location_dest_id.usage", "!=", "customer")
            & Domain("product_id", "in", [spot.product for spot in sent])
            & Domain("state", "not in", ("draft", "cancel"))
            & Domain("date", ">=", min(done.mapped("date")))
            & Domain("move_id", "not in", moves.ids)
            & Domain("move_id.sale_line_id", "=", False)
            & Domain("move_id.origin_returned_move_id", "=", False)
            & Domain(f"{transfer}.sale_id", "=", False)
            & (named | nameless)
        )
