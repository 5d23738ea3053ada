from odoo import models


class SaleOrder(models.Model):
    """What was bought, made or moved for an order, and what becomes of it."""

    _inherit = "sale.order"

    def _has_documents_upstream(self):
        """Whether something was bought, made or moved for this order by a step before its own.

        Odoo leaves activities on such documents, but only on those of one order when several are
        cancelled together (`sale_stock`, ``_action_cancel``).
        """
        moves = self.order_line.move_ids
        return bool(
            moves.move_orig_ids
            or ("created_purchase_line_ids" in moves._fields and moves.created_purchase_line_ids)
            or (hasattr(self, "_get_purchase_orders") and self._get_purchase_orders())
            or ("mrp_production_ids" in self._fields and self.mrp_production_ids)
        )
