from collections import Counter
from datetime import timedelta

from odoo import models
from odoo.addons.sale.models.sale_order_line import SaleOrderLine as InSales
from odoo.addons.sale_stock.models.sale_order_line import SaleOrderLine as InStock
from odoo.tools import float_compare

from ...tools.clock import is_past
from ...tools.decision import Facts, Shipped
from ...tools.goods import AT_CUSTOMER
from ...tools.inbound.cancellation_request import YEARS
from ...tools.states import CONFIRMED
from .hold import TOLD


class SaleOrder(models.Model):
    """How far an order has got: the facts on which its cancellation is decided."""

    _inherit = "sale.order"

    def _cancellation_facts(self, receipt, other, untouched=None):
        """The :class:`~tools.decision.Facts` for cancelling all of ``self`` because of ``receipt``.

        A hook for other addons, which know better of some: ``dataclasses.replace(facts, …)``. What
        they look at is to be among :meth:`_signs_of_work` as well.

        :param self: the order, or none if it is not known
        :param receipt: of the request; it need not be stored
        :param other: the order that the address names instead, or none
        :param untouched: what :meth:`_untouched_with_moves` says of it, if that was asked just now;
            an override passes it on
        """
        # sudo: the facts span documents (invoices, purchases, manufacturing) that the endpoint's
        # user, a salesperson, need not see; they are only counted
        if untouched is None:
            untouched = self._untouched_with_moves()
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
        moves = self.order_line.move_ids
        return moves.filtered(lambda move: move._is_open() and not move._is_return())

    def _is_picking_started(self):
        """Whether goods are picked and have not left, or may lie between stock and customer."""
        handled = any(move._is_handled() for move in self._open_moves())
        if handled or self.picking_ids._is_being_worked_on():
            return True
        places = {spot.location for spot in self._left_lying()} - {AT_CUSTOMER}
        return "internal" in self.env["stock.location"].browse(places).mapped("usage")

    def _is_invoiced(self):
        """Whether money was asked for and not credited, or received and kept, or perhaps so."""
        quantities, doubts = self._left_to_credit()
        return bool(quantities or doubts or self._payments_left())

    def _lines_delivered_otherwise(self):
        """Lines of goods of which more was delivered than their moves say."""
        return self.order_line.filtered(lambda line: line._is_delivered_otherwise())

    def _lines_invoiced_otherwise(self):
        """Lines of which more was billed than their invoices say."""
        return self.order_line.filtered(lambda line: line._is_invoiced_otherwise())

    def _is_committed(self):
        """Whether something was done for the order that its cancellation does not undo.

        A request for quotation binds nobody; the carrier's fee is no service.
        """
        bought = self._get_purchase_orders() if hasattr(self, "_get_purchase_orders") else ()
        return (
            any(order.state in ("to approve", "purchase", "done") for order in bought)
            or any(
                line.qty_delivered > 0 and not (line._is_goods() or line._is_delivery())
                for line in self.order_line
            )
            or bool(self._commitments())
        )

    def _what_was_said(self, receipt=None):
        """Arguments of :class:`~tools.decision.Facts`: what other requests for the order have left.

        :param self: the order, that or a replacement of which is not cancelled
        :param receipt: the one that is being settled: it does not count
        """
        # sudo: what was said to the marketplace counts for every user
        order = self.sudo()
        receipt = receipt or order.cancellation_receipt_ids[:0]
        others = order.cancellation_receipt_ids - receipt
        there = (others | receipt).filtered("cancelled_there")
        receipt_deleted = order.cancelled_at_marketplace
        return {
            "kept": order.is_kept_open,
            "refused": any(own.state == "refused" and own.decision for own in others | there),
            "reopened": not order.is_kept_open
            and (
                receipt_deleted
                or any(own.state in CONFIRMED for own in others)
                or bool(order.outbound_call_ids.filtered_domain(TOLD))
            ),
            "confirmed": receipt_deleted
            or bool(there)
            or any(own._is_confirmed() for own in others),
        }

    def _is_in_cancellation_window(self, receipt):
        """Whether the shopper asked within the account's cancellation window.

        :param self: the order that the marketplace knows, also when another one replaces it
        """
        window = receipt.account_id._settings().cancellation_window
        if not window or receipt.requested_by_user != "shopper":
            return False
        order = self.sudo()  # sudo: nobody may read one, and the other concerns the decision
        made_at = order.marketplace_created_at
        begin = made_at or order.first_confirmed_at
        if not begin or begin.year not in YEARS or not is_past(self.env.cr, begin):
            return False
        if made_at and made_at > receipt.received_at:
            return False  # whereas it may be confirmed later: a request may come before its order
        return receipt.received_at - begin <= timedelta(minutes=window)


class SaleOrderLine(models.Model):
    """Whether transfers and invoices explain the quantities of a line.

    What they do not explain is another module's doing, a sale at a point of sale say, and is as
    good as shipped, served or invoiced.
    """

    _inherit = "sale.order.line"

    def _is_goods(self):
        """Whether this line is of something to be handed over, not of a service or an expense."""
        return not self.is_expense and self.product_id.type != "service"

    def _is_delivered_otherwise(self):
        """Whether more was delivered of these goods than their moves explain."""
        return self._is_more(self._delivered_otherwise(), 0)

    def _delivered_otherwise(self):
        """How much more was delivered of these goods than their moves explain."""
        if not self._is_goods() or not self._is_more(self.qty_delivered, 0):
            return 0.0
        done = self.move_ids.filtered(lambda move: move.state == "done")
        if any(move.product_id != self.product_id for move in done):
            return 0.0  # components of a kit
        if "repair_id" in done._fields and done.repair_id:
            return 0.0  # used up in a repair
        # Odoo's own count, past what other modules add to it.
        return self.qty_delivered - InStock._prepare_qty_delivered(self)[self]

    def _is_invoiced_otherwise(self):
        """Whether more was invoiced of this line than invoices explain, drafts included."""
        return self._is_more(self.qty_invoiced, 0) and self._is_more(
            self.qty_invoiced, InSales._prepare_qty_invoiced(self)[self]
        )

    def _is_more(self, quantity, other):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_compare(quantity, other, precision_digits=digits) > 0
