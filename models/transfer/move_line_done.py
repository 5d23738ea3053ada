from odoo import api, models

from ...tools.goods import NOTHING

#: What tells how much a done line has brought, and where to.
_WHAT_AND_WHERE = {"quantity", "product_uom_id", "location_id", "location_dest_id"}


class StockMoveLine(models.Model):
    """Goods also leave by what is entered on a transfer that is done already."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if done := lines.filtered(lambda line: line.state == "done"):
            done._check_more_may_leave()
        return lines

    def write(self, vals):
        """Refuse to have more leave by done lines for orders for which nothing may leave.

        Less may: that is a correction, and the goods are back in stock.
        """
        done = self.browse()
        if not _WHAT_AND_WHERE.isdisjoint(vals):
            done = self.filtered(lambda line: line.state == "done")
        before = {line: line._quantity_outward() for line in done}
        result = super().write(vals)
        if more := done.filtered(lambda line: line._quantity_outward() - before[line] > NOTHING):
            more._check_more_may_leave()
        return result

    def _quantity_outward(self):
        """How much this line has brought nearer to a customer, in the product's unit."""
        # sudo: whoever moves goods need not see all of them
        return self.quantity_product_uom if self.sudo().move_id._is_outward() else 0.0

    def _check_more_may_leave(self):
        moves = self.sudo().move_id  # sudo: as above
        moves._claim_and_check(moves._orders_supplied_in_any_state())
