from collections import Counter

from odoo import models

from ...tools.decision import Facts, Shipped
from ...tools.goods import AT_CUSTOMER


class SaleOrder(models.Model):
    """How far an order has got: the facts on which its cancellation is decided."""

    _inherit = "sale.order"

    def _cancellation_facts(self, receipt, other, untouched=None):
        """The :class:`~tools.decision.Facts` for cancelling ``self`` because of ``receipt``.

        :param self: the order, or none if it is not known
        :param other: the order that the address names instead, if any
        :param untouched: what :meth:`_untouched` says of it, if that was asked just now
        """
        # sudo: the facts span documents (invoices, purchases, manufacturing) that the endpoint's
        # user, a salesperson, need not see; they are only counted
        if untouched is None:
            untouched = self._untouched()
        if untouched and not other:
            return Facts(order_known=True, in_window=self._is_in_cancellation_window(receipt))
        orders = self.sudo()._with_replacements()
        if other or not orders:
            return Facts(
                order_known=bool(self), order_cancelled=bool(self), path_names_another=bool(other)
            )
        return Facts(
            order_known=True,
            shipped=orders._shipped_state(),
            picking=orders._is_picking_started(),
            invoiced=orders._is_invoiced() or bool(orders._lines_invoiced_otherwise()),
            locked=any(orders.mapped("locked")),
            committed=orders._is_committed(),
            in_window=self._is_in_cancellation_window(receipt),
            **self._what_was_said(receipt),
        )

    def _with_replacements(self):
        """Those of ``self`` and of the orders that replace it that are not cancelled.

        One marketplace order may have had several orders here.
        """
        orders = self | self.replacement_order_ids
        return orders.filtered(lambda order: order.state != "cancel")

    def _shipped_state(self):
        """How much has left, net of returns.

        From done moves, not from ``delivery_status`` or ``qty_delivered``, which count a returned
        delivery as delivered (odoo/odoo #280737). What moves do not explain has left as well.
        """
        left = any(quantity > 0 for quantity in self._shipped_quantities().values())
        if not (left or self._lines_delivered_otherwise()):
            return Shipped.NOTHING
        return Shipped.PARTLY if self._open_moves() else Shipped.FULLY

    def _shipped_quantities(self):
        """``{product: quantity}`` that is at the customer, in the product's unit.

        What may have come back, for all one can tell, is still there.
        """
        shipped = Counter()
        for spot, there in self._goods_by_place().items():
            if spot.location == AT_CUSTOMER:
                shipped[self.env["product.product"].browse(spot.product)] += sum(there)
        return dict(shipped)

    def _open_moves(self):
        """Moves on the way to the customer that are not done; returns are on the way back."""
        return self.order_line.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move._is_return()
        )

    def _is_picking_started(self):
        """Whether somebody has picked goods that have not left."""
        open_moves = self._open_moves()
        return bool(
            any(open_moves.mapped("picked"))
            or any(open_moves.move_line_ids.mapped("picked"))
            or self.picking_ids._is_being_worked_on()
            or self._is_something_underway()
        )

    def _is_something_underway(self):
        """Whether goods lie in a packing or output location, or may do so."""
        places = {spot.location for spot in self._left_lying()} - {AT_CUSTOMER}
        locations = self.env["stock.location"].browse(places)
        return any(location.usage == "internal" for location in locations)

    def _is_invoiced(self):
        """Whether money was asked for and not credited, line by line, or received and not given
        back. When in doubt it was.
        """
        quantities, doubts = self._left_to_credit()
        return bool(quantities or doubts or self._payments_left())

    def _lines_delivered_otherwise(self):
        """Lines of goods of which more was delivered than their moves say."""
        return self.order_line.filtered(lambda line: line._is_delivered_otherwise())

    def _lines_invoiced_otherwise(self):
        """Lines of which more was billed than their invoices say."""
        return self.order_line.filtered(lambda line: line._is_invoiced_otherwise())
