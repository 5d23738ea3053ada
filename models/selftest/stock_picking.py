from odoo import fields, models


class StockPicking(models.Model):
    """Transfers of sample orders are marked as well: they stand in the same lists as others."""

    _inherit = "stock.picking"

    is_marketplace_test = fields.Boolean(
        related="sale_id.is_marketplace_test", groups="base.group_user"
    )
