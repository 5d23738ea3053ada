from collections import defaultdict

from odoo import fields, models


class StockPicking(models.Model):
    """Goods that a cancellation leaves where they do not belong, and their way back."""

    _inherit = "stock.picking"

    return_receipt_id = fields.Many2one(
        "marketplace.cancellation.receipt",
        "Return for Cancellation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The cancellation that made this return necessary.",
    )

    def _propose_returns(self, quantities, receipt):
        """Propose the transfers that bring goods back because of ``receipt``.

        Made with Odoo's own return wizard, so that lots, packages and the chain of moves are kept.

        :param quantities: ``{done move: quantity}``, in the move's unit
        :return: the new transfers, draft or ready as the account wants it
        """
        by_picking = defaultdict(dict)
        for move, quantity in quantities.items():
            by_picking[move.picking_id][move] = quantity
        returns = self.browse()
        for picking, moves in by_picking.items():
            returns |= picking._propose_return(moves, receipt)
        return returns

    def _propose_return(self, quantities, receipt):
        self.ensure_one()
        wizard = self.env["stock.return.picking"].create({"picking_id": self.id})
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.move_id, 0.0)
        values = wizard._prepare_picking_default_values()
        values.update(self._return_destination(), return_receipt_id=receipt.id, user_id=False)
        back = self.copy(values)
        for line in wizard.product_return_moves:
            line._process_line(back)
        if hasattr(wizard, "_reset_carrier_id"):  # stock_delivery: what comes back is not sent
            wizard._reset_carrier_id(back)
        if receipt.account_id.return_state == "ready":
            back.action_confirm()
            back.action_assign()
        back._message_log(
            body=self.env._(
                "Brings back what %(picking)s moved: %(marketplace)s cancelled order %(order)s.",
                picking=self.name,
                marketplace=receipt.account_id.name,
                order=receipt.marketplace_order_id,
            )
        )
        return back

    def _return_destination(self):
        """Goods from any of the warehouse's own steps go all the way back to stock."""
        stock = self.picking_type_id.warehouse_id.lot_stock_id
        if self.location_dest_id.usage != "internal" or self.location_id._child_of(stock):
            return {}
        return {"location_dest_id": stock.id}
