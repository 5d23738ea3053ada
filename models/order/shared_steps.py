from odoo import models


class SaleOrder(models.Model):
    """Steps that bring goods for these orders and for others in one move."""

    _inherit = "sale.order"

    def _leave_shared_steps(self):
        """Leave to the other orders what one move brings for several.

        Odoo would cancel it if it bears a line of these orders, and what the others wait for with
        it.

        :return: ``{order: the moves}``, of those that have some
        """
        shared = {}
        for order in self.sudo():  # sudo: as Odoo's own cancellation of transfers
            if steps := order._shared_steps(self):
                steps.filtered(lambda move: move.sale_line_id).sale_line_id = False
                shared[order] = steps
        return shared

    def _shared_steps(self, orders):
        """The open moves before those of this order that serve others than ``orders`` as well."""
        moves = self.order_line.move_ids
        if not (moves.move_dest_ids or moves.move_orig_ids):
            return moves.browse()  # a delivery of one step
        before = moves.browse(moves._rollup_move_origs())
        return before.filtered(
            lambda move: (
                move._is_open()
                and move.picking_type_id.code in ("internal", "outgoing")
                and not move._is_return()
                and move._serves_other_orders(orders)
            )
        )

    def _tell_of_shared_steps(self, moves):
        """Have somebody see to it that ``moves`` bring no more than the other orders need."""
        self._have_seen_to(
            self.env._(
                "%s: brings goods for other orders as well, and now perhaps more than they need.",
                ", ".join(move.picking_id.name or move.reference for move in moves),
            )
        )
