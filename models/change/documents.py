from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.change.notices import text_of_part_letters


class StockPicking(models.Model):
    """What transfers and their slips tell of changes of the orders that they are for."""

    _inherit = "stock.picking"

    @api.depends("sale_id.seller_part_ids")
    def _compute_marketplace_notice(self):
        return super()._compute_marketplace_notice()

    def _fill_marketplace_notice(self):
        """A notice on the whole order counts for more than one on a part of it."""
        found = super()._fill_marketplace_notice()
        # sudo: it concerns everybody who sees the transfer, and stock users see no orders
        orders = self.sudo()._origin._own_orders()
        settled = found._changes_to_tell(orders)
        held = orders._lines_on_hold(found)
        parts = (orders | orders.replaced_order_id).seller_part_ids
        stopped = {}
        if held:
            stopped = self.sudo()._origin._moves_that_leave()._held_by_changes(held)
        for picking in self if settled or held or parts else ():
            own = picking.sudo()._origin
            if sent_back := own.return_order_id._parts_sent_back_for():
                picking._tell_of_goods_coming_back(sent_back)
            if not own._is_open() or own._is_return():
                continue
            outward, its_orders = own._moves_that_leave(), own._own_orders()
            told = [settled[order] for order in its_orders if order in settled]
            if outward and told:
                changes = found.browse().union(*told)._newest_first()
                picking._add_notice_of_settled_changes(changes.with_prefetch(found.ids))
            if outward:
                taken_out = (its_orders | its_orders.replaced_order_id).seller_part_ids
                picking._add_notice_of_seller_parts(taken_out.with_prefetch(parts.ids))
            if moves := outward.filtered(lambda move: move in stopped):
                names = moves.product_id.mapped("display_name")
                changes = found.browse().union(*(held[stopped[move]] for move in moves))
                picking._add_notice_of_open_changes(changes, names, moves == outward)
        return found

    def _check_not_cancelled(self):
        """A transfer that is cancelled because all of it was taken out of its order says so."""
        result = super()._check_not_cancelled()
        cancelled = self.sudo().filtered(lambda own: own.state == "cancel")  # sudo: as above
        if not cancelled:
            return result
        receipts = self.env["marketplace.cancellation.receipt"].sudo()  # sudo: as above
        orders = cancelled.move_ids.sale_line_id.order_id
        settled = receipts._to_tell(orders)._changes_to_tell(orders)
        for picking in cancelled:
            lines = picking.move_ids.sale_line_id
            changes = receipts.union(*(settled.get(order, receipts) for order in lines.order_id))
            changes = changes.filtered(
                lambda own, lines=lines: own.change_line_ids.sale_line_id & lines
            )
            parts = lines.seller_part_ids
            if headline := changes._telling_of_settled()[1] or (parts and parts._telling()[0]):
                text = self.env._("%(picking)s: %(why)s", picking=picking.name, why=headline)
                raise UserError(text)
        return result

    def _telling(self, notable):
        """What comes back since a part was taken out says so: its order is not cancelled."""
        receipt = self.return_receipt_id
        if receipt.kind == "part" and not receipt.is_whole_after_all:
            return "part", receipt
        return super()._telling(notable)

    def _moves_that_leave(self):
        """The open moves that bring goods nearer to a customer."""
        return self.move_ids.filtered(lambda move: move._is_open() and move._is_outward())

    def _names_on_hold(self):
        """``(names of goods that wait for a change, whether nothing else leaves)``."""
        own = self.sudo()  # sudo: as above
        outward = own._moves_that_leave()
        stopped = outward._held_by_changes(own._own_orders()._lines_on_hold())
        moves = outward.browse().concat(*stopped)
        return moves.product_id.mapped("display_name"), moves == outward

    @api.model
    def _search_marketplace_hold(self, operator, value):
        """What is on hold in part is found, too."""
        free = super()._search_marketplace_hold(operator, value)
        if free is NotImplemented:
            return free
        # sudo: as above
        changing = self.env["marketplace.cancellation.receipt"].sudo()._domain_changing()
        orders = self.env["sale.order"].sudo()._search(changing, active_test=False)
        of_these = Domain("sale_id", "in", orders) | Domain(
            "move_ids.sale_line_id.order_id", "in", orders
        )
        still_open = Domain("state", "not in", ("done", "cancel"))
        found = self.sudo().search(still_open & of_these).filtered("marketplace_hold")
        return free & Domain("id", "not in", found.ids)

    def _notice_in_large_letters(self, for_customer=False):
        kind = self.marketplace_notice_kind
        if kind in ("part_hold", "part_hold_all"):
            names, is_all = self._names_on_hold()
            return text_of_part_letters(self.env, ", ".join(names), is_all)
        if kind == "part" and not for_customer:
            return self.env._("CHANGED")
        return super()._notice_in_large_letters(for_customer)

    def action_view_changes(self):
        """Open the changes because of which this transfer is on hold in part."""
        self.check_access("read")
        # sudo: as above
        return self._open_changes(self.sudo()._own_orders()._has_open_change())
