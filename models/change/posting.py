from odoo import models
from odoo.exceptions import UserError

from ...tools.billing import INVOICES
from ..base.moments import in_words


class AccountMove(models.Model):
    """No invoice of an order is posted while a change of the order is open: it would say what the
    order was before, and the marketplace would keep that (VTEX, known issue 1348894).
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        """Do not post invoices of orders that are being changed.

        :raise UserError: naming the first of them, the change, and what is to be done
        """
        for invoice in self.filtered(lambda move: move._asks_for_money()):
            # sudo: an accountant need not see orders or receipts
            orders = invoice.sudo()._orders_billed()
            if change := orders._of_marketplaces()._has_open_change()[:1]:
                raise UserError(invoice._describe_open_change(change))
        return super()._post(soft)

    def _asks_for_money(self):
        """Whether this bills what was sold, as an invoice or as a final credit note."""
        is_final = self.move_type == "out_refund" and not self.sudo()._is_marketplace_return()
        return self.move_type in INVOICES or is_final

    def _describe_open_change(self, change):
        return self.env._(
            "%(invoice)s cannot be posted now: %(marketplace)s changes order %(order)s, and the "
            "billed items may change, too. The change %(change)s came on %(moment)s and is not "
            "settled yet. Accept or refuse it, or wait for the marketplace; then post the invoice.",
            invoice=self.display_name,
            marketplace=change.account_id.name,
            order=change.marketplace_order_id,
            change=change.cancellation_request_id or change.protocol_code,
            moment=in_words(self.env, change.received_at),
        )


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _invoice_sale_orders(self):
        """Make no automatic invoice of an order that is being changed: it could not be posted, and
        the payment would fail.
        """
        # sudo: a user who pays need not see orders or receipts
        orders = self.sudo().sale_order_ids._of_marketplaces()
        held = orders.filtered(lambda order: order._has_open_change())
        for order in held:
            text = self.env._(
                "The order is paid, but not invoiced, because a change of it is open. Invoice the "
                "order when the change is settled."
            )
            order._message_log(body=text)
        paying = self.filtered(lambda payment: not payment.sudo().sale_order_ids & held)
        return super(PaymentTransaction, paying)._invoice_sale_orders()
