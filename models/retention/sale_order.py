from odoo import fields, models


class SaleOrder(models.Model):
    """What an order has to know when its receipts are no longer kept."""

    _inherit = "sale.order"

    cancelled_at_marketplace = fields.Boolean(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="The marketplace has cancelled this order itself; the receipt is deleted.",
    )

    def _remember_cancellation(self):
        """Note on these orders what their receipts, about to be deleted, say.

        Not noted any earlier: as long as there is a receipt, nothing can contradict it.
        """
        self.write({"cancelled_at_marketplace": True})

    def _is_cancelled_at_marketplace(self):
        """Also what a receipt said that is no longer kept: a cancellation is never echoed."""
        # sudo: as the receipts, this concerns everybody who may cancel the order
        return self.sudo().cancelled_at_marketplace or super()._is_cancelled_at_marketplace()
