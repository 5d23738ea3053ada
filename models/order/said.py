from odoo import fields, models


class SaleOrder(models.Model):
    """What people decided about an order, and the marketplace was told: it outlives receipts."""

    _inherit = "sale.order"

    is_kept_open = fields.Boolean(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Somebody decided to keep this order open although the marketplace cancelled it.",
    )

    def _keep_open(self):
        """Remember that somebody keeps these orders open, until they are cancelled after all."""
        self.sudo().is_kept_open = True  # sudo: nobody may write the field, but for decisions

    def _settle_at_marketplace(self, asked_by):
        """What was kept open is so no more, and not again when it is opened once more."""
        if self.sudo().is_kept_open:  # sudo: as above
            self.sudo().is_kept_open = False
        return super()._settle_at_marketplace(asked_by)

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
