from odoo import models
from odoo.exceptions import UserError

from ...tools.words import CANCELLED_BEFORE


class SaleOrder(models.Model):
    """Orders that arrive after their cancellation, or after that of the order that they replace."""

    _inherit = "sale.order"

    def action_confirm(self):
        """Cancel, rather than confirm, orders whose cancellation has come before them."""
        orders = self - self._settle_waiting_cancellations()
        orders._check_replaceable()
        return super(SaleOrder, orders).action_confirm() if orders else True

    def _check_replaceable(self):
        """Refuse to deliver once more what the marketplace has cancelled and nobody keeps open."""
        # sudo: the user who confirms the replacement need not see the replaced order
        for replaced in self.sudo().replaced_order_id:
            if not replaced.is_kept_open and replaced._marketplace_expectation() == "nothing":
                text = self.env._(
                    "%s is cancelled by its marketplace, or will be: no other order can replace "
                    "it. Empty “Replaces” to confirm this order.",
                    replaced.name,
                )
                raise UserError(text)

    def _carry_out_waiting_cancellations(self):
        """Look whether a cancellation waits for these orders, now and once more after the commit.

        Quotations stay until they are confirmed (:meth:`action_confirm`); confirmed orders are
        cancelled at once. A request that is handled at this very moment is invisible to this
        transaction, and this order to it; whichever commits first, the job sees both.
        """
        # sudo: an importer may have no right on receipts, nor see the marketplace's fields
        orders = self.sudo().filtered("marketplace_order_id")
        if not orders:
            return
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._settle_waiting_cancellations()
        quotations = orders.filtered(lambda order: order.state in ("draft", "sent"))
        waiting = self.env["marketplace.cancellation.receipt"].sudo()._waiting_for(quotations)
        for order in quotations:
            name = order.marketplace_account_id, order.marketplace_order_id
            if receipts := waiting.filtered(
                lambda own, name=name: (own.account_id, own.marketplace_order_id) == name
            ):
                receipts.sale_order_id = order
                order._message_log(body=order.env._(CANCELLED_BEFORE))
        self.env["ir.cron"]._wake_own("cron_settle_pending")

    def _settle_waiting_cancellations(self):
        """Cancel those of ``self`` whose cancellation waits, and return them."""
        # sudo: a user who confirms (a customer who signs, say) need not see marketplaces' fields
        expected = self.sudo().filtered(
            lambda order: order.marketplace_order_id and order.state != "cancel"
        )
        if not expected:
            return self.browse()
        return self.env["marketplace.cancellation.service"]._settle_waiting(expected)
