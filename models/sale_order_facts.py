from datetime import timedelta

from odoo import models

from ..decision import Facts, Shipped


class SaleOrder(models.Model):
    """How far an order has got: the facts on which its cancellation is decided."""

    _inherit = "sale.order"

    def _cancellation_facts(self, receipt, other, untouched=None):
        """The :class:`~..decision.Facts` for cancelling ``self`` because of ``receipt``.

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
            invoiced=orders._is_invoiced(),
            locked=any(orders.mapped("locked")),
            committed=orders._is_committed(),
            in_window=orders._is_in_cancellation_window(receipt),
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
        delivery as delivered (odoo/odoo #280737).
        """
        if not any(quantity > 0 for quantity in self._shipped_quantities().values()):
            return Shipped.NOTHING
        return Shipped.PARTLY if self._open_moves() else Shipped.FULLY

    def _shipped_quantities(self):
        """``{product: quantity}`` that is at the customer, in the product's unit."""
        done = self.order_line.move_ids.filtered(lambda move: move.state == "done")
        shipped = dict.fromkeys(done.product_id, 0.0)
        for move in done:
            if move.location_dest_id.usage == "customer":
                shipped[move.product_id] += move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id
                )
            elif move.location_id.usage == "customer":
                shipped[move.product_id] -= move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id
                )
        return {
            product: quantity
            for product, quantity in shipped.items()
            if not product.uom_id.is_zero(quantity)
        }

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
            or self._chain_moves()._stranded_quantities()
        )

    def _is_invoiced(self):
        """Whether money was asked for by a posted invoice, or received."""
        invoices = self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state != "reversed"
            )
        )
        paid = self.transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done"))
        return bool(invoices or paid)

    def _is_committed(self):
        """Whether something was bought, made or served for the order that stays when it goes."""
        return bool(
            self._committed_purchases() or self._committed_productions() or self._served_lines()
        )

    def _committed_purchases(self):
        """Confirmed purchase orders, dropshipped ones included, where purchases are installed."""
        if not hasattr(self, "_get_purchase_orders"):
            return []
        return self._get_purchase_orders().filtered(
            lambda order: order.state in ("purchase", "done")
        )

    def _committed_productions(self):
        """Manufacturing orders at work or done, where manufacturing is installed."""
        if "mrp_production_ids" not in self._fields:
            return []
        return self.mrp_production_ids.filtered(
            lambda production: production.state in ("progress", "to_close", "done")
        )

    def _served_lines(self):
        """Lines of services that were delivered; the carrier's fee is none."""
        return self.order_line.filtered(
            lambda line: (
                line.product_id.type == "service"
                and line.qty_delivered > 0
                and not line._is_delivery()
            )
        )

    def _is_in_cancellation_window(self, receipt):
        window = receipt.account_id._settings().cancellation_window
        if not window or receipt.requested_by_user != "shopper":
            return False
        return receipt.received_at <= self[:1].date_order + timedelta(minutes=window)
