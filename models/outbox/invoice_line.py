from decimal import Decimal

from odoo import models

from ...tools.outbound.document import Part, Unsendable, hundredths


class AccountMoveLine(models.Model):
    """A line of an invoice as a part of what the marketplace is told."""

    _inherit = "account.move.line"

    def _marketplace_part(self, quantity, amount):
        """This line as a :class:`~tools.outbound.document.Part`.

        :param quantity: what of it counts, in its own unit
        :param amount: what that costs, in the invoice's currency, taxes included
        :raise Unsendable: if it is an item whose SKU nobody knows, or several items in one
        """
        self.ensure_one()
        line, cents = self.sale_line_ids[:1], hundredths(amount)
        if not self._is_marketplace_item():
            return Part(cents)
        sku = line._marketplace_item_sku()
        if {one._marketplace_item_sku() for one in self.sale_line_ids} != {sku}:
            raise Unsendable("several", self.name)
        if not sku:
            raise Unsendable("sku", line._marketplace_line().product_id.display_name)
        if line != line._marketplace_line():
            return Part(cents, sku)  # of a combo, which is counted once: see _marketplace_combos
        return Part(cents, sku, self._marketplace_quantity(quantity), self.name or "")

    def _is_marketplace_item(self):
        """Whether the marketplace knows what this line bills as an item.

        What costs nothing is a gift of the seller's, unless the importer says otherwise.
        """
        line = self.sale_line_ids[:1]._marketplace_line() if self.sale_line_ids else None
        if not line or not line._is_marketplace_item():
            return False
        if line.marketplace_line_id or line.marketplace_sku or line != self.sale_line_ids[:1]:
            return True
        return self.price_total * self.quantity > 0

    def _is_marketplace_charge(self):
        """Whether only the money of what this line bills counts: freight, a fee, a discount."""
        return not any(
            sold._is_marketplace_item() or sold._is_marketplace_payment()
            for sold in self.sale_line_ids
        )

    def _marketplace_quantity(self, quantity):
        """``quantity`` of this line in pieces as the marketplace counts them: a ``Decimal``.

        In the unit of the product that was ordered, or in that of the order line where the importer
        has named it: then its unit is the marketplace's. A hook for other addons, which may know
        that the marketplace sells the product by another measure (VTEX: ``unitMultiplier``).
        """
        line = self.sale_line_ids[:1]
        named = line.marketplace_line_id or line.marketplace_sku
        unit = line.product_uom_id if named else line.product_id.uom_id
        return Decimal(str(self.product_uom_id._compute_quantity(quantity, unit, round=False)))

    def _marketplace_amount(self):
        """What this line bills, in the invoice's currency, with taxes.

        Taxes that the buyer withholds and pays to the state are no discount: the order is worth as
        much as without them. They are negative in Odoo.
        """
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        paid = taxes.filtered(lambda tax: tax.amount >= 0)
        if paid == taxes:
            return self.price_total
        return paid.compute_all(
            self.price_unit * (1 - self.discount / 100),
            currency=self.currency_id,
            quantity=self.quantity,
            product=self.product_id,
            partner=self.partner_id,
        )["total_included"]
