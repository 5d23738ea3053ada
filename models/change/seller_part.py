from odoo import fields, models

from ...tools.change.notices import text_of_settled_part
from ...tools.change.texts import text_of_items
from ...tools.quote import quoted
from ..base.moments import in_words


class MarketplaceSellerPart(models.Model):
    """How much the seller has taken out of a line of a marketplace's order, who, when and why.

    Its order, transfers and slips show it as they show what the marketplace takes out, whether the
    marketplace is told or not. Users do not read it directly.
    """

    _name = "marketplace.seller.part"
    _description = "Part Taken Out by the Seller"
    _order = "id desc"

    sale_order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order Line", required=True, index=True, ondelete="cascade"
    )
    quantity = fields.Float(
        digits="Product Unit", help="The quantity that was taken out, in the line's unit."
    )
    taken_out_at = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", "Taken Out by")
    reason = fields.Char()

    def _telling(self):
        """``(headline, details)`` of these parts of one order: the newest first, then the others.

        Parts that one user took out at once, for one reason, make one sentence.
        """
        together = self.grouped(lambda own: (own.taken_out_at, own.user_id, own.reason)).values()
        told = [parts._sentences() for parts in sorted(together, key=lambda own: -max(own.ids))]
        (headline, why), *others = told
        return headline, " ".join(filter(None, [why, *(text for pair in others for text in pair)]))

    def _sentences(self):
        """What one person took out at once, and why."""
        own = self[0]
        items = [(part.quantity, part.sale_line_id.product_id.display_name) for part in self]
        out = text_of_settled_part(
            self.env,
            "part_cancelled",
            own.user_id.name or self.env._("the seller"),
            text_of_items(self.env, items),
            in_words(self.env, own.taken_out_at),
        )
        return out, own.reason and self.env._("Reason: “%s”.", quoted(own.reason))


class SaleOrder(models.Model):
    _inherit = "sale.order"

    seller_part_ids = fields.One2many(
        "marketplace.seller.part", "sale_order_id", readonly=True, groups=fields.NO_ACCESS
    )

    def _note_seller_part(self, quantities, reason):
        """Put on record that the user has taken ``quantities``, ``{line: quantity}``, out."""
        now = fields.Datetime.now()
        self.env["marketplace.seller.part"].create(
            [
                {
                    "sale_order_id": self.id,
                    "sale_line_id": line.id,
                    "quantity": quantity,
                    "taken_out_at": now,
                    "user_id": self.env.uid,
                    "reason": reason,
                }
                for line, quantity in quantities.items()
            ]
        )

    def _parts_sent_back_for(self):
        """What the seller took out of this order, unless they have cancelled it since."""
        return self.seller_part_ids.filtered(lambda own: not own.sale_order_id.seller_cancel_reason)


class MarketplaceNoticeMixin(models.AbstractModel):
    _inherit = "marketplace.notice.mixin"

    def _add_notice_of_seller_parts(self, parts):
        """Tell of ``parts`` that the seller took out, below what else is to be told."""
        if parts:
            self._add_notice("part", *parts._telling())

    def _tell_of_goods_coming_back(self, parts):
        """Tell that this brings goods back because of ``parts``."""
        headline, details = parts._telling()
        text = f"{headline} {self.env._('This brings goods back.')}"
        self._set_marketplace_notice("part", text, details)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    seller_part_ids = fields.One2many(
        "marketplace.seller.part", "sale_line_id", readonly=True, groups=fields.NO_ACCESS
    )
