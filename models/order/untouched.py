from odoo import models
from odoo.tools import SQL

from ...tools.states import CONFIRMED, HOLDING
from .commitment_signs import exists


class SaleOrder(models.Model):
    """Orders that nobody has begun to work on: most of those that a marketplace cancels."""

    _inherit = "sale.order"

    def _untouched(self, asked_by=()):
        """Those of ``self`` that are as they were when they were confirmed, or before it.

        Nothing is picked, done, invoiced, paid, bought, made or served; no earlier or later step
        and no other order shares their transfers; no other cancellation or call to the marketplace
        is open. All facts about such an order are known (:meth:`_cancellation_facts`), and it takes
        nothing but Odoo's own cancellation to cancel it. Asked with one query for all, where the
        facts of each would take two dozen. When in doubt an order is not among them.

        :param asked_by: receipts that are known to be open
        :return: ``{order: its moves that are not done}``
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(self._untouched_query([receipt.id for receipt in asked_by]))
        moves = {
            self.browse(order_id): self.env["stock.move"].browse(move_ids or [])
            for order_id, move_ids in self.env.cr.fetchall()
        }
        involved = self.browse().concat(*moves)
        if involved._may_have_documents_upstream():
            for order in involved:
                if order.sudo()._has_documents_upstream():  # sudo: purchases are only looked for
                    del moves[order]
        return moves

    def _untouched_query(self, asked_by):
        # Few joins: to plan this query takes far longer than to run it.
        return SQL(
            """
            SELECT sale.id, array_agg(move.id) FILTER (WHERE move.state <> 'cancel')
              FROM sale_order sale
              LEFT JOIN sale_order_line line ON line.order_id = sale.id
              LEFT JOIN stock_move move ON move.sale_line_id = line.id
             WHERE sale.id IN %s
               AND sale.state <> 'cancel'
               AND sale.replaced_order_id IS NULL
               AND NOT COALESCE(sale.locked, FALSE)
             GROUP BY sale.id
            HAVING NOT COALESCE(bool_or(%s), FALSE)
            """,
            tuple(self.ids),
            SQL(" OR ").join([*self._signs_of_work(), *self._signs_of_talk(asked_by)]),
        )

    def _signs_of_talk(self, asked_by):
        """Conditions of which one holds if the marketplace was told something of the order, or more
        is to be settled with it.

        :param asked_by: IDs of receipts that do not count
        """
        return [
            SQL("sale.is_kept_open OR sale.cancelled_at_marketplace"),
            exists(
                "marketplace_cancellation_receipt receipt",
                """
                receipt.sale_order_id = sale.id AND receipt.id <> ALL(%s)
                AND (receipt.state IN %s OR receipt.decision = 'refuse')
                """,
                asked_by,
                (*HOLDING, *CONFIRMED),
            ),
            exists(
                "marketplace_cancellation_receipt receipt",
                """
                receipt.account_id = sale.marketplace_account_id
                AND receipt.marketplace_order_id = sale.marketplace_order_id
                AND receipt.state = 'waiting' AND receipt.id <> ALL(%s)
                """,
                asked_by,
            ),
            exists(
                "marketplace_outbound_call call",
                """
                call.sale_order_id = sale.id
                AND (
                    call.state = 'waiting'
                    OR call.kind = 'cancel'
                    AND (call.state = 'sent' OR call.last_attempt_at IS NOT NULL)
                )
                """,
            ),
        ]

    def _signs_of_work(self):
        """Conditions of which one holds if somebody has begun to work on the order: on ``sale``,
        a ``line`` of it and a ``move`` of that.

        Addons that override :meth:`_cancellation_facts` add what they look at.
        """
        signs = [
            SQL("move.state = 'done'"),
            SQL("move.picked"),
            SQL("move.origin_returned_move_id IS NOT NULL"),
            SQL("line.qty_delivered > 0"),  # services, too, and whatever no move explains
            SQL("line.qty_invoiced > 0"),  # at a point of sale, say
            exists(  # something comes back, for a line of negative quantity say
                "stock_location source",
                "source.id = move.location_id AND source.usage = 'customer'",
            ),
            exists("stock_move_line taken", "taken.move_id = move.id AND taken.picked"),
            exists("stock_move_move_rel step", "step.move_orig_id = move.id"),
            exists("stock_move_move_rel step", "step.move_dest_id = move.id"),
            exists("sale_order_line_invoice_rel invoiced", "invoiced.order_line_id = line.id"),
            exists("sale_order_transaction_rel paid", "paid.sale_order_id = sale.id"),
            exists("sale_order other", "other.replaced_order_id = sale.id"),
            exists(  # others whom the transfer serves as well
                """
                stock_move other
                LEFT JOIN sale_order_line served ON served.id = other.sale_line_id
                """,
                "other.picking_id = move.picking_id AND served.order_id IS DISTINCT FROM sale.id",
            ),
        ]
        if "batch_id" in self.env["stock.picking"]._fields:
            batch = "picking.id = move.picking_id AND picking.batch_id IS NOT NULL"
            signs.append(exists("stock_picking picking", batch))
        return [*signs, *self._signs_of_commitment().values()]

    def _may_have_documents_upstream(self):
        """Whether purchases or manufacturing are installed, so that orders may have caused some."""
        return (
            hasattr(self, "_get_purchase_orders")
            or "mrp_production_ids" in self._fields
            or "created_purchase_line_ids" in self.env["stock.move"]._fields
        )
