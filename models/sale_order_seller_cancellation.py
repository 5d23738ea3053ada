from odoo import fields, models


class SaleOrder(models.Model):
    """Marketplace orders that somebody cancels here, and what the marketplace makes of it."""

    _inherit = "sale.order"

    seller_cancel_reason = fields.Text(
        "Cancelled Because",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Why the seller cancelled this marketplace order, unasked.",
    )

    def _action_cancel(self):
        """Settle what is still open at the marketplace, whoever cancels the order here."""
        orders = self.filtered(lambda order: order.state != "cancel")
        # sudo: whoever may cancel the orders need not see receipts or marketplaces
        orders.sudo()._claim_fulfilment()
        result = super()._action_cancel()
        orders.sudo()._on_cancelled_here()
        return result

    def _on_cancelled_here(self):
        """Confirm the marketplaces' open requests for these orders, or tell who did not ask.

        A marketplace's order ends with the last of the orders that deliver it: as long as a
        replacement is on its way, or the replaced order itself, nothing is settled.
        """
        asked_by = self.env.context.get("marketplace_receipt_id")
        for order in (self | self.replaced_order_id).filtered("marketplace_order_id"):
            if order._with_replacements():
                continue
            expectation = order._marketplace_expectation()
            receipts = self.env["marketplace.cancellation.receipt"]._holding(order)
            receipts.filtered(lambda receipt: receipt.id != asked_by)._set_cancelled(
                order, self.env._("The order was cancelled in Odoo.")
            )
            if expectation == "goods" and not asked_by:
                order._on_cancelled_by_seller(order.env.context.get("seller_cancel_reason"))

    def _marketplace_expectation(self):
        """What the marketplace expects of this order of its.

        A cancellation that came from the marketplace must never be sent back to it as the
        seller's own (protocol, "No echo"), not even when the order is revived and cancelled again.

        :return: ``goods``, ``cancellation`` if it has asked and waits for it, ``nothing`` if the
            order is cancelled there
        """
        self.ensure_one()
        # sudo: the state of the receipts concerns everybody who may cancel the order
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        if receipts._holding(self.sudo()):
            return "cancellation"
        settled = [("sale_order_id", "=", self.id), ("state", "in", ("cancelled", "kept"))]
        return "nothing" if receipts.search_count(settled, limit=1) else "goods"

    def _on_cancelled_by_seller(self, reason):
        """The seller cancelled an order of which the marketplace still expects the goods.

        The seam for telling the marketplace: called once for each order, in superuser mode and in
        the transaction that cancels it.

        :param reason: what the person gave as reason, or None
        """
        self.ensure_one()
        self.seller_cancel_reason = reason
        message = self.env._(
            "Cancelled by the seller; %s did not ask for it.", self.marketplace_account_id.name
        )
        if reason:
            message += " " + self.env._("Reason: %s", reason)
        self._message_log(body=message, author_id=self.env.user.partner_id.id)
