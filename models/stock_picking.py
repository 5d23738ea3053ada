from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    cancellation_receipt_ids = fields.Many2many(
        "marketplace.cancellation.receipt",
        compute="_compute_cancellation_receipt_ids",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )
    cancellation_receipt_count = fields.Integer(
        compute="_compute_cancellation_receipt_ids",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    @api.depends("sale_id.cancellation_receipt_ids")
    def _compute_cancellation_receipt_ids(self):
        for picking in self:
            # sudo: which receipts there are shows on the transfer even to who sees only transfers
            receipts = picking.sudo().sale_id.cancellation_receipt_ids
            picking.cancellation_receipt_ids = receipts.ids
            picking.cancellation_receipt_count = len(receipts)

    def _action_done(self):
        """Ship nothing whose cancellation is on record and only waits to be carried out."""
        self._check_no_waiting_cancellation()
        return super()._action_done()

    def _check_no_waiting_cancellation(self):
        # sudo: stock users need not see sales orders or receipts for this
        orders = self.sudo().move_ids.sale_line_id.order_id
        waiting = self.env["marketplace.cancellation.receipt"].sudo()._waiting_for(orders)
        for receipt in waiting[:1]:
            raise UserError(
                self.env._(
                    "%(marketplace)s has cancelled its order %(order)s. This transfer is about to "
                    "be cancelled and must not leave.",
                    marketplace=receipt.account_id.name,
                    order=receipt.marketplace_order_id,
                )
            )

    def action_view_cancellation_receipts(self):
        """Open the receipts of this transfer's order, the only one directly."""
        self.ensure_one()
        return self.cancellation_receipt_ids._action_view()
