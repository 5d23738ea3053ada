from collections import defaultdict

from markupsafe import escape

from odoo import models
from odoo.fields import Domain

from ...tools.any_language import InAnyLanguage
from ...tools.goods import AT_CUSTOMER, ELSEWHERE, ToFetch, less_announced, lying
from ...tools.words import GOODS_IN_DOUBT
from ..base.moments import day_of
from ..base.quantities import of_product

#: Stands for the orders that are asked about, see :class:`~tools.goods.Movement`.
OWN = "own"


class SaleOrder(models.Model):
    """Where the goods of orders lie that are neither in stock nor used up, and which come back."""

    _inherit = "sale.order"

    def _goods_by_place(self):
        """``{Spot: Lying}`` of what was moved for these orders: at customers, on the way to them.

        In the products' units. These orders count as one; what lies there for other orders is not
        theirs.
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
        receipts = self.cancellation_receipt_ids
        returns = (receipts.return_picking_ids | self.seller_return_ids).move_ids
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
        """What moves beside ``moves`` have brought for these orders and others: it is not sure."""
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

        :param moves: those of their goods, which are in ``spots``
        """
        sent = {spot for spot in spots if spot.location == AT_CUSTOMER}
        if not sent:
            return []
        lots = self.env["stock.lot"].browse({spot.lot for spot in sent if spot.lot})
        serials = lots.filtered(lambda lot: lot.product_id.tracking == "serial")  # of one piece
        return [
            line._movement(OWN, sure=line.state == "done" and line.lot_id in serials)
            for line in self.env["stock.move.line"].search(self._domain_of_nobodys(moves, sent))
        ]

    def _domain_of_nobodys(self, moves, sent):
        since = min(move.date for move in moves if move.state == "done")
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
            & Domain("date", ">=", since)
            & Domain("move_id", "not in", moves.ids)
            & Domain("move_id.sale_line_id", "=", False)
            & Domain("move_id.origin_returned_move_id", "=", False)
            & Domain(f"{transfer}.sale_id", "=", False)
            & (named | nameless)
        )

    # -- What comes back --------------------------------------------------------------------------

    def _expect_no_more_than_left(self):
        """Take off open returns of these orders what is not where they would fetch it.

        Odoo returns what it cannot take off a delivery, one that was printed say (odoo/odoo
        #272343). If such a return is done after the delivery was cancelled, it brings goods that do
        not exist, or takes another order's.
        """
        for move, quantity in self._returns_of_too_much().items():
            move._cut_return(quantity)

    def _returns_of_too_much(self):
        """``{move: quantity}`` of the open returns that expect more than that, which is there."""
        orders = self.sudo()  # sudo: as Odoo's own cancellation of transfers
        returns = orders._goods_moves().filtered(lambda move: move._may_be_excess())
        if not returns:
            return {}
        left = {spot: sum(there) for spot, there in orders._goods_by_place().items()}
        # what people have made goes before what Odoo has made, and is kept
        in_turn = returns.sorted(lambda move: (not move.origin_returned_move_id, move.id))
        there = {move: move._take_what_is_there(left) for move in in_turn}
        return {
            move: quantity
            for move, quantity in there.items()
            if move.product_id.uom_id.compare(quantity, move.product_qty) < 0
        }

    def _let_returns_take_what_is_there(self):
        """Reserve for open returns what lies there for these orders, of whichever line it is.

        Odoo has a return wait for what the step before it brought. That may have left for another
        line of the order, whose goods lie there instead.
        """
        waiting = self._goods_moves().filtered(
            lambda move: (
                move.state in ("waiting", "confirmed", "partially_available")
                and move._is_return()
                and move.move_orig_ids  # or else it waits for nothing, or somebody unreserved it
                and not any(before._is_open() for before in move.move_orig_ids)
            )
        )
        waiting._action_assign()  # of goods that are still there, Odoo knows lots and packages
        waiting = waiting.filtered(lambda move: move.state != "assigned")
        if not waiting:
            return
        left = {spot: there.sure for spot, there in self._goods_by_place().items()}
        there = {move: move._take_what_is_there(left) for move in waiting}
        waiting = waiting.filtered(lambda move: there[move] >= move.product_qty)
        waiting.move_orig_ids = False
        waiting._action_assign()

    def _goods_to_fetch(self):
        """What a cancellation of these orders leaves where it does not belong: a ``ToFetch``.

        :param self: in superuser mode: the warehouse's moves are only read
        """
        reachable, doubtful = {}, defaultdict(float)
        for spot, there in self._left_lying().items():
            quantity = there.doubtful
            if self._can_fetch(spot):
                reachable[spot] = there.sure
            else:
                quantity += there.sure
            if quantity:
                doubtful[spot.product, spot.location] += quantity
        return ToFetch(self._goods_moves()._explain(reachable), dict(doubtful))

    def _can_fetch(self, spot):
        """Whether goods lie at a customer, or where the orders' companies may move them."""
        if spot.location == AT_CUSTOMER:
            return True
        company = self.env["stock.location"].browse(spot.location).company_id
        return not company or company in self.company_id

    def _chain_moves(self):
        """Moves of any step, with an order line or without, that serve these orders alone."""
        moves = self.order_line.move_ids
        return moves.browse(moves._rollup_move_origs())._in_chain_of(self)

    def _goods_in_words(self, quantities):
        """How much of what lies where, each as people read it.

        :param quantities: ``{(product, location): quantity}`` of :class:`~tools.goods.Spot`
        """
        words = []
        for (product, location), quantity in quantities.items():
            goods = self.env["product.product"].browse(product)
            place = InAnyLanguage(self.env)._("at the customer")
            if location != AT_CUSTOMER:
                place = self.env["stock.location"].browse(location).display_name
            words.append(f"{of_product(quantity, goods.uom_id, goods)}, " + place)
        return words

    def _ask_where_goods_are(self, doubtful, cause):
        """Leave an activity on this order: somebody has to look what lies there for it.

        :param doubtful: ``{(product, location): quantity}`` of :class:`~tools.goods.Spot`
        """
        user = cause.responsible
        note = self.env._(GOODS_IN_DOUBT, "; ".join(self._goods_in_words(doubtful)))
        kind = "mail.mail_activity_data_todo"
        summary = self.env._("Goods of the cancelled order")
        self.activity_schedule(kind, day_of(user), summary, escape(note), user_id=user.id)
