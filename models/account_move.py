from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Let posting an invoice and cancelling its marketplace order exclude each other."""
        # sudo: an accountant need not see the orders
        orders = self.sudo().line_ids.sale_line_ids.order_id._of_marketplaces()
        orders._claim_fulfilment()
        orders._check_not_about_to_be_cancelled()
        return super()._post(soft)

    def _draft_credit_notes(self, receipt):
        """Draft a credit note for each invoice of ``self``, for an accountant to post.

        :param receipt: the cancellation because of which they are made
        """
        values = [
            {
                "ref": self.env._(
                    "Reversal of %(invoice)s: cancelled by %(marketplace)s",
                    invoice=invoice.name,
                    marketplace=receipt.account_id.name,
                ),
                "invoice_date": False,
                "invoice_user_id": invoice.invoice_user_id.id,
            }
            for invoice in self
        ]
        credit_notes = self._reverse_moves(values, cancel=False)
        for invoice, credit_note in zip(self, credit_notes, strict=True):
            invoice._message_log(body=receipt._describe())
            credit_note._message_log(body=receipt._describe())
        return credit_notes
