from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SaleOrder(models.Model):
    """What a marketplace's cancellation does to an order and its documents."""

    _inherit = "sale.order"

    fulfilment_claims = fields.Integer(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Counts who decided on, shipped or invoiced this order, see _claim_fulfilment.",
    )

    def _claim_fulfilment(self):
        """Exclude any other transaction that decides on, ships or invoices these orders.

        All of them write this one value. At REPEATABLE READ only one of two that run at once can
        commit; the other fails to serialize, is done again, and sees what the first has done. A
        mere lock would not do: whoever waited for it would go on with what it knew before.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE sale_order SET fulfilment_claims = COALESCE(fulfilment_claims, 0) + 1"
                    " WHERE id IN %s",
                    tuple(sorted(self.ids)),
                )
            )

    def _cancel_for_marketplace(self, receipt):
        """Cancel this order, its replacements and all their transfers that are not done.

        Goods that are picked are proposed to go back to stock, goods that have left to be returned,
        posted invoices to be credited. Everything says why on its chatter.

        :param receipt: the receipt on whose account this is done
        :raise UserError: if the order, or a transfer of it, cannot be cancelled
        """
        self.ensure_one()
        orders = self._with_replacements()
        # sudo: the endpoint's user is a salesperson; returns are warehouse documents and credit
        # notes accounting ones, and both are only proposed
        stranded = orders.sudo()._chain_moves()._stranded_quantities()
        shipped = orders.sudo()._shipped_moves()
        for order in orders:
            order._cancel_wholly(receipt)
        documents = self.env["stock.picking"].sudo()._propose_returns(stranded | shipped, receipt)
        orders.sudo()._credited_invoices()._draft_credit_notes(receipt)
        return documents

    def _cancel_wholly(self, receipt):
        """Cancel one order with all its open transfers, in all steps, or raise.

        Goes through the public :meth:`action_cancel`, so that every addon's part of a cancellation
        runs. A locked order is unlocked first: the decision has taken the lock into account.
        """
        chain = self._chain_moves().filtered(lambda move: move._is_open() and not move._is_return())
        pickings = self.picking_ids.filtered(
            lambda picking: picking._is_open() and not picking._is_return()
        )
        pickings = (pickings | chain.picking_id)._leave_to_other_orders(self)
        if self.locked:
            self.action_unlock()
        # sudo: Odoo cancels draft invoices with the order, but reads payments on the way, which
        # needs more rights than a salesperson has
        self.sudo().invoice_ids.filtered(lambda move: move.state == "draft").button_cancel()
        self.with_context(marketplace_receipt_id=receipt.id).action_cancel()
        # Odoo leaves earlier steps of a pulled chain open unless stock.cancel_moves_origin is set.
        chain.filtered(lambda move: move._is_open())._action_cancel()
        self._check_wholly_cancelled(pickings)
        text = receipt._describe()
        self._message_log_batch(bodies=dict.fromkeys(self.ids, text))
        pickings._message_log_batch(bodies=dict.fromkeys(pickings.ids, text))

    def _chain_moves(self):
        """Moves of any step, with an order line or without, that serve these orders alone.

        Only the warehouse's own steps: what suppliers or the shop floor bring goes to stock.
        """
        moves = self.order_line.move_ids
        return moves.browse(moves._rollup_move_origs()).filtered(
            lambda move: (
                move.picking_type_id.code in ("internal", "outgoing")
                and not move._serves_other_orders(self)
            )
        )

    def _check_wholly_cancelled(self, pickings):
        """Refuse to report a success that is none."""
        still_open = pickings.filtered(lambda picking: picking._is_open())
        if self.state != "cancel" or still_open:
            raise UserError(
                self.env._(
                    "%(documents)s could not be cancelled.",
                    documents=", ".join([self.name, *still_open.mapped("name")]),
                )
            )

    def _shipped_moves(self):
        """``{done move to the customer: quantity not returned yet}``, in the move's unit."""
        shipped = {}
        for move in self.order_line.move_ids:
            if move.state != "done" or move.location_dest_id.usage != "customer":
                continue
            back = move.returned_move_ids.filtered(lambda back: back.state != "cancel")
            left = move.quantity - sum(
                back.product_uom._compute_quantity(
                    back.quantity if back.state == "done" else back.product_uom_qty,
                    move.product_uom,
                )
                for back in back
            )
            if move.product_uom.compare(left, 0.0) > 0:
                shipped[move] = left
        return shipped

    def _credited_invoices(self):
        """Posted invoices that nothing has credited yet."""
        return self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and not move.reversal_move_ids.filtered(lambda credit: credit.state != "cancel")
            )
        )
