from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context


class SaleOrder(models.Model):
    """What a marketplace is told of its order."""

    _inherit = "sale.order"

    outbound_call_ids = fields.One2many(
        "marketplace.outbound.call",
        "sale_order_id",
        "Calls to the Marketplace",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    is_untold = fields.Boolean(
        compute="_compute_is_untold",
        groups="base.group_user",
        help="Cancelled here, while its marketplace, which takes calls, expects the goods.",
    )

    @api.depends("state", "outbound_call_ids.state", "cancellation_receipt_ids.state")
    def _compute_is_untold(self):
        for order in self:
            # sudo: replacements may be somebody else's orders
            order.is_untold = (
                order.state == "cancel"
                and order.marketplace_order_id
                and not order.sudo()._with_replacements()
                and order._can_cancel_at_marketplace()
            )

    def _outbound_calls(self, kind, *states):
        """The calls of ``kind`` for these orders in one of ``states``, in any if none is given."""
        return self.outbound_call_ids.filtered(
            lambda call: call.kind == kind and (call.state in states or not states)
        )

    def _add_outbound_call(self, kind, receipt=None, invoice=None, **values):
        """The call of ``kind`` for this marketplace order; written now unless there is one.

        It is sent after this transaction's commit, if it is not to wait for something.

        :param receipt: the cancellation that it answers, if it does
        :param invoice: the invoice that it sends, if it does
        """
        self.ensure_one()
        order = self.sudo()  # sudo: the outbox is written by the addon alone, whoever decides
        invoice = invoice or self.env["account.move"]
        # One order's invoice is sent once, however many requests it refuses.
        alive = ("pending", "sent") if kind != "invoice" or invoice else ()
        told = order._outbound_calls(kind, "waiting", *alive).filtered(
            lambda call: (
                call.invoice_id == invoice and (kind != "deny" or call.receipt_id == receipt)
            )
        )
        if told:
            return told[0]
        calls = order.env["marketplace.outbound.call"]
        call = calls.with_context(clean_context(self.env.context)).create(  # without its defaults
            {
                "account_id": order.marketplace_account_id.id,
                "kind": kind,
                "marketplace_order_id": order.marketplace_order_id,
                "sale_order_id": order.id,
                "receipt_id": receipt.id if receipt else False,
                "invoice_id": invoice.id,
                **values,
            }
        )
        if call.state == "pending":
            call._wake_sender()
        return call

    def _send_invoices_to_marketplace(self, receipt):
        """Have this order's invoices sent, or the first one as soon as it is posted."""
        # sudo: the endpoint's user, a salesperson, need not see invoices
        invoices = self.sudo()._posted_invoices()
        for invoice in invoices:
            self._add_outbound_call("invoice", receipt, invoice)
        if not invoices:
            self._add_outbound_call("invoice", receipt, state="waiting", next_attempt_at=False)

    def _cancel_at_marketplace(self, reason):
        """Have this order cancelled at the marketplace, for ``reason``."""
        reason = reason or self.env._("Cancelled by the seller.")
        return self._add_outbound_call("cancel", body={"reason": reason})

    def action_cancel_at_marketplace(self):
        """Tell the marketplace of an order that was cancelled here without telling it.

        :raise UserError: if one of the orders cannot be cancelled there, saying why
        """
        for order in self:
            order.check_access("write")
            # sudo: whoever cancels the order need not see what its marketplace was sent
            if obstacle := order.sudo()._obstacle_to_cancel_there():
                raise UserError(obstacle)
            if order.state == "cancel" and order._can_cancel_at_marketplace():
                order._cancel_at_marketplace(order.seller_cancel_reason)
                order._message_log(
                    body=order.env._(
                        "%s will be told that the order is cancelled.",
                        order.marketplace_account_id.name,
                    ),
                    author_id=order.env.user.partner_id.id,
                )
        return True

    def _can_cancel_at_marketplace(self):
        """Whether the marketplace takes calls, and still expects the goods of this order."""
        self.ensure_one()
        # sudo: whoever cancels the order need not see accounts
        account = self.sudo().marketplace_account_id
        return account.is_connected and self._marketplace_expectation() == "goods"

    def action_view_outbound_calls(self):
        """Open the calls to the marketplace for this order, the only one directly."""
        self.ensure_one()
        calls = self.outbound_call_ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_outbound_call"
        )
        if len(calls) == 1:
            return dict(action, views=[(False, "form")], res_id=calls.id, context={})
        return dict(action, domain=[("id", "in", calls.ids)], context={})
