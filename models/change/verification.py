from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.any_language import InAnyLanguage
from ...tools.change.queries import DRAFTS_OF_LINES, OPEN_MOVES_OF_LINES
from ...tools.goods import NOTHING


class SaleOrder(models.Model):
    """Whether nothing of what was taken out of an order can leave or be billed."""

    _inherit = "sale.order"

    def _check_taken_out(self, expected):
        """Refuse to report a success that is none.

        Asks the database: whatever a record rule hides, or another addon's override leaves out,
        would be shipped or billed although the marketplace was told otherwise.

        :param self: in superuser mode
        :param expected: ``{line: how much of it is still wanted}``, in its unit
        :raise UserError: naming what is still to leave, or to be billed
        """
        self.env.invalidate_all()  # with what is still to be written
        left = {*self._moves_beyond(expected), *self._drafts_beyond(expected)}
        if left:
            names = ", ".join(sorted(left))
            raise UserError(InAnyLanguage(self.env)._("%s could not be reduced.", names))

    def _moves_beyond(self, expected):
        """Names of what is still to leave, or is reserved, beyond what is ``expected``."""
        lines = self.order_line.browse().concat(*expected)
        self.env.cr.execute(SQL(OPEN_MOVES_OF_LINES, lines=tuple(lines.ids)))
        moves = self.env["stock.move"].browse(id_ for (id_,) in self.env.cr.fetchall())
        moves = moves.filtered(lambda move: move._is_outward())
        last = moves._last_of_chains()
        over = moves.filtered(lambda move: move._reserved_quantity() - move.product_qty > NOTHING)
        for line, goods in lines._goods_of_lines().items():
            for product, own in goods.items():
                mine = last.filtered(
                    lambda move, line=line, product=product: (
                        move.sale_line_id == line and move.product_id == product
                    )
                )
                # quantities are rounded in the units of lines and of moves
                rounding = product.uom_id.rounding * max(own.per_unit, 1.0)
                back = line._quantity_coming_back(product)
                allowed = own.to_leave(expected[line], back) + rounding
                if sum(mine.mapped("product_qty")) > allowed:
                    over |= mine
        return [move.picking_id.name or move.product_id.display_name for move in over]

    def _drafts_beyond(self, expected):
        """Names of the drafts of invoices that bill more of a line than is left of it.

        What has left stays billed until it is back.
        """
        lines = {line.id: line for line in expected}
        self.env.cr.execute(SQL(DRAFTS_OF_LINES, lines=tuple(lines)))
        return [
            self.env["account.move"].browse(draft_id).display_name
            for line_id, draft_id, quantity in self.env.cr.fetchall()
            if lines[line_id]._is_more(
                float(quantity), lines[line_id]._quantity_that_may_stay_billed()
            )
        ]
