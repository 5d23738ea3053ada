from odoo import fields, models

from ...tools.goods import NOTHING


class MarketplaceChangeLine(models.Model):
    """A line of an order that a change concerns, or may: what is taken out of it."""

    _name = "marketplace.change.line"
    _description = "Order Line of a Change"
    _order = "id"

    receipt_id = fields.Many2one(
        "marketplace.cancellation.receipt",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="receipt_id.company_id")
    kind = fields.Selection(
        [("remove", "Take Out"), ("replace", "In Exchange"), ("add", "Add")],
        "What",
        required=True,
        readonly=True,
        default="remove",
    )
    sku = fields.Char("SKU", readonly=True)
    name = fields.Char("Item", readonly=True)
    price_cents = fields.Integer("Price (cents)", readonly=True, aggregator=None)
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order Line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    asked = fields.Integer(readonly=True, help="How many pieces of the SKU the change names.")
    quantity = fields.Float(
        "To Take Out",
        readonly=True,
        digits="Product Unit",
        help="How much of this line is taken out. It is 0 where several lines may be meant, until "
        "a person says which.",
    )
    is_chosen = fields.Boolean(
        readonly=True, help="A person has said how much of this line is taken out."
    )
    ordered_before = fields.Float(readonly=True, digits="Product Unit")

    def _obstacle_to_choice(self, chosen):
        """Why ``{ID: quantity}`` cannot be taken out of these candidates, None if it can."""
        if not chosen.keys() <= set(self.ids) or any(quantity < 0 for quantity in chosen.values()):
            return self.env._("Choose among the lines that may be meant.")
        for order_line, own in self.grouped("sale_line_id").items():
            taken = sum(chosen.get(line.id, 0.0) for line in own)
            if taken > order_line._quantity_wanted() + NOTHING:
                return self.env._("%s: less was ordered.", own[0].name)
        for sku, lines in self.grouped("sku").items():
            asked = lines[0].asked
            if lines._pieces_of(chosen) != asked:
                return self.env._(
                    "The change takes out %(asked)s × %(sku)s in all.", asked=asked, sku=sku
                )
        return None

    def _quantities(self):
        """``{order line: how much is taken out}``: several SKUs may mean one and the same line."""
        quantities = {}
        for line in self.filtered("quantity"):
            order_line = line.sale_line_id
            quantities[order_line] = quantities.get(order_line, 0.0) + line.quantity
        return quantities

    def _pieces_of(self, quantities):
        """How many pieces ``{ID: quantity}`` of these lines are, as the marketplace counts."""
        pieces = sum(
            line.sudo().sale_line_id._in_pieces(quantities.get(line.id, 0.0)) for line in self
        )
        return round(pieces, 6)


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    change_line_ids = fields.One2many(
        "marketplace.change.line", "receipt_id", "Items", readonly=True
    )
