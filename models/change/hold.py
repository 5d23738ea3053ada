from odoo import api, models
from odoo.fields import Domain

from ...tools.change.notices import text_of_held_lines
from ...tools.states import PART_OPEN

#: Changes that are not settled. A change that failed, and that a person has marked as resolved, no
#: longer holds anything.
OPEN_CHANGES = (
    Domain("kind", "=", "part")
    & Domain("state", "in", PART_OPEN)
    & (Domain("state", "!=", "part_failed") | Domain("resolved_at", "=", False))
)


class SaleOrder(models.Model):
    """Lines of which nothing may leave as long as a change that concerns them is open."""

    _inherit = "sale.order"

    def _has_open_change(self, found=None):
        """The receipts of the changes of these orders that are not settled, oldest first.

        :param found: what ``_to_tell`` of receipts finds for them, if that was asked just now
        """
        # sudo: what an order's marketplace wants concerns everybody who ships or invoices it
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        named = self.sudo()._of_marketplaces()
        named = (named | named.replaced_order_id).filtered("marketplace_order_id")
        if not named:
            return receipts
        if found is None:
            found = receipts.search_fetch(receipts._domain_named(named, PART_OPEN) & OPEN_CHANGES)
        found = found.filtered_domain(OPEN_CHANGES).sorted("id")
        known = {(order.marketplace_account_id, order.marketplace_order_id) for order in named}
        return found.filtered(lambda own: (own.account_id, own.marketplace_order_id) in known)

    def _lines_on_hold(self, found=None):
        """``{order line: receipt}`` of the lines of which nothing may leave, whichever step it is.

        As long as nobody has looked at a change, or several lines may be meant, these are all
        lines.

        :param found: as for :meth:`_has_open_change`
        """
        held = {}
        for receipt in self._has_open_change(found):
            orders = self.filtered(
                lambda order, receipt=receipt: order._marketplaces_own()._is_of(receipt)
            )
            own = receipt.change_line_ids.sale_line_id
            lines = orders.with_prefetch(self.ids).order_line
            concerned = (lines & own) if receipt._are_lines_known() else lines
            if orders.filtered("replaced_order_id"):
                # what is taken out of an order is taken out of what delivers it once more
                concerned |= lines.filtered(lambda line, own=own: line.product_id in own.product_id)
            held |= {line: receipt for line in concerned if line not in held}
        return held

    def _requests_open(self):
        """Changes of what is in the order, too."""
        found = super()._requests_open()
        for receipt in self._has_open_change():
            for order in self.filtered(lambda own, receipt=receipt: own._is_of(receipt)):
                found.setdefault(order, receipt._hold_text())
        return found


class StockMove(models.Model):
    """Goods of lines that a change concerns stay until it is settled."""

    _inherit = "stock.move"

    def _check_may_leave(self, supplied=None):
        """Raise also if more would leave than is wanted since a part was taken out."""
        if supplied is None:
            # sudo: a user who moves goods need not see orders
            supplied = self.sudo().filtered(lambda move: move._is_open())._orders_supplied()
        result = super()._check_may_leave(supplied)
        if supplied:
            self._check_no_more_leaves_than_wanted(supplied)
        return result

    @api.model
    def _reasons_to_stay(self, supplied):
        """Goods of a line that an open change concerns stay, too."""
        reasons = super()._reasons_to_stay(supplied)
        moves = self.browse().sudo().concat(*supplied)  # sudo: as above
        orders = moves.env["sale.order"].union(*supplied.values())
        held = orders._lines_on_hold() if orders else {}
        if not held:
            return reasons
        stopped = moves._with_goods_to_go()._held_by_changes(held, supplied)
        for move, line in stopped.items():
            document = move.picking_id.name or move.reference or move.display_name
            together = line.browse().union(
                *(
                    own
                    for other, own in stopped.items()
                    if (other.picking_id, held[own]) == (move.picking_id, held[line])
                )
            )
            reasons.setdefault(move, held[line]._hold_text_of_lines(together, document))
        return reasons

    def _held_by_changes(self, held, supplied=None):
        """``{move: an order line on hold that it brings goods for}`` of those of these moves that
        bring some.

        :param held: what :meth:`_lines_on_hold` of orders says
        :param supplied: what :meth:`_orders_supplied` says of the moves, if that was asked just now
        """
        if not held:
            return {}
        lines = self.env["sale.order.line"].sudo().concat(*held)  # sudo: as above
        by_lines = {move: move._lines_supplied() for move in self}
        if supplied is None:
            supplied = self.filtered(lambda move: not by_lines[move])._orders_supplied()
        stopped = {}
        for move, known in by_lines.items():
            # a transfer by hand, for an order but for no line: its products say which lines
            own = known or supplied.get(move, lines.order_id.browse()).order_line.filtered(
                lambda line, move=move: (
                    move.product_id in line.product_id | line.move_ids.product_id
                )
            )
            if found := own & lines:
                stopped[move] = found[0]
        return stopped

    def _with_goods_to_go(self):
        """Those of these moves that bring something: Odoo leaves what is not picked, if anything
        is.
        """
        filled = self.filtered(lambda move: move.product_uom.compare(move.quantity, 0) > 0)
        return filled.filtered("picked") or filled

    def _lines_supplied(self):
        """The order lines that this move brings goods for, by itself or by its later steps."""
        return self.sale_line_id or self.browse(self._rollup_move_dests()).sale_line_id


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    def _are_lines_known(self):
        """Whether it is known which lines this change may concern, which may be none."""
        taken = self.change_line_ids.filtered(lambda own: own.kind == "remove")
        is_looked_at = bool(self.change_line_ids) or not self._change().has_content
        return is_looked_at and all(own.sale_line_id for own in taken)

    def _hold_text_of_lines(self, lines, document):
        """Why nothing of ``lines`` may leave by a transfer, and what to do."""
        text = text_of_held_lines(
            self.env,
            document,
            self.account_id.name,
            self.marketplace_order_id,
            ", ".join(lines.product_id.mapped("display_name")),
        )
        return " ".join(filter(None, (text, self._who_decides())))
