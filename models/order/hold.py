from odoo import models


class SaleOrder(models.Model):
    """Orders for which nothing may leave: cancelled, or about to be."""

    _inherit = "sale.order"

    def _reasons_not_to_ship(self):
        """``{order: why}`` of those of ``self``, in superuser mode, for which nothing may leave.

        A cancellation is asked for, waits or has failed; or the order is cancelled, by whomever; or
        it goes on here although it is cancelled there. Who keeps an order open wants it shipped.
        Asked with two queries for all.
        """
        orders = self._of_marketplaces()
        if not orders:
            return {}
        notable = self.env["marketplace.cancellation.receipt"].sudo()._notable(orders)
        cancelled = orders._held_as_cancelled_there(notable)
        reasons = {}
        for order in orders:
            receipts = notable.get(order, self.env["marketplace.cancellation.receipt"])
            held_by = receipts._that_hold() or order._receipts_of_cancelled(receipts)
            if reason := held_by[:1]._hold_text() or order._why_cancelled() or cancelled.get(order):
                reasons[order] = reason
        return reasons

    def _receipts_of_cancelled(self, receipts):
        """The receipts because of which this order, or the one that it replaces, is cancelled.

        :param receipts: what ``_notable`` finds for it, the newest first
        """
        for order in self | self.replaced_order_id:
            newest = receipts.filtered(lambda receipt, order=order: receipt.sale_order_id == order)[
                :1
            ]
            if newest.state == "cancelled" and order.state == "cancel" and not order.is_kept_open:
                return newest
        return receipts.browse()

    def _why_cancelled(self):
        """Why nothing leaves for this order although no receipt says so, False if it may."""
        self.ensure_one()
        if self.state == "cancel":
            return self.env._("%s is cancelled: nothing may leave for it.", self.name)
        replaced = self.replaced_order_id
        if replaced._is_known_to_be_cancelled_there() and not replaced.is_kept_open:
            return replaced._headline_without_receipt()
        return False
