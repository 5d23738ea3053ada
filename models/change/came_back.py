from odoo import models

from ...tools.goods import NOTHING


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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _go_down_to_what_has_left(self, lines):
        """Have ``lines`` say no more than is wanted of them, or is still at the customer.

        As long as they say more, Odoo bills that, and sends it again if somebody changes the lines.
        """
        sold = lines._marketplace_lines()
        lines = (lines | sold | sold._combo_lines()).with_env(self.env)
        with self._unlocked():
            for line, step in self._steps_to_take_out(dict.fromkeys(lines, 0.0)).items():
                if step.ordered - step.target > NOTHING:
                    line.with_context(skip_procurement=True).write(line._values_without(step))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _marketplace_lines(self):
        return self.browse().union(*(line._marketplace_line() for line in self))
