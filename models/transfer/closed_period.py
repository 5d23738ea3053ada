from odoo import api, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.constrains("scheduled_date", "date_done")
    def _check_backdate_allowed(self):
        """Let a marketplace's order be cancelled, wholly or in part, although its transfer was due
        in a period that is closed by now: nothing was booked of what is not done.
        """
        # sudo: whether it is a marketplace's order concerns everybody who changes it
        named = self.sudo().filtered(lambda own: own.sale_id._of_marketplaces())
        open_ = named.filtered(lambda own: own.state != "done")
        return super(StockPicking, self - open_.with_env(self.env))._check_backdate_allowed()
