from odoo import models

from ...tools.goods import AT_CUSTOMER, ELSEWHERE


class StockLocation(models.Model):
    """Where goods of an order may stay, and where they have to be fetched."""

    _inherit = "stock.location"

    def _is_stock(self):
        """Whether goods may stay here: a warehouse's stock, or another place that it refills."""
        self.ensure_one()
        stock = self.warehouse_id.lot_stock_id
        return self.usage == "internal" and (
            self.replenish_location or (bool(stock) and self._child_of(stock))
        )

    def _is_astray(self):
        """Whether goods of a cancelled order have to be fetched from here."""
        self.ensure_one()
        return self.usage in ("internal", "transit") and not self._is_stock()

    def _goods_key(self):
        """What stands for this location where goods are counted (:class:`~tools.goods.Spot`)."""
        if self.usage == "customer":
            return AT_CUSTOMER
        return self.id if self._is_astray() else ELSEWHERE
