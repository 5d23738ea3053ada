from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SaleOrder(models.Model):
    """What the marketplace is promised by a confirmation: nothing of the order is left open."""

    _inherit = "sale.order"

    def _check_wholly_cancelled(self, pickings=()):
        """Refuse to report a success that is none.

        Asks the database: whatever a record rule hides, or another addon's override leaves out,
        would be shipped or billed although the marketplace was told otherwise.

        :param pickings: transfers that had to be cancelled with these orders
        :raise UserError: naming what is still open
        """
        if left := self._left_open(pickings):
            raise UserError(
                self.env._("%(documents)s could not be cancelled.", documents=", ".join(left))
            )

    def _left_open(self, pickings=()):
        """Names of these orders, and of their transfers and draft invoices, that are still open.

        What brings goods back is not counted, nor what is made: it goes to stock, and whoever makes
        it is asked (`sale_mrp` puts the order line on the moves of a manufacturing order).

        :param pickings: transfers that are looked at as well
        """
        self.env.flush_all()
        self.env.cr.execute(self._left_open_query(pickings))
        found = self.env.cr.fetchall()
        # sudo: the documents are only named
        orders, moves, invoices = (
            self.env[model].sudo().browse(id_ for kind, id_ in found if kind == model)
            for model in ("sale.order", "stock.move", "account.move")
        )
        moves = moves.filtered(
            lambda move: not move._is_return() and move.location_id.usage != "production"
        )
        alone = moves.filtered(lambda move: not move.picking_id)
        documents = (orders, moves.picking_id, invoices)
        return [
            *(document.display_name for records in documents for document in records),
            *alone.product_id.mapped("display_name"),
        ]

    def _left_open_query(self, pickings):
        orders = tuple(self.ids) or (None,)
        return SQL(
            """
            SELECT 'sale.order', id FROM sale_order WHERE id IN %(orders)s AND state <> 'cancel'
            UNION
            SELECT 'stock.move', move.id
              FROM sale_order_line line
              JOIN stock_move move ON move.sale_line_id = line.id
             WHERE line.order_id IN %(orders)s AND move.state NOT IN ('done', 'cancel')
            UNION
            SELECT 'stock.move', id
              FROM stock_move
             WHERE picking_id IN %(pickings)s AND state NOT IN ('done', 'cancel')
            UNION
            SELECT 'account.move', item.move_id
              FROM sale_order_line line
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
              JOIN account_move_line item ON item.id = rel.invoice_line_id
              JOIN account_move invoice ON invoice.id = item.move_id
             WHERE line.order_id IN %(orders)s
               AND invoice.state = 'draft' AND invoice.move_type = 'out_invoice'
            """,
            orders=orders,
            pickings=tuple(picking.id for picking in pickings) or (None,),
        )

    def _finish_cancellation(self, receipt):
        """Bring to an end what somebody cancelled here before the marketplace asked for it.

        What is still open is cancelled as well. That goods have left, or were billed, is for a
        person to see to: the marketplace gets its confirmation all the same (protocol, known issue
        1198719).
        """
        orders = self.sudo()  # sudo: replacements may be somebody else's orders
        orders |= orders.replacement_order_ids
        if orders._left_open():
            orders._cancel_wholly(dict.fromkeys(orders, receipt._as_cause()))
        if self._is_cancelled_at_marketplace():
            return  # it was seen to on account of an earlier request
        to_fetch = orders._goods_to_fetch()
        if to_fetch.quantities or to_fetch.doubtful or orders._is_invoiced():
            receipt._ask_responsible(
                self.env._("Cancelled here before the marketplace asked"),
                self.env._(
                    "%s was cancelled here already, but goods have left or were billed. See to "
                    "their return and to the credit note.",
                    self.name,
                ),
            )
