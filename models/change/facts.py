from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...tools.change.queries import COMMITTED_FOR_LINES
from ...tools.decision import Facts, Shipped
from ...tools.goods import AT_CUSTOMER, ELSEWHERE, NOTHING


class SaleOrder(models.Model):
    """How far work on the lines of a change has got: the facts on which it is decided."""

    _inherit = "sale.order"

    def _facts_of_part(self, quantities):
        """The :class:`~tools.decision.Facts` for taking ``quantities`` out of this order.

        They mean what they mean for the whole of an order, but for these lines alone; if nothing
        would be left they are those of the whole. The window of the shopper is the request's
        affair, and is not looked at.

        :param self: the order, or none if it is not known
        :param quantities: ``{line: quantity in its unit}``; empty if nobody knows which are meant
        """
        # sudo: the facts span documents that nobody needs to see for it; they are only counted
        order = self.sudo()
        if not order._with_replacements():
            return Facts(order_known=bool(order), order_cancelled=bool(order))
        if order in order._untouched_with_moves():
            return Facts(order_known=True)
        if order._is_all_of_order(quantities):
            return order._facts_of_whole()
        part = order._with_combos({line.sudo(): taken for line, taken in quantities.items()})
        goods = order.order_line.browse().concat(*part)._goods_of_lines()
        return Facts(
            order_known=True,
            shipped=order._shipped_state_of(part, goods),
            picking=any(
                line._is_picking_started_for(taken, goods[line]) for line, taken in part.items()
            ),
            invoiced=bool(order._billed_beyond(part)),
            locked=order.locked,
            committed=order._is_committed_to(part),
            **order._what_was_said(),
        )

    def _facts_of_whole(self):
        """The facts for cancelling this order, by any request."""
        account = self._marketplaces_own().marketplace_account_id
        receipt = self.env["marketplace.cancellation.receipt"].new({"account_id": account.id})
        return self._cancellation_facts(receipt, self.browse(), untouched={})

    def _shipped_state_of(self, part, goods):
        """How much of ``part`` has left: nothing if enough of each line is still here."""
        stays = missing = 0.0
        for line, taken in part.items():
            if not line._is_goods():
                continue
            left = line._units_left(goods[line])
            inside = min(taken, max(line._quantity_wanted() - left, 0.0))
            stays += inside
            missing += max(taken - inside, 0.0)
        if missing <= NOTHING:
            return Shipped.NOTHING
        return Shipped.PARTLY if stays > NOTHING else Shipped.FULLY

    # -- What was done for these lines ------------------------------------------------------------

    def _is_committed_to(self, part):
        """Whether something was done for the lines of ``part`` that stays when it goes."""
        lines = self.order_line.browse().concat(*part)
        bought = self._purchases_of(lines)
        return (
            any(order.state in ("to approve", "purchase", "done") for order in bought)
            or any(
                line._is_more(line.qty_delivered, line._quantity_wanted() - taken)
                for line, taken in part.items()
                if not (line._is_goods() or line._is_delivery())
            )
            or bool(self._commitments_to(lines))
        )

    def _purchases_of(self, lines):
        """The purchases for ``lines``; those of which nobody knows the line are for all."""
        if not hasattr(self, "_get_purchase_orders"):
            return ()
        bought = self._get_purchase_orders()
        return bought - ((self.order_line - lines)._purchases() - lines._purchases())

    def _commitments_to(self, lines):
        """What of :meth:`_signs_of_commitment` holds for ``lines``, or for the order as a whole."""
        signs = self._signs_of_commitment()
        holds = SQL(", ").join(SQL("bool_or(%s)", sign) for sign in signs.values())
        self.env.flush_all()
        ids = tuple(lines.ids) or (None,)
        self.env.cr.execute(SQL(COMMITTED_FOR_LINES, holds=holds, order=self.id, lines=ids))
        return [sign for sign, holds in zip(signs, self.env.cr.fetchone(), strict=True) if holds]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _purchases(self):
        """The purchase orders that are known to be for these lines; none without such a module."""
        if "purchase.order" not in self.env:
            return ()
        moves = self._own_moves()
        orders = self.env["purchase.order"]
        if "created_purchase_line_ids" in moves._fields:
            orders |= (moves.created_purchase_line_ids | moves.purchase_line_id).order_id
        lines = self.env["purchase.order.line"]
        if "sale_line_id" in lines._fields:
            orders |= lines.search([("sale_line_id", "in", self.ids)]).order_id
        return orders

    def _is_picking_started_for(self, taken, goods):
        """Whether less of this line is still untouched in stock than is ``taken`` out.

        :param goods: what :meth:`_goods_of_lines` says of it
        """
        if not self._is_goods():
            return False
        handled = self._quantities_handled()
        for product, own in goods.items():
            inside = own.to_leave(self._quantity_wanted())
            free = inside - own.between - handled[product]
            if min(taken * own.per_unit, inside) - free > NOTHING:
                return True
        return False

    def _quantities_handled(self):
        """``{product: quantity}`` in stock that somebody has picked, or is about to."""
        handled = defaultdict(float)
        for move in self._open_outward():
            if move.location_id._goods_key() not in (ELSEWHERE, AT_CUSTOMER):
                continue  # it stands between stock and customer
            if move.picking_id._is_being_worked_on():
                handled[move.product_id] += move.product_qty
            else:
                handled[move.product_id] += sum(
                    line.quantity_product_uom
                    for line in move.move_line_ids
                    if line._is_handled() or move.picked
                )
        return handled

    def _open_outward(self):
        """The open moves, of any step, that bring goods of these lines nearer to the customer."""
        return self._own_moves().filtered(lambda move: move._is_open() and move._is_outward())
