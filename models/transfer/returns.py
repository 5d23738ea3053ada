from collections import defaultdict

from odoo import api, fields, models


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
    return_order_id = fields.Many2one(
        "sale.order",
        "Return for Cancelled Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The marketplace's order that the seller cancelled unasked: its cancellation made "
        "this return necessary.",
    )

    def _propose_returns(self, to_fetch, cause):
        """Propose the transfers that bring goods back because of ``cause``.

        Where it is not certain what lies there, a person is asked to look.

        :param to_fetch: the :class:`~.ToFetch` of its orders
        :return: the new transfers, draft or ready as the account wants it
        """
        by_picking = defaultdict(dict)
        for move, quantity in to_fetch.quantities.items():
            by_picking[move.picking_id][move] = quantity
        returns = self.browse()
        for picking, quantities in by_picking.items():
            if picking and picking._can_return():
                returns |= picking._copy_as_return(quantities, cause)
            else:
                for move, quantity in quantities.items():
                    returns |= move._create_plain_return(quantity, cause)
        for back in returns:
            back._announce_return(cause)
        if to_fetch.doubtful:
            cause.order._ask_where_goods_are(to_fetch.doubtful, cause)
        return returns

    def _copy_as_return(self, quantities, cause):
        """The return of this transfer as Odoo's own wizard makes it, with the chain of moves.

        :param quantities: ``{move of it: quantity in the product's unit}``
        """
        self.ensure_one()
        wizard = self.env["stock.return.picking"].create({"picking_id": self.id})
        lines = wizard.product_return_moves.filtered(lambda line: line.move_id in quantities)
        values = wizard._prepare_picking_default_values()
        values.update(self._return_destination(), **self._values_of_return(cause), user_id=False)
        back = self.copy(values)
        for line in lines:
            before = back.move_ids
            line.quantity = quantities[line.move_id]
            line._process_line(back)
            (back.move_ids - before).write(line.move_id._quantity_values(line.quantity))
        if hasattr(wizard, "_reset_carrier_id"):  # stock_delivery: what comes back is not sent
            wizard._reset_carrier_id(back)
        return back

    def _announce_return(self, cause):
        """Make this return ready if the account wants it, and say on it why it is there."""
        if cause.account.return_state == "ready":
            self.action_confirm()
            self.action_assign()
        names = {
            "picking": ", ".join(self.return_id.mapped("name")) or self.origin,
            "marketplace": cause.account.name,
            "order": cause.order.marketplace_order_id,
        }
        if cause.receipt:
            text = self.env._(
                "Brings back what %(picking)s moved: %(marketplace)s cancelled order %(order)s.",
                **names,
            )
        else:
            text = self.env._(
                "Brings back what %(picking)s moved: %(marketplace)s's order %(order)s was "
                "cancelled here.",
                **names,
            )
        self._message_log(body=text)

    @api.model
    def _values_of_return(self, cause):
        """What a return says of the cancellation that made it necessary."""
        if cause.receipt:
            return {"return_receipt_id": cause.receipt.id}
        return {"return_order_id": cause.order.id}

    def _returned_order(self):
        """The order because of whose cancellation this return was proposed, empty for others."""
        return self.return_receipt_id.sale_order_id or self.return_order_id

    def _return_destination(self):
        """Goods from any of the warehouse's own steps go all the way back to stock."""
        stock = self.picking_type_id.warehouse_id.lot_stock_id
        if self.location_dest_id.usage != "internal" or self.location_id._child_of(stock):
            return {}
        return {"location_dest_id": stock.id}
