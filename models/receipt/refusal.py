from odoo import fields, models


class MarketplaceCancellationReceipt(models.Model):
    """How a marketplace hears of a refusal without asking again, and what it says itself."""

    _inherit = "marketplace.cancellation.receipt"

    outbound_call_ids = fields.One2many(
        "marketplace.outbound.call", "receipt_id", "Calls to the Marketplace", readonly=True
    )
    is_connected = fields.Boolean(related="account_id.is_connected")

    def _tell_refusal(self, order, reason):
        """Write the call that refuses this request at the marketplace, if the account wants one.

        Which one is open to whom: protocol, "Which refusal is open to whom".
        """
        self.ensure_one()
        account = self.account_id
        if not (order and account.is_connected):
            return
        if account.refusal_call == "denial":
            self._deny(order, reason)
        elif account.refusal_call == "invoice":
            order._send_invoices_to_marketplace(self)

    def _deny(self, order, reason):
        values = {
            "body": {"cancellationRequestId": self.cancellation_request_id, "denyReason": reason}
        }
        if not self.cancellation_request_id:
            values["state"] = "failed"
            values["error"] = self.env._(
                "The request came without a cancellationRequestId, and only a request that has one "
                "can be denied. Tell the marketplace in another way."
            )
        call = order._add_outbound_call("deny", receipt=self, **values)
        if call.state == "failed":
            call._ask_for_help(self.env._("A refusal cannot be told to the marketplace"))

    def action_ask_marketplace(self):
        """Read the order at the marketplace, and note on the receipt what state it is in there.

        Shows whether a doubtful request is real.
        """
        self.ensure_one()
        self._check_may_decide()
        status = self.account_id._read_marketplace_order(self.marketplace_order_id)
        text = self.env._("%(name)s says: %(status)s.", name=self.account_id.name, status=status)
        # sudo: receipts are read-only to people
        self.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.marketplace_order_id,
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
