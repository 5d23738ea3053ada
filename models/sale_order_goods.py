from odoo import models


class SaleOrder(models.Model):
    """Where the goods of an order are, and which of them have to come back."""

    _inherit = "sale.order"

    def _goods_astray(self, why):
        """What a cancellation of these orders leaves where it does not belong.

        :param why: ``{order: receipt}``
        :return: ``{receipt: {done move: quantity}}``, in the move's unit
        """
        everything = self.sudo()  # sudo: the warehouse's moves are only read
        if not (everything._chain_moves()._stranded_quantities() or everything._shipped_moves()):
            return {}
        astray = {}
        for receipt in dict.fromkeys(why[order] for order in self):
            orders = self.filtered(lambda order, receipt=receipt: why[order] == receipt).sudo()
            stranded = orders._chain_moves()._stranded_quantities()
            astray[receipt] = stranded | orders._shipped_moves()
        return astray

    def _chain_moves(self):
        """Moves of any step, with an order line or without, that serve these orders alone.

        Only the warehouse's own steps: what suppliers or the shop floor bring goes to stock.
        """
        moves = self.order_line.move_ids
        if moves.move_orig_ids:
            moves = moves.browse(moves._rollup_move_origs())
        return moves.filtered(
            lambda move: (
                move.picking_type_id.code in ("internal", "outgoing")
                and not move._serves_other_orders(self)
            )
        )

    def _shipped_moves(self):
        """``{done move to the customer: quantity not returned yet}``, in the move's unit."""
        shipped = {}
        for move in self.order_line.move_ids:
            if move.state != "done" or move.location_dest_id.usage != "customer":
                continue
            back = move.returned_move_ids.filtered(lambda back: back.state != "cancel")
            left = move.quantity - sum(
                back.product_uom._compute_quantity(
                    back.quantity if back.state == "done" else back.product_uom_qty,
                    move.product_uom,
                )
                for back in back
            )
            if move.product_uom.compare(left, 0.0) > 0:
                shipped[move] = left
        return shipped
