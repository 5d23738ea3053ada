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

    def _is_open(self):
        """Whether this transfer can still be done or cancelled."""
        self.ensure_one()
        return self.state not in ("done", "cancel")

    def _moves_of_other_orders(self, orders):
        """The open moves of this transfer that serve other orders than ``orders``."""
        return self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move._serves_other_orders(orders)
        )

    def _leave_to_other_orders(self, orders):
        """Give what ``orders`` have in a transfer that serves others as well one of its own.

        Odoo cancels transfers as a whole, and with them the other orders' goods.

        :return: the transfers that serve ``orders`` alone
        """
        alone = self.browse()
        for picking in self:
            if others := picking._moves_of_other_orders(orders):
                own = picking.move_ids.filtered(lambda move: move._is_open()) - others
                alone |= picking._create_backorder(backorder_moves=own)
            else:
                alone |= picking
        return alone

    def _action_done(self):
        """Ship nothing whose cancellation is on record and only waits to be carried out."""
        self._check_no_waiting_cancellation()
        return super()._action_done()

    def _check_no_waiting_cancellation(self):
        # sudo: stock users need not see sales orders or receipts for this
        orders = self.sudo().move_ids.sale_line_id.order_id
        waiting = (
            self.env["marketplace.cancellation.receipt"]
            .sudo()
            ._waiting_for(orders, ("waiting", "failed"))
        )
        for receipt in waiting[:1]:
            raise UserError(
                self.env._(
                    "%(marketplace)s has cancelled its order %(order)s. It must not be shipped.",
                    marketplace=receipt.account_id.name,
                    order=receipt.marketplace_order_id,
                )
            )

    def action_view_cancellation_receipts(self):
        """Open the receipts of this transfer's order, the only one directly."""
        self.ensure_one()
        return self.cancellation_receipt_ids._action_view()
