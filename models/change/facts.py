from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...tools.change.matching import Line, match
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

    # -- Which lines a change means ---------------------------------------------------------------

    def _lines_of_change(self, items, lines=None):
        """The order lines that ``items`` of the marketplace's mean.

        :param items: :class:`~tools.inbound.changed_items.ChangedItem`
        :param lines: what :meth:`_lines_to_match` says of these items and others, if that is known
        :return: a :class:`~tools.change.matching.Matched`; its keys are order lines, its quantities
            are in the lines' own units
        """
        found = match(items, lines or self._lines_to_match(items))
        quantities = {line: line._in_own_unit(own) for line, own in found.quantities.items()}
        return found._replace(quantities=quantities)

    def _lines_to_match(self, items):
        """The lines of this order that ``items`` may mean, each as a
        :class:`~tools.change.matching.Line`. It takes long where there are many.
        """
        order = self.sudo()  # sudo: the marketplace's order, whatever a rule hides of its products
        lines = order._lines_sold()
        own = lines._skus_of_lines({item.sku for item in items})
        return [
            Line(
                line,
                (line.marketplace_line_id or "").strip() or None,
                own[line],
                line._in_pieces(line._quantity_wanted()),
            )
            for line in lines
        ]

    def _lines_sold(self):
        """The lines that the marketplace knows as items, of which something is still wanted."""
        return self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line == line._marketplace_line()
                and line._quantity_wanted() > NOTHING
                and line._is_marketplace_item()
            )
        )

    def _with_combos(self, quantities):
        """``quantities`` with those of the lines of which combos are made, in proportion."""
        result = dict(quantities)
        for line, quantity in quantities.items():
            share = quantity / line._quantity_wanted()
            for part in line._combo_lines():
                result[part] = part._quantity_wanted() * share
        return result

    def _is_all_of_order(self, quantities):
        """Whether nothing that was sold would be left without ``quantities``.

        Freight, fees, discounts, rewards, gifts and notes are nothing that was sold.

        :param quantities: ``{line: quantity in its unit}``
        """
        lines = self.sudo()._lines_sold()  # sudo: as above
        sold = lines.filtered(lambda line: line._is_owed_as_item()) or lines
        taken = {line.id: quantity for line, quantity in quantities.items()}
        return all(line._quantity_wanted() - taken.get(line.id, 0.0) <= NOTHING for line in sold)


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

    def _skus_of_lines(self, wanted):
        """``{line: the SKUs that it is known by}``, a frozenset.

        By the account's mapping; by internal reference and barcode only if the mapping finds no
        line for the SKUs ``wanted``.
        """
        skus = {line: {line._marketplace_item_sku()} - {""} for line in self}
        unknown = set(wanted).difference(*skus.values())
        for line in self:
            product = line.product_id
            skus[line] |= {product.default_code, product.barcode} & unknown
        return {line: frozenset(own) for line, own in skus.items()}

    def _unit_of_pieces(self):
        """The unit in which the marketplace counts, see `_marketplace_quantity` of invoices."""
        return self.product_uom_id if self._is_named_by_importer() else self.product_id.uom_id

    def _in_pieces(self, quantity):
        """``quantity`` of this line in pieces as the marketplace counts them."""
        unit = self._unit_of_pieces()
        return self.product_uom_id._compute_quantity(quantity, unit, round=False)

    def _in_own_unit(self, pieces):
        """So many ``pieces`` in the unit of this line."""
        return self._unit_of_pieces()._compute_quantity(pieces, self.product_uom_id, round=False)
