from odoo import models


class StockMove(models.Model):
    """Goods on hold stay, even if no transfer is validated on the way."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Bring no goods on hold any nearer to the customer.

        What breaks meanwhile may be scrapped.
        """
        self.filtered(lambda move: not move.scrap_id).picking_id._check_not_on_hold()
        return super()._action_done(cancel_backorder=cancel_backorder)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _get_lines_and_packages_to_pack(self, picked_first=True):
        """Pack nothing that is on hold: whoever gets a package takes it for one to be sent."""
        self.picking_id._check_not_on_hold()
        return super()._get_lines_and_packages_to_pack(picked_first=picked_first)
