from collections import defaultdict

from odoo import fields, models
from odoo.tools import float_round

from ...tools.change.goods import LineGoods, units_left
from ...tools.goods import AT_CUSTOMER, balance
from ..order.goods import OWN


class SaleOrderLine(models.Model):
    """What is left of a line, and where its goods are. All methods run in superuser mode."""

    _inherit = "sale.order.line"

    marketplace_taken_out = fields.Float(
        "Taken Out Afterwards",
        digits="Product Unit",
        copy=False,
        readonly=True,
        prefetch="marketplace",
        groups=fields.NO_ACCESS,  # what it says need not leave, and is not billed
        help="The part of the ordered quantity that was cancelled after it had left. It is "
        "removed from the line when it is back.",
    )

    def _quantity_wanted(self):
        """How much of this line is still wanted: what has left stays ordered if it is cancelled."""
        return self.product_uom_qty - self.sudo().marketplace_taken_out  # sudo: nobody may read it

    def _combo_lines(self):
        """The lines of what this line is made of, if it is a combo."""
        return self.linked_line_ids.filtered("combo_item_id")

    def _goods_per_unit(self):
        """``{product: quantity}``, in the product's unit, that one unit of this line takes."""
        product, moved = self.product_id, self.move_ids.product_id
        if not moved - product:
            return {product: self._factor()}
        if self._is_kit_changed() and not self._has_moved():
            return self._goods_planned_per_unit()
        components = self._components_of_kit()
        return components if components.keys() >= set(moved) else self._goods_moved_per_unit()

    def _factor(self):
        """How many units of the product one unit of this line is."""
        return self.product_uom_id._compute_quantity(1.0, self.product_id.uom_id, round=False)

    def _kit_exploded(self):
        """The bills of materials of this line's kit, as they are today, and the components of one
        unit of the line, as Odoo explodes them.
        """
        if "mrp.bom" not in self.env:
            return [], []
        bom = self.env["mrp.bom"]._bom_find(
            self.product_id, company_id=self.company_id.id, bom_type="phantom"
        )[self.product_id]
        if not bom:
            return [], []
        factor = self.product_uom_id._compute_quantity(1.0, bom.product_uom_id, round=False)
        never = self.product_no_variant_attribute_value_ids
        return bom.explode(self.product_id, factor / bom.product_qty, never_attribute_values=never)

    def _is_kit_changed(self):
        """Whether this line's kit is made of something else, perhaps, than when it was ordered."""
        since = min(self.move_ids.mapped("create_date"), default=None)
        boms = [bom for bom, _data in self._kit_exploded()[0]]
        return bool(since) and any(
            own.write_date > since for bom in boms for own in (bom, *bom.bom_line_ids)
        )

    def _has_moved(self):
        return any(move.state == "done" for move in self.move_ids)

    def _goods_planned_per_unit(self):
        """What one unit of this line takes by what is to be moved, of which nothing is done."""
        components = defaultdict(float)
        for move in self._last_moves():
            components[move.product_id] += move.product_qty
        wanted = self._quantity_wanted() or 1.0
        return {product: quantity / wanted for product, quantity in components.items()}

    def _components_of_kit(self):
        """What one unit of this line takes as its bill of materials says today."""
        components = defaultdict(float)
        for part, data in self._kit_exploded()[1]:
            unit = part.product_id.uom_id
            components[part.product_id] += part.product_uom_id._compute_quantity(
                data["qty"], unit, round=False
            )
        return dict(components)

    def _goods_moved_per_unit(self):
        """The same from what was to be moved at first, where no bill of materials explains it."""
        components = defaultdict(float)
        for move in self.move_ids:
            if move.location_dest_id.usage == "customer" and not move.origin_returned_move_id:
                components[move.product_id] += move.product_qty
        ordered = self.product_uom_qty or 1.0
        return {product: quantity / ordered for product, quantity in components.items()}

    # -- Where they are ---------------------------------------------------------------------------

    def _own_moves(self):
        """Moves of any step and in any state that carry goods of these lines alone."""
        moves = self.move_ids.browse(self.move_ids._rollup_move_origs())
        moves = moves.filtered(
            lambda move: move.browse(move._rollup_move_dests()).sale_line_id <= self
        )
        while more := moves.returned_move_ids - moves:
            moves |= more
        return moves

    def _goods_out(self):
        """``{product: (at the customer, between)}`` of what moves of this line alone have moved."""
        found = defaultdict(lambda: (0.0, 0.0))
        for spot, quantity in balance(self._own_moves()._movements(OWN)).items():
            there, between = found[product := self.product_id.browse(spot.product)]
            if spot.location == AT_CUSTOMER:
                found[product] = there + quantity, between
            elif spot.location:
                found[product] = there, between + quantity
        return dict(found)

    def _goods_of_lines(self):
        """``{line: {product: LineGoods}}`` of these lines of one order.

        Goods that came back without naming a line count if the line is the only one of its product;
        goods that are not known to belong to another line are this one's.
        """
        totals = defaultdict(lambda: [0.0, 0.0])
        for spot, there in self.order_id._goods_by_place().items():
            totals[spot.product][spot.location != AT_CUSTOMER] += sum(there)
        out = {line: line._goods_out() for line in self.order_id.order_line if line.move_ids}
        result = {}
        for line in self:
            result[line] = goods = {}
            for product, per_unit in line._goods_per_unit().items():
                there, between = out.get(line, {}).get(product, (0.0, 0.0))
                others = [
                    own[product] for key, own in out.items() if key != line and product in own
                ]
                known = sum(own[1] for own in others)
                if not others:
                    there = totals[product.id][0]
                between = max(between if others else 0.0, totals[product.id][1] - known, 0.0)
                goods[product] = LineGoods(per_unit, max(there, 0.0), between)
        return result

    def _units_left(self, goods):
        """How much of this line has left or was done, in its unit, less what came back.

        :param goods: what :meth:`_goods_of_lines` says of it
        """
        if not self._is_goods():
            return max(self.qty_delivered, 0.0)
        left = units_left(goods.values(), bool(goods.keys() - {self.product_id}))
        if self._is_delivered_otherwise():
            left = max(left, self.qty_delivered)
        rounding = self.product_uom_id.rounding
        return float_round(left, precision_rounding=rounding, rounding_method="UP")
