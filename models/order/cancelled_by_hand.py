from odoo import api, fields, models

from ...tools.inbound.bulk_texts import in_short
from ..base.quantities import of_product


class SaleOrder(models.Model):
    """Transfers that somebody has cancelled although their order stays open, or may."""

    _inherit = "sale.order"

    cancelled_by_hand = fields.Text(
        "Cancelled by Hand",
        compute="_compute_cancelled_by_hand",
        groups="base.group_user",
        help="Who has cancelled transfers of the order, and for what none is left.",
    )

    @api.depends("marketplace_notice_kind", "picking_ids.state")
    @api.depends_context("lang")
    def _compute_cancelled_by_hand(self):
        for order in self:
            order.cancelled_by_hand = False
            if order.marketplace_notice_kind:
                # sudo: documents and users are only named
                own = order.sudo()._origin._with_replacements()
                order.cancelled_by_hand = own._describe_cancelled_by_hand()

    def _describe_cancelled_by_hand(self):
        lines = self.order_line.filtered(lambda line: line._has_lost_its_transfer())
        if not lines:
            return False
        cancelled = lines.move_ids.filtered(lambda own: own.state == "cancel" and own._is_outward())
        sentences = [picking._describe_who_cancelled() for picking in cancelled.picking_id]
        goods = [
            of_product(line.qty_to_deliver, line.product_uom_id, line.product_id) for line in lines
        ]
        text = self.env._(
            "No transfer is left for %s: to ship that after all, duplicate the cancelled one.",
            in_short(goods),
        )
        return " ".join([*sentences, text])


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _has_lost_its_transfer(self):
        """Whether some of this line is still to be shipped, and all that would was cancelled."""
        outward = self.move_ids.filtered(lambda own: own.state != "done" and own._is_outward())
        return (
            self.state == "sale"
            and self.product_uom_id.compare(self.qty_to_deliver, 0) > 0
            and set(outward.mapped("state")) == {"cancel"}
        )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _describe_who_cancelled(self):
        user = self._tracked_author_of_state() or self.env._("somebody")
        return self.env._("%(transfer)s was cancelled by %(user)s.", transfer=self.name, user=user)

    def _tracked_author_of_state(self):
        """The name of who has brought this transfer into its state, as its chatter has noted it."""
        tracked = self.message_ids.tracking_value_ids
        states = tracked.filtered(lambda own: own.field_id.name == "state").sorted("id")
        return states[-1:].mail_message_id.author_id.name
