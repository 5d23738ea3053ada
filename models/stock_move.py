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
        """Whether this move brings goods back to where they may stay.

        From the customer, or to stock what another move took from there. What goes back by one
        step of several stays on the way.
        """
        self.ensure_one()
        if self.location_dest_id.usage == "customer":
            return False  # even as the return of a return: it leaves
        if self.location_id.usage == "customer":
            return True
        return bool(self.origin_returned_move_id) and self._ends_in_stock()

    def _ends_in_stock(self):
        """Whether this move brings goods to stock, where they may stay."""
        self.ensure_one()
        stock = self.picking_type_id.warehouse_id.lot_stock_id
        return bool(stock) and self.location_dest_id._child_of(stock)

    def _stranded_quantities(self):
        """What earlier steps have brought to a packing or output location and nothing took on.

        :return: ``{done move: quantity}`` in the move's unit, positive quantities only
        """
        onward = {}  # what each later move has taken so far
        stranded = {}
        steps = self.filtered(
            lambda move: (
                move.state == "done"
                and move.location_id.usage == "internal"
                and move.location_dest_id.usage == "internal"
                and not move._is_return()
                and not move._ends_in_stock()
            )
        )
        for move in steps.sorted("id"):
            left = move.quantity
            for later in move.move_dest_ids.filtered(lambda later: later.state == "done"):
                taken = onward.setdefault(
                    later, later.product_uom._compute_quantity(later.quantity, move.product_uom)
                )
                onward[later] = max(taken - left, 0.0)
                left = max(left - taken, 0.0)
            for back in move.returned_move_ids.filtered(
                lambda back: back._is_open() and back._is_return()
            ):
                left -= back.product_uom._compute_quantity(back.product_uom_qty, move.product_uom)
            if move.product_uom.compare(left, 0.0) > 0:
                stranded[move] = left
        return stranded
