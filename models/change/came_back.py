from odoo import models


class StockMove(models.Model):
    """Goods that were taken out after they had left, and are back."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Lower the lines whose goods were taken out before and are back now."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        # sudo: a user who receives goods need not see orders
        back = done.sudo().filtered(lambda move: move.location_id.usage == "customer")
        if lines := back.sale_line_id.filtered("marketplace_taken_out"):
            for order, own in lines.grouped("order_id").items():
                order._in_context_of_follow_up()._go_down_to_what_has_left(own)
        return done
