from odoo import api, models

from ...tools.trusted_context import PartTakenOut


class StockRule(models.Model):
    """What Odoo procures for lines of an order that are lowered: less, and never more."""

    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        """Send, buy and make nothing again for an order of which a part is taken out.

        Odoo would replace what somebody has given up of a line, and miscounts kits of which vendors
        send components (odoo/odoo #211726). Reordering rules are not affected.
        """
        if PartTakenOut.of(self.env):
            procurements = [
                own
                for own in procurements
                if own.product_uom.compare(own.product_qty, 0.0) < 0
                or own.values.get("orderpoint_id")
            ]
        return super().run(procurements, raise_user_error)

    def _update_purchase_order_line(
        self, product_id, product_qty, product_uom, company_id, values, line
    ):
        """Lower a request for quotation, never below zero.

        Odoo looks for a vendor of what is left, and fails if the vendor sells no smaller quantity,
        or if the quantity becomes negative. (A method of ``purchase_stock``, if that is installed.)
        """
        if product_qty >= 0 or not PartTakenOut.of(self.env):
            return super()._update_purchase_order_line(
                product_id, product_qty, product_uom, company_id, values, line
            )
        less = product_uom._compute_quantity(
            product_qty, line.product_uom_id, rounding_method="HALF-UP"
        )
        return {"product_qty": max(line.product_qty + less, 0.0)}
