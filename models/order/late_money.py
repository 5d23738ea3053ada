from odoo import models

#: What a shopper has to pay.
DEBITS = ("out_invoice", "out_receipt")


class SaleOrder(models.Model):
    """Money that is asked for, or comes in, after its order was cancelled."""

    _inherit = "sale.order"

    def _ask_about_late_money(self, document, reason):
        """Have somebody see to ``document`` if these orders are cancelled for a marketplace.

        :param document: an invoice of them; none if the order is to bear the activity
        """
        orders = self._of_marketplaces().filtered(lambda order: order.state == "cancel")
        notable = self.env["marketplace.cancellation.receipt"].sudo()._notable(orders)
        for order in orders:
            receipts = notable.get(order, self.env["marketplace.cancellation.receipt"])
            if receipt := order._receipts_of_cancelled(receipts):
                order._ask_about_money(document or order, {reason}, receipt._as_cause())


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Have somebody asked about an invoice that bills a cancelled order.

        One that was cancelled with it and set back to draft, say, or a down payment.
        """
        posted = super()._post(soft)
        # sudo: an accountant need not see the orders
        for invoice in posted.sudo().filtered(lambda move: move.move_type in DEBITS):
            invoice._orders_billed()._ask_about_late_money(
                invoice, self.env._("It bills an order that is cancelled.")
            )
        return posted


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Have somebody asked about a payment that comes in when its order is cancelled already.

        A shopper may be at the provider's page at that moment, or have a link to pay.
        """
        result = super()._post_process()
        # sudo: who pays need not see the orders
        for order in self.sudo().sale_order_ids:
            for payment in order._payments_left() & self.sudo():
                order._ask_about_late_money(
                    None, self.env._("Payment %s is in: give it back.", payment.reference)
                )
        return result
