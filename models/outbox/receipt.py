from odoo import fields, models

from ...tools.notification import notification


class MarketplaceCancellationReceipt(models.Model):
    """What the marketplace is told of a refusal before it asks again, and what it says itself."""

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
            order._deny_at_marketplace(self, reason)
        elif account.refusal_call == "invoice":
            order._send_invoices_to_marketplace(self)

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
        then = {"type": "ir.actions.client", "tag": "soft_reload"}
        return notification("info", self.marketplace_order_id, text, next=then)
