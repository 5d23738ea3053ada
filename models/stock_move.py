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
        supplied = self.browse(self._rollup_move_dests())
        return bool(supplied.sale_line_id.order_id - orders)
