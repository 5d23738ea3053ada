from odoo import models

from ...tools.change.matching import Line, match
from ...tools.goods import NOTHING


class SaleOrder(models.Model):
    """Which lines of an order a change means."""

    _inherit = "sale.order"

    def _lines_of_change(self, items, lines=None):
        """The order lines that ``items`` of the marketplace's mean.

        :param items: :class:`~tools.inbound.changed_items.ChangedItem`
        :param lines: what :meth:`_lines_to_match` says of these items and others, if that is known
        :return: a :class:`~tools.change.matching.Matched`; its keys are order lines, its quantities
            are in the lines' own units
        """
        found = match(items, lines or self._lines_to_match(items))
        quantities = {line: line._in_own_unit(own) for line, own in found.quantities.items()}
        return found._replace(quantities=quantities)

    def _lines_to_match(self, items):
        """The lines of this order that ``items`` may mean, each as a
        :class:`~tools.change.matching.Line`. It takes long where there are many.
        """
        order = self.sudo()  # sudo: the marketplace's order, whatever a rule hides of its products
        lines = order._lines_sold()
        own = lines._skus_of_lines({item.sku for item in items})
        return [
            Line(
                line,
                (line.marketplace_line_id or "").strip() or None,
                own[line],
                line._in_pieces(line._quantity_wanted()),
            )
            for line in lines
        ]

    def _lines_sold(self):
        """The lines that the marketplace knows as items, of which something is still wanted."""
        return self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line == line._marketplace_line()
                and line._quantity_wanted() > NOTHING
                and line._is_marketplace_item()
            )
        )

    def _with_combos(self, quantities):
        """``quantities`` with those of the lines of which combos are made, in proportion."""
        result = dict(quantities)
        for line, quantity in quantities.items():
            share = quantity / line._quantity_wanted()
            for part in line._combo_lines():
                result[part] = part._quantity_wanted() * share
        return result

    def _is_all_of_order(self, quantities):
        """Whether nothing that was sold would be left without ``quantities``.

        Freight, fees, discounts, rewards, gifts and notes are nothing that was sold.

        :param quantities: ``{line: quantity in its unit}``
        """
        lines = self.sudo()._lines_sold()  # sudo: as above
        sold = lines.filtered(lambda line: line._is_owed_as_item()) or lines
        taken = {line.id: quantity for line, quantity in quantities.items()}
        return all(line._quantity_wanted() - taken.get(line.id, 0.0) <= NOTHING for line in sold)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _skus_of_lines(self, wanted):
        """``{line: the SKUs that it is known by}``, a frozenset.

        By the account's mapping; by internal reference and barcode only if the mapping finds no
        line for the SKUs ``wanted``.
        """
        skus = {line: {line._marketplace_item_sku()} - {""} for line in self}
        unknown = set(wanted).difference(*skus.values())
        for line in self:
            product = line.product_id
            skus[line] |= {product.default_code, product.barcode} & unknown
        return {line: frozenset(own) for line, own in skus.items()}

    def _unit_of_pieces(self):
        """The unit in which the marketplace counts, see `_marketplace_quantity` of invoices."""
        return self.product_uom_id if self._is_named_by_importer() else self.product_id.uom_id

    def _in_pieces(self, quantity):
        """``quantity`` of this line in pieces as the marketplace counts them."""
        unit = self._unit_of_pieces()
        return self.product_uom_id._compute_quantity(quantity, unit, round=False)

    def _in_own_unit(self, pieces):
        """So many ``pieces`` in the unit of this line."""
        return self._unit_of_pieces()._compute_quantity(pieces, self.product_uom_id, round=False)
