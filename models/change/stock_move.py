from odoo import models

from ...tools.change.goods import spread
from ...tools.goods import AT_CUSTOMER, NOTHING, balance, explain
from ..order.goods import OWN


class StockMove(models.Model):
    """Moves of which a part is no longer wanted. All methods run in superuser mode."""

    _inherit = "stock.move"

    def _demand_and_reserved(self):
        """How much this move is to move and has reserved, in the product's unit."""
        if not self.exists() or self.state == "cancel":
            return 0.0, 0.0
        return self.product_qty, self._reserved_quantity()

    def _reserved_quantity(self):
        return sum(self.move_line_ids.mapped("quantity_product_uom"))

    def _orders_of_part(self):
        """The orders for which this move was made."""
        later = self.browse(self._rollup_move_dests()).sale_line_id.order_id
        return later or self.sale_line_id.order_id or self._orders_procuring()

    def _is_step_of_warehouse(self):
        """Whether a warehouse makes this move, also one from a customer: what suppliers or the shop
        floor bring is theirs.
        """
        return self.picking_type_id.code in ("internal", "outgoing") or self.location_id.usage in (
            "transit",
            "customer",
        )

    def _picked_quantity(self):
        lines = self.move_line_ids.filtered(lambda line: line.picked or self.picked)
        return sum(lines.mapped("quantity_product_uom"))

    def _last_of_chains(self):
        """Those of these moves after which no other one of them comes, however many steps are in
        between: what comes from another warehouse, say, goes into stock and out again.
        """
        return self.filtered(
            lambda move: not (self & move.browse(move._rollup_move_dests()) - move)
        )

    # -- Less -------------------------------------------------------------------------------------

    def _cut_together(self, quantity):
        """Take ``quantity``, in the product's unit, off these open moves: first what nobody has
        picked, of goods in stock before those that stand outside of it, of the newest move first.
        """
        if quantity <= NOTHING:
            return
        in_turn = self.sorted(
            lambda move: (
                move.picking_id._is_being_worked_on(),
                not move.location_id._is_stock(),
                -move.id,
            )
        )
        pieces = [(move.id, move.product_qty - move._picked_quantity()) for move in in_turn]
        pieces += [(move.id, move._picked_quantity()) for move in in_turn]
        for move_id, part in spread(quantity, pieces).items():
            move = self.browse(move_id)
            move._cut_to(move.product_qty - part)

    def _cut_to(self, quantity):
        """Have this open move bring no more than ``quantity``, in the product's unit."""
        if quantity <= NOTHING:
            self.propagate_cancel = False  # later steps are counted for themselves
            self._action_cancel()
            return
        self._cut_reserved(quantity)
        if abs(quantity - self.product_qty) > NOTHING:
            self.write(self._quantity_values(quantity))

    def _cut_to_demand(self):
        """Let none of these open moves bring more than its demand, although more is picked.

        Odoo leaves a picked move open, even if its demand is zero.
        """
        for move in self.exists().filtered(lambda move: move._is_open()):
            move._cut_to(move.product_qty)

    def _cut_reserved(self, quantity):
        """Free what this move has reserved beyond ``quantity``: first what nobody has picked."""
        lines = self.move_line_ids.sorted(lambda line: (line._is_handled(), -line.id))
        pieces = [(line.id, line.quantity_product_uom) for line in lines]
        for line_id, part in spread(self._reserved_quantity() - quantity, pieces).items():
            line = lines.browse(line_id)
            left = line.quantity_product_uom - part
            if left <= NOTHING:
                line.unlink()
            else:
                unit = self.product_id.uom_id
                line.quantity = unit._compute_quantity(
                    left, line.product_uom_id, rounding_method="HALF-UP"
                )

    def _leave_split_packages(self):
        """Let the transfers of these moves bring goods without their package if the rest of the
        package stays: Odoo refuses to have one package in two places.
        """
        lines = self.picking_id.move_line_ids.filtered(
            lambda line: line.package_id and line.package_id == line.result_package_id
        )
        for package, own in lines.grouped("package_id").items():
            if not own.picking_id._check_move_lines_map_quant_package(package):
                own.result_package_id = False

    # -- Returns ----------------------------------------------------------------------------------

    def _is_backward(self):
        """Whether this move goes against the rule by which Odoo has made it."""
        source = self.rule_id.location_src_id
        return self.location_dest_id == source and self.location_id != source

    def _is_straight_to_stock(self):
        """Whether this move back brings to stock what stands between stock and customer."""
        return self.location_id.usage != "customer" and self._ends_in_stock()

    def _undo(self):
        """Delete these moves, which Odoo has just made and nobody has seen, with the transfers that
        have no others.
        """
        pickings = self.picking_id
        self.move_dest_ids = False  # later moves are not to be cancelled with them
        self._action_cancel()
        self.unlink()
        pickings.filtered(lambda picking: not picking.move_ids).unlink()

    def _expect_no_more_than(self, free):
        """Take off these returns, just made by Odoo, what is not there to come back.

        :param free: ``{spot: quantity}``, of which it is taken
        """
        for move in self:
            quantity = move._take_what_is_there(free)
            if quantity <= NOTHING:
                move._undo()
            elif move.product_qty - quantity > NOTHING:
                move._cut_to(quantity)

    def _taking(self, spots):
        """What the open ones of these moves are to take from ``spots``, see ``less_announced``.

        What earlier steps are still to bring them is not there yet.
        """
        taking = []
        before = self.move_orig_ids.filtered(lambda move: move._is_open())
        coming = {move: move.product_qty for move in before}
        for move in self:
            reserved = [line._movement() for line in move.move_line_ids]
            taking += [([own.source], own.quantity) for own in reserved if own.quantity]
            product = move.product_id.id
            below = [
                spot
                for spot in spots
                if spot.product == product and move._takes_from(spot.location)
            ]
            rest = move.product_qty - sum(own.quantity for own in reserved)
            for step in move.move_orig_ids & before:
                part = max(min(rest, coming[step]), 0.0)
                coming[step] -= part
                rest -= part
            taking.append((below, max(rest, 0.0)))
        return taking

    def _explain_by(self, own, spots):
        """As :meth:`_explain`, by those of these moves that are among ``own`` if they can be, and
        whose goods are not on their way back.

        A return of what a move has brought waits for the goods of that move: not for another
        line's, nor for what others bring back.
        """
        done = self.filtered(lambda move: move.state == "done").move_line_ids
        in_turn = done.sorted(lambda line: (line.move_id not in own, -line.id))
        left = {move: move._quantity_not_returned() for move in done.move_id}
        first, rest = [], []
        for line in in_turn:
            move, brought = line.move_id, line._movement()
            there = min(left[move], brought.quantity)
            left[move] -= there
            first.append((move, brought._replace(quantity=there)))
            rest.append((move, brought._replace(quantity=brought.quantity - there)))
        return explain(first + rest, spots)

    def _quantity_not_returned(self):
        """How much of what this done move has brought no return takes back, done or not."""
        back = self.returned_move_ids.filtered(lambda move: move.state != "cancel")
        brought = sum(self.move_line_ids.mapped("quantity_product_uom"))
        return max(brought - sum(back.mapped("product_qty")), 0.0)

    def _explain_at_customer(self, product, quantity):
        """Which of these done moves have brought ``quantity`` of what is at the customer."""
        if quantity <= NOTHING:
            return {}
        there = {
            spot: left
            for spot, left in balance(self._movements(OWN)).items()
            if spot.location == AT_CUSTOMER and spot.product == product.id and left > 0
        }
        spots = list(there)
        parts = spread(quantity, [(number, there[spot]) for number, spot in enumerate(spots)])
        return self._explain({spots[number]: part for number, part in parts.items()})
