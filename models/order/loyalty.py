from contextlib import contextmanager

from odoo import models


class SaleOrder(models.Model):
    """Loyalty cards to which an order has given points or money, where loyalty is installed."""

    _inherit = "sale.order"

    @contextmanager
    def _keep_cards_above_zero(self):
        """While these orders are cancelled, take no more off a card than is on it.

        Odoo takes back what an order gave, whatever became of it (`sale_loyalty`,
        ``_action_cancel``). A person was asked about what was used by then; what is used between a
        confirmation and the cancellation, or was given by several orders that are cancelled
        together, shows only now. Somebody is told of it.
        """
        if "coupon_point_ids" not in self._fields:
            yield
            return
        given = self.sudo().coupon_point_ids  # sudo: cards are read, and put back to zero
        orders = {card: own.order_id for card, own in given.grouped("coupon_id").items()}
        lowest = {card: min(card.points, 0) for card in orders}
        yield
        for card in given.env["loyalty.card"].concat(*orders).exists():
            if card.points < lowest[card] - 0.001:
                missing = lowest[card] - card.points
                card.with_context(loyalty_no_mail=True).points = lowest[card]
                orders[card]._tell_used_points(card, missing)

    def _tell_used_points(self, card, missing):
        """Have somebody see to what was used of ``card`` and could not be taken back.

        Its code is not said: whoever knows that may spend what is on the card.
        """
        for order in self:
            order._have_seen_to(
                self.env._(
                    "%(program)s: %(points)s from cancelled orders were used already, and could not"
                    " be taken back.",
                    program=card.program_id.name,
                    points=card._format_points(missing),
                )
            )
