from odoo import models


class AccountMove(models.Model):
    """Invoices as a marketplace reads them."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Send invoices for which a marketplace waits: they refuse a cancellation."""
        posted = super()._post(soft)
        posted._send_to_waiting_marketplaces()
        return posted

    def _send_to_waiting_marketplaces(self):
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        # sudo: an accountant need not see orders or the outbox
        for order in invoices.sudo().line_ids.sale_line_ids.order_id:
            waiting = order.outbound_call_ids.filtered(lambda call: call.state == "waiting")[:1]
            if waiting:
                invoice = invoices.filtered(lambda move, order=order: move in order.invoice_ids)[:1]
                waiting.write(
                    {
                        "invoice_id": invoice.id,
                        "body": invoice.sudo()._marketplace_invoice_body(order),
                    }
                )
                waiting._set_pending()

    def _marketplace_invoice_body(self, order):
        """This invoice of ``order`` as the marketplace takes it (protocol, "The invoice").

        Amounts are in cents. A hook for other addons, which may know the marketplace's own IDs of
        the items, or where the invoice's document can be had.
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.product_id
        )
        body = {
            "type": "Output",
            "invoiceNumber": self.name,
            "invoiceValue": _cents(self.amount_total),
            "issuanceDate": self.invoice_date.isoformat(),
            "items": [line._marketplace_invoice_item() for line in lines],
        }
        return body | order._marketplace_tracking()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _marketplace_invoice_item(self):
        """This line as an item of the marketplace's order."""
        self.ensure_one()
        quantity = self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        price = self.price_total / quantity if quantity else self.price_unit
        return {
            "id": self.product_id.default_code or str(self.product_id.id),
            "quantity": int(quantity) if quantity == int(quantity) else quantity,
            "price": _cents(price),
        }


def _cents(amount):
    return round(amount * 100)
