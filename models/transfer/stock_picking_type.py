from odoo import fields, models


class StockPickingType(models.Model):
    """How many transfers a marketplace's cancellation holds, on the cards of the overview."""

    _inherit = "stock.picking.type"

    count_picking_marketplace_hold = fields.Integer(
        "On Hold",
        compute="_compute_count_picking_marketplace_hold",
        groups="base.group_user",
    )

    def _compute_count_picking_marketplace_hold(self):
        held = [("marketplace_hold", "!=", False), ("picking_type_id", "in", self.ids)]
        counts = dict(self.env["stock.picking"]._read_group(held, ["picking_type_id"], ["__count"]))
        for picking_type in self:
            picking_type.count_picking_marketplace_hold = counts.get(picking_type, 0)

    def get_action_picking_tree_marketplace_hold(self):
        """The transfers of this type that are on hold."""
        action = self.get_stock_picking_action_picking_type()
        return dict(action, context=dict(action["context"], search_default_marketplace_hold=1))
