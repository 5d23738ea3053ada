from odoo import models

from ...tools.trusted_context import StayingMoves


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        """Exclude whoever cancels an order at this moment, and would not see what is added here to
        its transfer.
        """
        self._claim_where_added()
        return super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)

    def _post_process_created_moves(self):
        """The same of moves that are never confirmed: those of move lines that somebody adds."""
        self._claim_where_added()
        return super()._post_process_created_moves()

    def _claim_where_added(self):
        # sudo: a user who adds goods to a transfer need not see its order
        added = self.sudo().filtered(lambda move: move.picking_id and not move.sale_line_id)
        if added:
            added.picking_id.sale_id._of_marketplaces()._claim_fulfilment()

    def _is_open(self):
        """Whether this move can still be done or cancelled."""
        return self.state not in ("done", "cancel")

    def _is_handled(self):
        """Whether somebody has taken something of this move off the shelf, or packed it."""
        return self.picked or any(line._is_handled() for line in self.move_line_ids)

    def _serves_other_orders(self, orders):
        """Whether this move, or one that it supplies, is for another order than ``orders``."""
        supplied = self
        if self.move_dest_ids:  # read for many moves at once; the chain for each
            supplied = self.browse(self._rollup_move_dests())
        return bool(supplied.sale_line_id.order_id - orders)

    def _in_chain_of(self, orders):
        """Those of these moves that serve ``orders`` alone, of any step.

        Only the warehouses' own: what suppliers or the shop floor bring goes to stock.
        """
        return self.filtered(
            lambda move: (
                (
                    move.picking_type_id.code in ("internal", "outgoing")
                    or move.location_id.usage == "transit"
                )
                and not move._serves_other_orders(orders)
            )
        )

    def _is_return(self):
        """Whether this move brings goods to where they may stay: from the customer, or to stock.

        So does the last step of goods that come from another warehouse, once they are on their way.
        What goes back by one step of several stays on the way.
        """
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
        return self.location_dest_id._is_stock()

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


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_cancel(self):
        """Keep expecting what comes back to stock when its order is cancelled."""
        staying = StayingMoves.of(self.env)
        pickings = self.filtered(lambda own: not own._stays(staying.move_ids)) if staying else self
        return super(StockPicking, pickings).action_cancel()

    def _stays(self, move_ids):
        """Whether all that is open of this transfer is among the moves of these IDs."""
        still_open = self.move_ids.filtered(lambda move: move._is_open())
        return bool(still_open) and set(still_open.ids) <= set(move_ids)
