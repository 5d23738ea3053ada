from contextlib import nullcontext

from odoo import fields, models

from ...tools.trusted_context import MarketplaceCancellation, SellerCancellation


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
        asked = MarketplaceCancellation.of(self.env)
        if not asked:  # or else they were claimed before
            # sudo: whoever may cancel the orders need not see receipts or marketplaces
            orders.sudo()._claim_fulfilment()
        with nullcontext() if asked else orders._account_as_seller():
            result = super()._action_cancel()
        # Of untouched orders it is known that nothing else is open at the marketplace.
        settled = asked.untouched_order_ids if asked else ()
        orders = orders.filtered(lambda order: order.id not in settled)
        orders.sudo()._on_cancelled_here()
        for call in orders.sudo().outbound_call_ids.filtered(lambda call: call.state == "waiting"):
            call._end("obsolete", note=call._obsolete_because())  # there will be no invoice
        return result

    def _on_cancelled_here(self):
        """Confirm the marketplaces' open requests for these orders, or tell who did not ask.

        A marketplace's order ends with the last of the orders that deliver it: as long as a
        replacement is on its way, or the replaced order itself, nothing is settled.
        """
        asked = MarketplaceCancellation.of(self.env)
        asked_by = asked.receipt_ids if asked else ()
        for order in (self | self.replaced_order_id).filtered("marketplace_order_id"):
            if not order._with_replacements():
                order._settle_at_marketplace(asked_by)

    def _settle_at_marketplace(self, asked_by):
        """Confirm the marketplace's open requests for this order, or tell who did not ask.

        :param asked_by: IDs of the receipts because of which it was cancelled
        """
        self.ensure_one()
        unasked = not asked_by and self._marketplace_expectation() == "goods"
        receipts = self.env["marketplace.cancellation.receipt"]._holding(self)
        receipts = receipts.filtered(lambda receipt: receipt.id not in asked_by)
        receipts._count_once(self, asked_by)
        receipts._set_cancelled(self, self.env._("The order was cancelled in Odoo."))
        if unasked:
            cancellation = SellerCancellation.of(self.env)
            self._on_cancelled_by_seller(cancellation.reason if cancellation else None)

    def _marketplace_expectation(self):
        """What the marketplace expects of this order of its.

        A cancellation that came from the marketplace must never be sent back to it as the
        seller's own (protocol, "No echo"), not even when the order is revived and cancelled again.

        :return: ``goods``, ``cancellation`` if it has asked and waits for it, ``nothing`` if the
            order is cancelled there, or about to be
        """
        self.ensure_one()
        # sudo: the state of receipts and calls concerns everybody who may cancel the order
        order = self.sudo()
        if self.env["marketplace.cancellation.receipt"].sudo()._holding(order):
            return "cancellation"
        told = order.outbound_call_ids.filtered(
            lambda call: call.kind == "cancel" and call.state in ("pending", "sent")
        )
        return "nothing" if told or order._is_cancelled_at_marketplace() else "goods"

    def _is_cancelled_at_marketplace(self):
        """Whether the marketplace has cancelled this order itself, and knows that we know."""
        settled = [("sale_order_id", "=", self.id), ("state", "in", ("cancelled", "kept"))]
        # sudo: as above
        return bool(
            self.env["marketplace.cancellation.receipt"].sudo().search_count(settled, limit=1)
        )

    def _on_cancelled_by_seller(self, reason):
        """The seller cancelled an order of which the marketplace still expects the goods.

        The marketplace is told if the person was asked and wants it (:class:`SellerCancellation`),
        and the order can be cancelled there.
        Called once for each order, in superuser mode and in the transaction that cancels it.

        :param reason: what the person gave as reason, or None
        """
        self.ensure_one()
        self.seller_cancel_reason = reason
        name = self.marketplace_account_id.name
        message = self.env._("Cancelled by the seller; %s did not ask for it.", name)
        if reason:
            message += " " + self.env._("Reason: %s", reason)
        cancellation = SellerCancellation.of(self.env)
        if (
            cancellation
            and cancellation.tell_marketplace
            and self.marketplace_account_id.is_connected
        ):
            if obstacle := self._obstacle_to_cancel_there():
                message += " " + self.env._(
                    "%(name)s is not told: %(why)s", name=name, why=obstacle
                )
            else:
                self._cancel_at_marketplace(reason)
                message += " " + self.env._("%s will be told.", name)
        self._message_log(body=message, author_id=self.env.user.partner_id.id)
