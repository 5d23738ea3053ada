from odoo import fields, models

from ...tools.change.notices import text_of_settled_part
from ...tools.change.texts import text_of_items
from ...tools.quote import listing, quoted
from ..base.moments import in_words
from ..base.quantities import of_product


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

    # -- What the seller is told before -----------------------------------------------------------

    def _preview_part(self, quantities):
        """What follows if ``quantities`` are taken out: sentences, ``[]`` for nothing but less.

        :param quantities: ``{line: quantity in its unit}``, such as can be taken out
        """
        # sudo: what follows concerns a user who may change the order; documents are only named
        order = self.sudo()._in_context_of_follow_up()
        questions = order._questions_of_part(quantities)
        look = self.env._("Please check it yourself: %s", " ".join(questions))
        return order._documents_of_part(quantities) + [look] * bool(questions)

    def _documents_of_part(self, quantities):
        """What becomes of documents if ``quantities`` are taken out: a list of sentences."""
        part = self._with_combos({line.with_env(self.env): q for line, q in quantities.items()})
        found = {
            self.env._("Transfers bring less: %s"): self._transfers_of_part(part),
            self.env._("A return is proposed of: %s"): self._returned_of_part(part),
            self.env._("Draft invoices bill less: %s"): self._drafts_of_part(part),
            self.env._("A draft credit note is made for: %s"): self._credited_of_part(part),
        }
        return [listing(text, names) for text, names in found.items() if names]

    def _transfers_of_part(self, part):
        lines = self.order_line.browse().concat(*part)
        return lines._open_outward().picking_id.mapped("name")

    def _returned_of_part(self, part):
        """What has left of ``part``, or is picked: it is proposed to come back."""
        words = []
        for line, step in self._steps_to_take_out(part).items():
            if line._is_goods() and (left := step.target - step.remaining) > 0:
                words.append(of_product(left, line.product_uom_id, line.product_id))
        return words

    def _drafts_of_part(self, part):
        lines = self.order_line.browse().concat(*part)
        drafts = self._drafts_billing().filtered(
            lambda draft: draft.invoice_line_ids.sale_line_ids & lines
        )
        return drafts.mapped("display_name")

    def _credited_of_part(self, part):
        beyond = self._billed_beyond(part)
        lines = self.order_line.browse().concat(*beyond)
        documents = lines.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        return documents.mapped("name")


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
