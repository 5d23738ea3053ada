from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.fields import Command

from ...tools.cause import message_of_return
from ...tools.goods import AT_CUSTOMER
from ..base.quantities import in_unit, of_product


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
        "Return for the Seller",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The marketplace's order that the seller cancelled unasked, or took a part out of: "
        "that made this return necessary.",
    )

    def _propose_returns(self, to_fetch, cause):
        """Propose the transfers that bring goods back because of ``cause``.

        Where it is not certain what lies there, a person is asked to look.

        :param to_fetch: the :class:`~tools.goods.ToFetch` of its orders
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
        wizard = self.env["stock.return.picking"].create({"picking_id": self.id})
        lines = wizard.product_return_moves.filtered(lambda line: line.move_id in quantities)
        values = wizard._prepare_picking_default_values() | self._values_of_return(cause)
        stock = self.picking_type_id.warehouse_id.lot_stock_id
        if self.location_dest_id.usage == "internal" and not self.location_id._child_of(stock):
            values["location_dest_id"] = stock.id  # a step of several: all the way back
        back = self.copy(values | {"user_id": False})
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
        returned = ", ".join(self.return_id.mapped("name")) or self.origin
        self._message_log(body=message_of_return(self.env, cause, returned))

    @api.model
    def _values_of_return(self, cause):
        """What a return says of the cancellation that made it necessary."""
        if cause.receipt:
            return {"return_receipt_id": cause.receipt.id}
        return {"return_order_id": cause.order.id}

    def _describe_coming_back(self):
        """What these returns bring back, a line for each; those that were cancelled bring nothing.

        ``WH/IN/00004 (Ready): 2 × Cotton Tote Bag``
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        return "\n".join(
            f"{back.display_name} ({labels[back.state]}): "
            + ", ".join(
                of_product(move.product_uom_qty, move.product_uom, move.product_id)
                for move in back.move_ids
                if move.state != "cancel"
            )
            for back in self
            if back.state != "cancel"
        )

    def _returned_order(self):
        """The order because of whose cancellation this return was proposed, empty for others."""
        return self.return_receipt_id.sale_order_id or self.return_order_id


class StockMove(models.Model):
    _inherit = "stock.move"

    def _create_plain_return(self, quantity, cause):
        """A return of this done move alone, of so much in the product's unit."""
        place = self.location_dest_id
        warehouse = place.warehouse_id or self.warehouse_id or cause.order.warehouse_id
        kind = warehouse.in_type_id if place.usage == "customer" else warehouse.int_type_id
        route = {"location_id": place.id, "location_dest_id": warehouse.lot_stock_id.id}
        move = {
            **route,
            **self._quantity_values(quantity),
            "product_id": self.product_id.id,
            "sale_line_id": self.sale_line_id.id,
            "origin_returned_move_id": self.id,
            "move_orig_ids": [Command.link(self.id)],
        }
        return self.env["stock.picking"].create(
            {
                **route,
                "picking_type_id": kind.id,
                "origin": cause.order.name,
                **self.env["stock.picking"]._values_of_return(cause),
                "move_ids": [Command.create(move)],
            }
        )

    def _quantity_values(self, quantity):
        """``quantity``, in the product's unit, in this move's if that is exact."""
        own, unit = self.product_id.uom_id, self.product_uom
        converted = own._compute_quantity(quantity, unit, rounding_method="HALF-UP")
        if own.compare(unit._compute_quantity(converted, own), quantity) == 0:
            return {"product_uom": unit.id, "product_uom_qty": converted}
        return {"product_uom": own.id, "product_uom_qty": quantity}

    def _get_available_move_lines(self, assigned_moves_ids, partially_available_moves_ids):
        """Have a return take the lots, packages and owners that lie there for its order."""
        available = super()._get_available_move_lines(
            assigned_moves_ids, partially_available_moves_ids
        )
        # sudo: a user who reserves goods need see neither the receipt nor the order
        order = self.picking_id.sudo()._returned_order()
        if not order:
            return available
        own = self.sudo()._lying_for(order | order.replacement_order_ids)
        if self.location_id.usage == "customer":  # each return has the lots of its delivery
            brought = Counter()
            for line in self.sudo().origin_returned_move_id.move_line_ids:
                key = (self.location_id, line.lot_id, line.result_package_id, line.owner_id)
                brought[key] += line.quantity_product_uom
            own = {key: min(quantity, brought[key]) for key, quantity in own.items()}
        return {key: quantity for key, quantity in own.items() if quantity > 0}

    def _lying_for(self, orders):
        """What lies for ``orders`` where this move takes its goods.

        :return: ``{(location, lot, package, owner): quantity}``, in the product's unit
        """
        found, place = {}, self.location_id
        for spot, there in orders._left_lying(but_for=self).items():
            if spot.product == self.product_id.id and self._takes_from(spot.location):
                kind = (
                    place if spot.location == AT_CUSTOMER else place.browse(spot.location),
                    self.env["stock.lot"].browse(spot.lot),
                    self.env["stock.package"].browse(spot.package),
                    self.env["res.partner"].browse(spot.owner),
                )
                found[kind] = there.sure
        return found

    # -- Returns of goods that never left ---------------------------------------------------------

    def _may_be_excess(self):
        """Whether this is an open return that nobody has begun with, and that waits for no other
        move to bring its goods.

        What comes back for a line of negative quantity, an exchange, is another order's.
        """
        return (
            self._is_open()
            and self._is_return()
            and not self.picked
            and self.sale_line_id.product_uom_qty >= 0
            and (self.location_id.usage == "customer" or not self.move_orig_ids)
        )

    def _take_what_is_there(self, left):
        """How much of what this return expects is there, in the product's unit.

        :param left: ``{spot: quantity}`` in the products' units, of which it is taken off
        """
        quantity = 0.0
        for spot in left:
            if spot.product == self.product_id.id and self._takes_from(spot.location):
                taken = min(left[spot], self.product_qty - quantity)
                left[spot] -= taken
                quantity += taken
        return quantity

    def _cut_return(self, quantity):
        """Expect ``quantity`` of the goods, in the product's unit, and say why on the transfer."""
        unit = self.product_id.uom_id
        self.picking_id._message_log(
            body=self.env._(
                "%(product)s: %(quantity)s expected instead of %(before)s; the rest never left.",
                product=self.product_id.display_name,
                quantity=in_unit(quantity, unit),
                before=f"{self.product_qty:g}",
            )
        )
        if unit.is_zero(quantity):
            self._action_cancel()
            return
        waiting = self.state != "draft"
        self.write(self._quantity_values(quantity))
        if waiting:
            self._action_assign()
