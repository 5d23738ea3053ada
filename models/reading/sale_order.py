from odoo import models


class SaleOrder(models.Model):
    """What an order's own calls say of what is read at its marketplace."""

    _inherit = "sale.order"

    def _is_cancelled_there_by_seller(self):
        """Whether the seller has cancelled this order unasked, and had it cancelled there.

        Its marketplace's order is cancelled because of that, and tells nothing that is new.
        """
        order = self.sudo()  # sudo: calls and receipts concern everybody who may cancel the order
        return bool(
            order.state == "cancel"
            and order._outbound_calls("cancel", "pending", "sent")
            and not order.cancellation_receipt_ids
        )
