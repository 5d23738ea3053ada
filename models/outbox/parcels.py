from odoo import models

from ...tools.outbound.parcels import first_parcels


class SaleOrder(models.Model):
    """Which parcels bring what an invoice bills, where `stock_delivery` knows their numbers."""

    _inherit = "sale.order"

    def _marketplace_tracking(self, invoice):
        """Courier and tracking of the parcel that ``invoice`` bills, its first if they are several.

        A hook for other addons, which know other carriers.
        """
        if "carrier_tracking_ref" not in self.env["stock.picking"]._fields:
            return {}
        parcels = [(parcel, self._in_parcel(parcel)) for parcel in self._parcels()]
        parcel = first_parcels(self._quantities_billed(), parcels).get(invoice)
        if not parcel:
            return {}
        tracking = {
            "courier": parcel.carrier_id.name or "",
            "trackingNumber": parcel.carrier_tracking_ref,
        }
        url = parcel.carrier_tracking_url or ""
        if url.startswith(("https://", "http://")):  # several parcels' are a list in one text
            tracking["trackingUrl"] = url
        return tracking

    def _quantities_billed(self):
        """``{(invoice, order line): quantity}`` in the line's unit, the oldest invoice first."""
        return {
            (invoice, line.sale_line_ids): (
                invoice._marketplace_sign() * line.quantity * line._factor_to_order_unit()
            )
            for invoice in self._posted_invoices()
            for line in invoice.invoice_line_ids
            if line.sale_line_ids.order_id == self
        }

    def _parcels(self):
        """Transfers that have brought goods to the customer, with a number, oldest first."""
        done = self.picking_ids.filtered(
            lambda picking: picking.state == "done" and picking.carrier_tracking_ref
        )
        outgoing = done.filtered(lambda picking: picking.move_ids.filtered(_is_outgoing))
        return outgoing.sorted(lambda picking: (picking.date_done, picking.id))

    def _in_parcel(self, parcel):
        """``{order line: quantity}``, in the line's unit; of a kit as much as of its components."""
        quantities = {}
        for sold in parcel.move_ids.filtered(_is_outgoing).sale_line_id & self.order_line:
            moves = sold.move_ids.filtered(_is_outgoing)
            everything = sum(moves.mapped("product_qty"))
            here = sum((moves & parcel.move_ids).mapped("product_qty"))
            quantities[sold] = sold.product_uom_qty * here / everything if everything else 0.0
        return quantities


def _is_outgoing(move):
    """Whether ``move`` brings goods to a customer, and is no exchange for what came back."""
    to_customer = move.location_dest_id.usage == "customer"
    return to_customer and move.state != "cancel" and not move.origin_returned_move_id
