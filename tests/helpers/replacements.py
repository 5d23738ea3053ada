"""Orders here that replace a marketplace's order."""

from .warehouse import WarehouseCase


class ReplacementCase(WarehouseCase):
    def replaced(self, marketplace_order_id="R-1", **values):
        """A confirmed order and the confirmed order of 2 pieces that replaces it."""
        order = self.order_of_three(marketplace_order_id, **values)
        replacement = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        return order, replacement
