from functools import partial

from odoo import models

from .upstream import Upstream


class SaleOrder(models.Model):
    """What is made for an order, and the moves that supply it, made or bought."""

    _inherit = "sale.order"

    def _documents_upstream(self):
        """Manufacturing orders of which nothing has begun are cancelled.

        What a subcontractor makes goes with the purchase.
        """
        documents = super()._documents_upstream()
        if "mrp.production" not in self.env:
            return documents
        _moves, productions = self._supply()
        to_stop = self._productions_to_stop(productions)
        return documents + [
            Upstream(own, partial(self._stop_production, own) if own in to_stop else None)
            for own in productions
            if own.state not in ("done", "cancel")
        ]

    def _supply(self):
        """``(moves, manufacturing orders)`` that supply this order, of all steps and levels.

        Components are those of manufacturing orders that are to be stopped.
        """
        moves = step = self.order_line.move_ids
        if "mrp.production" not in self.env:
            return moves.browse(moves._rollup_move_origs()), None
        productions = self._productions_of_lines()
        while step:
            step = step.browse(step._rollup_move_origs())
            moves |= step
            productions |= step.production_id.filtered(lambda own: not self._is_subcontract(own))
            to_stop = self._productions_to_stop(productions)
            step = to_stop.move_raw_ids - moves
        return moves, productions

    def _productions_of_lines(self):
        productions = self.env["mrp.production"]
        if "sale_line_id" in productions._fields:
            productions = productions.search([("sale_line_id", "in", self.order_line.ids)])
        if "production_ids" in self.stock_reference_ids._fields:
            productions |= self.stock_reference_ids.production_ids
        return productions.filtered(lambda own: not self._is_subcontract(own))

    def _is_subcontract(self, production):
        return production.bom_id.type == "subcontract"

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
            return "sale_line_id" in production._fields and (
                production.sale_line_id.order_id == self
            )
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
