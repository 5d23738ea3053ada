from odoo import fields, models

#: Programs of Odoo's own whose rewards are means of payment: what is paid with them was sold.
_PAYING_PROGRAMS = ("gift_card", "ewallet")


class SaleOrderLine(models.Model):
    """What a line of the seller's order is in the marketplace's order."""

    _inherit = "sale.order.line"

    marketplace_line_id = fields.Char(
        "Marketplace Line ID",
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The ID of this line in the marketplace's order (VTEX: uniqueId), as the importer has "
        "stored it. If any line of an order has one, or a marketplace SKU, those alone are the "
        "items that the marketplace knows.",
    )
    marketplace_sku = fields.Char(
        "Marketplace SKU",
        copy=False,
        groups="base.group_user",
        help="The SKU by which the marketplace knows what this line sells, if it is another one "
        "than the marketplace account says for all products.",
    )

    def _marketplace_line(self):
        """The line that the marketplace knows: of a combo's component that of the combo."""
        self.ensure_one()
        return self.linked_line_id if self.combo_item_id and self.linked_line_id else self

    def _is_marketplace_item(self):
        """Whether this line sells an item of the marketplace's order, not freight, a fee or a
        discount.

        The importer's lines are known by what it has stored on them; where it has stored nothing,
        by what kind of line it is. A hook for other addons.
        """
        line = self._marketplace_line()
        lines = line.order_id.order_line
        if any(one.marketplace_line_id or one.marketplace_sku for one in lines):
            return bool(line.marketplace_line_id or line.marketplace_sku)
        return not (
            line.is_downpayment
            or line.is_expense
            or line._is_delivery()
            or line._is_freight()
            or line._is_discount_line()
            or line._marketplace_reward()
        )

    def _is_owed_as_item(self):
        """Whether the marketplace waits for an invoice of this line: not of a gift of the seller's,
        or of what comes back, unless the importer says otherwise.
        """
        named = self.marketplace_line_id or self.marketplace_sku
        if self.product_uom_qty <= 0 or not (named or self.price_total > 0):
            return False
        return self._is_marketplace_item()

    def _is_freight(self):
        """Whether this line sells what a carrier charges, whoever has put it on the order."""
        if "delivery.carrier" not in self.env:
            return False
        carriers = self.env["delivery.carrier"].with_context(active_test=False)
        return bool(carriers.search_count([("product_id", "=", self.product_id.id)], limit=1))

    def _marketplace_reward(self):
        """The loyalty program's reward that this line is, if it is one."""
        return "reward_id" in self._fields and self.reward_id

    def _is_marketplace_payment(self):
        """Whether this line says what was paid already: the order is worth as much without it."""
        reward = self._marketplace_reward()
        return self.is_downpayment or bool(
            reward and reward.program_id.program_type in _PAYING_PROGRAMS
        )

    def _marketplace_item_sku(self):
        """The SKU by which the marketplace knows what this line sells, empty if nobody knows.

        A hook for other addons, which may have a mapping of their own.
        """
        line = self._marketplace_line()
        if sku := (line.marketplace_sku or "").strip():
            return sku
        return line.order_id.marketplace_account_id._sku_of(line.product_id)
