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
        invoices = self._of_delivered_goods()
        # sudo: an accountant need not see orders or the outbox
        for order in invoices.sudo().line_ids.sale_line_ids.order_id:
            calls = order.outbound_call_ids
            waiting = calls.filtered(lambda call: call.state == "waiting")[:1]
            if not waiting:
                continue
            known = calls.filtered(lambda call: call.state in ("pending", "sent")).invoice_id
            here = invoices.filtered(lambda move, order=order: move in order.invoice_ids)
            if fresh := here - known:
                waiting.invoice_id = fresh[:1]
                waiting._set_pending()
            else:
                waiting._end("obsolete", note=self.env._("The marketplace has this invoice."))

    def _of_delivered_goods(self):
        """Customer invoices of ``self`` that are more than a down payment."""
        # sudo: an accountant need not see orders
        return self.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and any(not line.is_downpayment for line in move.sudo().line_ids.sale_line_ids)
            )
        )

    def _marketplace_invoice_body(self, order):
        """This invoice of ``order`` as the marketplace takes it (protocol, "The invoice").

        Amounts are in cents. A hook for other addons, which may know the marketplace's own IDs of
        the items, or where the invoice's document can be had.
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.sale_line_ids.order_id == order
        )
        alone = self.line_ids.sale_line_ids.order_id == order
        value = self.amount_total if alone else sum(lines.mapped("price_total"))
        body = {
            "type": "Output",
            "invoiceNumber": self.name,
            "invoiceValue": _cents(value),
            "issuanceDate": self.invoice_date.isoformat(),
            "items": [line._marketplace_invoice_item() for line in lines.filtered("product_id")],
        }
        return body | order._marketplace_tracking()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _marketplace_invoice_item(self):
        """This line as an item of the marketplace's order."""
        self.ensure_one()
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )
        price = self.price_total / quantity if quantity else self.price_unit
        return {
            "id": self.product_id.default_code or str(self.product_id.id),
            "quantity": int(quantity) if quantity == int(quantity) else quantity,
            "price": _cents(price),
        }


def _cents(amount):
    return round(amount * 100)
