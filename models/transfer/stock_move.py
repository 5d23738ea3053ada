from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _is_open(self):
        """Whether this move can still be done or cancelled."""
        self.ensure_one()
        return self.state not in ("done", "cancel")

    def _serves_other_orders(self, orders):
        """Whether this move, or one that it supplies, is for another order than ``orders``."""
        self.ensure_one()
        supplied = self
        if self.move_dest_ids:  # read for many moves at once; the chain for each
            supplied = self.browse(self._rollup_move_dests())
        return bool(supplied.sale_line_id.order_id - orders)

    def _is_return(self):
        """Whether this move brings goods to where they may stay: from the customer, or to stock.

        So does the last step of goods that come from another warehouse, once they are on their way.
        What goes back by one step of several stays on the way.
        """
        self.ensure_one()
        if self.location_dest_id.usage == "customer":
            return False  # even as the return of a return: it leaves
        if self.location_id.usage == "customer":
            return True
        return (
            self._ends_in_stock()
            and not self.location_id._is_stock()
            and (bool(self.origin_returned_move_id) or self._has_goods_to_bring())
        )

    def _has_goods_to_bring(self):
        """Whether its goods are there, or come from outside the warehouses."""
        if self.move_orig_ids:
            return any(
                before.state == "done" or before.location_id.usage in ("supplier", "production")
                for before in self.move_orig_ids
            )
        return self.location_id.usage == "internal"  # put back after an order was reduced

    def _ends_in_stock(self):
        """Whether this move brings goods to stock, where they may stay."""
        self.ensure_one()
        return self.location_dest_id._is_stock()
