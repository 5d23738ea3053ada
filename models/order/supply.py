from collections import defaultdict
from functools import partial

from odoo import models

from ..base.quantities import of_product


class SaleOrder(models.Model):
    """What was bought or made for an order: dropshipped, to order, as a service, of any level."""

    _inherit = "sale.order"

    def _supply(self):
        """``(moves, manufacturing orders)`` that supply this order, of all steps and levels.

        Components are those of manufacturing orders that are to be stopped.
        """
        moves = step = self.order_line.move_ids
        if "mrp.production" not in self.env:
            return moves.browse(moves._rollup_move_origs()), ()
        productions = self._productions_of_lines()
        while step:
            step = step.browse(step._rollup_move_origs())
            moves |= step
            productions |= step.production_id.filtered(lambda own: own.bom_id.type != "subcontract")
            to_stop = self._productions_to_stop(productions)
            step = to_stop.move_raw_ids - moves
        return moves, productions

    def _stops_of_productions(self, productions):
        """``[(manufacturing order, how it is stopped)]``: None for what has begun.

        What a subcontractor makes goes with the purchase.
        """
        if not productions:
            return []
        to_stop = self._productions_to_stop(productions)
        return [
            (own, partial(self._stop_production, own) if own in to_stop else None)
            for own in productions
            if own.state not in ("done", "cancel")
        ]

    def _productions_of_lines(self):
        productions = self.env["mrp.production"]
        if "sale_line_id" in productions._fields:
            productions = productions.search([("sale_line_id", "in", self.order_line.ids)])
        if "production_ids" in self.stock_reference_ids._fields:
            productions |= self.stock_reference_ids.production_ids
        return productions.filtered(lambda own: own.bom_id.type != "subcontract")

    def _productions_to_stop(self, productions):
        """Those that have not begun, and are there for this order alone."""
        stopped = productions.filtered(lambda own: not self._is_begun(own))
        others = productions
        while others:
            others = stopped.browse(own.id for own in stopped if not self._is_alone(own, stopped))
            stopped -= others
        return stopped

    def _is_begun(self, production):
        """Whether anybody has worked on ``production``, or brought components to it."""
        return bool(
            production.state not in ("draft", "confirmed")
            or production.qty_producing
            or any(move.picked or move.state == "done" for move in production.move_raw_ids)
            or any(work.time_ids or work.state == "done" for work in production.workorder_ids)
            or any(
                move.state == "done" and move.picking_type_id.code == "internal"
                for move in production.move_raw_ids.move_orig_ids
            )
        )

    def _is_alone(self, production, stopped):
        """Whether all that ``production`` makes is for this order, or for what is ``stopped``."""
        supplied = production.move_finished_ids.move_dest_ids.filtered(lambda own: own._is_open())
        if not supplied:
            sold = "sale_line_id" in production._fields and production.sale_line_id
            return bool(sold) and sold.order_id == self
        for move in supplied:
            parents = move.raw_material_production_id
            if (parents and parents not in stopped) or move._serves_other_orders(self):
                return False
        needed = sum(supplied.mapped("product_qty"))
        return production.product_id.uom_id.compare(production.product_uom_qty, needed) <= 0

    def _stop_production(self, production):
        if production.state not in ("draft", "confirmed", "cancel"):
            return False
        # Odoo's activities are for what a person cancels; components are seen to here.
        production.with_context(skip_activity=True).action_cancel()
        return self.env._("Nothing had begun for %s: cancelled.", self.name)

    def _stops_of_purchases(self, moves):
        """``[(purchase order, how what is there for this order is taken off)]``.

        :param moves: the moves that supply this order
        """
        if "purchase.order.line" not in self.env:
            return []
        lines = self.env["purchase.order.line"]
        if "sale_line_id" in lines._fields:
            lines = lines.search([("sale_line_id", "in", self.order_line.ids)])
        if "created_purchase_line_ids" in moves._fields:
            lines |= moves.created_purchase_line_ids | moves.purchase_line_id
        parts = defaultdict(dict)
        for line in lines.filtered(lambda line: line.order_id.state != "cancel"):
            parts[line.order_id][line] = self._part_of_purchase(line, moves)
        return [(own, partial(self._take_off, own, lines)) for own, lines in parts.items()]

    def _part_of_purchase(self, line, moves):
        """How much of the purchase ``line`` is there for this order, in the line's unit.

        :param moves: the moves that supply this order
        """
        if "sale_line_id" in line._fields and line.sale_line_id.order_id == self:
            sold = line.sale_line_id
            if line.order_id.origin == self.name or line.product_id != sold.product_id:
                return line.product_qty
            # a buyer may have merged something else in
            part = sold.product_uom_id._compute_quantity(sold.product_uom_qty, line.product_uom_id)
            return min(part, line.product_qty)
        supplied = line.move_dest_ids & moves
        part = sum(supplied.filtered(lambda move: move._is_open()).mapped("product_qty"))
        part = line.product_id.uom_id._compute_quantity(part, line.product_uom_id)
        return min(part, line.product_qty)

    def _take_off(self, purchase, parts):
        """Take ``parts`` off a request for quotation; cancel it if nothing else is on it.

        :return: one sentence that says so, False if the vendor knows of it
        """
        if purchase.state != "draft" or purchase.invoice_ids:
            return False
        taken = [
            of_product(part, line.product_uom_id, line.product_id) for line, part in parts.items()
        ]
        for line, part in parts.items():
            left = line.product_qty - part
            if line.product_uom_id.compare(left, 0.0) > 0:
                line.product_qty = left
            else:
                line.unlink()
        if not purchase.order_line.product_id:
            purchase.button_cancel()
        return self.env._(
            "Removed, because it was there for %(order)s alone: %(what)s.",
            order=self.name,
            what=", ".join(taken),
        )
