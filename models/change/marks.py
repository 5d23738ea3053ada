from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Which lines of an order wait for a change, and of which something was taken out."""

    _inherit = "sale.order.line"

    is_held_by_change = fields.Boolean(compute="_compute_change_text", groups="base.group_user")
    change_text = fields.Char("Change", compute="_compute_change_text", groups="base.group_user")

    @api.depends(
        "change_line_ids.receipt_id.state", "change_line_ids.quantity", "seller_part_ids.quantity"
    )
    @api.depends_context("lang")
    def _compute_change_text(self):
        # sudo: what an order's marketplace wants concerns everybody who sees the order
        own = self.sudo()._origin
        held = own.order_id._lines_on_hold()
        for line in self:
            line.is_held_by_change = line._origin.sudo() in held
            taken = line._origin.sudo()._quantity_taken_out()
            texts = [
                line.is_held_by_change and self.env._("On Hold"),
                taken and self.env._("%s taken out", f"{taken:g}"),
            ]
            line.change_text = ", ".join(filter(None, texts)) or False

    def _quantity_taken_out(self):
        """How much changes, and the seller, have taken out of this line, in its unit."""
        settled = self.change_line_ids.filtered(
            lambda own: own.receipt_id.state == "part_cancelled" and own.kind == "remove"
        )
        return sum(settled.mapped("quantity")) + sum(self.seller_part_ids.mapped("quantity"))


class StockMove(models.Model):
    """Which moves of a transfer wait for a change, or for the whole order's cancellation."""

    _inherit = "stock.move"

    is_held_by_change = fields.Boolean(compute="_compute_change_text", groups="base.group_user")
    change_text = fields.Char("Change", compute="_compute_change_text", groups="base.group_user")

    @api.depends("state", "sale_line_id")
    @api.depends_context("lang")
    def _compute_change_text(self):
        # sudo: it concerns everybody who sees the transfer, and stock users see no orders
        outward = self.sudo()._origin.filtered(lambda move: move._is_open() and move._is_outward())
        orders = outward.picking_id._own_orders() if outward else outward.sale_line_id.order_id
        stopped = outward._held_by_changes(orders._lines_on_hold())
        whole = outward.filtered(lambda move: move.picking_id.marketplace_notice_kind == "hold")
        for move in self:
            own = move._origin.sudo()
            move.is_held_by_change = own in stopped
            move.change_text = (own in stopped or own in whole) and self.env._("On Hold")
