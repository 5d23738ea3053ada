from odoo import models

from ...tools.trusted_context import StayingMoves


class SaleOrder(models.Model):
    """What is on its way to stock arrives there, although its order is cancelled."""

    _inherit = "sale.order"

    def _action_cancel(self):
        """Keep the transfers that bring goods of marketplaces' orders to stock."""
        staying = self.sudo()._moves_that_stay()  # sudo: as Odoo's own cancellation of transfers
        if not staying:
            return super()._action_cancel()
        context = StayingMoves(tuple(staying.ids)).as_context()
        result = super(SaleOrder, self.with_context(**context))._action_cancel()
        staying._cut_to_what_came()
        return result

    def _moves_that_stay(self):
        orders = self.filtered(lambda order: order.marketplace_order_id or order.replaced_order_id)
        return (orders._chain_moves() | orders.picking_ids.move_ids).filtered(
            lambda move: move._is_open() and move._is_return()
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_cancel(self):
        """Leave open what is to stay, also where Odoo cancels what comes before a move."""
        staying = StayingMoves.of(self.env)
        moves = self.filtered(lambda move: move.id not in staying.move_ids) if staying else self
        return super(StockMove, moves)._action_cancel()

    def _cut_to_what_came(self):
        """Expect no more than what was sent: the rest was cancelled with the steps before."""
        for move in self:
            before = move.move_orig_ids
            if not before or any(step._is_open() for step in before):
                continue
            came = sum(before.move_line_ids.mapped("quantity_product_uom"))
            others = (before.move_dest_ids - move).filtered(lambda step: step.state == "done")
            came -= sum(others.move_line_ids.mapped("quantity_product_uom"))
            if 0 < came < move.product_qty:
                move.write(move._quantity_values(came))
