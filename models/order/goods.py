from collections import defaultdict
from typing import NamedTuple

from markupsafe import escape

from odoo import models

from ...tools.goods import AT_CUSTOMER
from ..base.moments import day_of


class ToFetch(NamedTuple):
    """What a cancellation leaves where it does not belong, in the products' units.

    :param quantities: ``{done move that brought it there: quantity}``, to be fetched
    :param doubtful: ``{(product, location): quantity}`` that may lie there, or be another order's
    """

    quantities: dict
    doubtful: dict


class SaleOrder(models.Model):
    """Which goods of an order have to come back."""

    _inherit = "sale.order"

    def _goods_to_fetch(self):
        lying = self._left_lying()
        reachable = {spot: there.sure for spot, there in lying.items() if self._can_fetch(spot)}
        doubtful = defaultdict(float)
        for spot, there in lying.items():
            quantity = there.doubtful + (0.0 if spot in reachable else there.sure)
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

        :param quantities: ``{(product, location): quantity}`` of :class:`~.goods.Spot`
        """
        words = []
        for (product, location), quantity in quantities.items():
            goods = self.env["product.product"].browse(product)
            place = self.env._("at the customer")
            if location != AT_CUSTOMER:
                place = self.env["stock.location"].browse(location).display_name
            words.append(f"{quantity:g} {goods.uom_id.name} {goods.display_name}, {place}")
        return words

    def _ask_where_goods_are(self, doubtful, cause):
        """Leave an activity on this order: somebody has to look what lies there for it.

        :param doubtful: ``{(product, location): quantity}`` of :class:`~.goods.Spot`
        """
        user = cause.responsible
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day_of(user),
            summary=self.env._("Goods of the cancelled order"),
            note=escape(
                self.env._(
                    "These goods may have to come back, or are another order's or back already; no "
                    "transfer is proposed for them: %s",
                    "; ".join(self._goods_in_words(doubtful)),
                )
            ),
            user_id=user.id,
        )
