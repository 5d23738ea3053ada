from odoo import api, models
from odoo.exceptions import UserError

from ...tools.goods import NOTHING
from ...tools.inbound.bulk_texts import lines_in_short

#: What tells how much a done line has brought, and where to.
_WHAT_AND_WHERE = {"quantity", "product_uom_id", "location_id", "location_dest_id"}


class StockMove(models.Model):
    """Goods on hold, and goods of a cancelled order, stay, in whatever way they are moved."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Bring no goods nearer to the customer that must not leave.

        Every way to do a transfer ends here: the button, batches, other addons, jobs.
        """
        moves = self.sudo()  # sudo: a user who moves goods need not see orders
        moves._claim_and_check(moves.filtered(lambda move: move._is_open()))
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _claim_and_check(self, leaving):
        """Exclude others who decide on the orders of these moves, and raise if they must not leave.

        :param leaving: those of these moves that leave, or have left more
        """
        supplied = leaving._orders_supplied()
        orders = self.sale_line_id.order_id.union(*supplied.values())
        orders._of_marketplaces()._claim_fulfilment()
        self._check_may_leave(supplied)

    def _check_may_leave(self, supplied=None):
        """Raise if one of these moves would bring goods nearer to the customer that must not leave.

        A move for several orders may leave as long as one of them may have its goods.

        :param supplied: what :meth:`_orders_supplied` says of the moves, if that was asked just now
        :raise UserError: naming the transfers, and why
        """
        if supplied is None:
            # sudo: as above
            supplied = self.sudo().filtered(lambda move: move._is_open())._orders_supplied()
        if supplied and (reasons := self._reasons_to_stay(supplied)):
            raise UserError(self._describe_stay(reasons))

    @api.model
    def _reasons_to_stay(self, supplied):
        """``{move: why}`` of the moves that must not leave, naming their transfers.

        :param supplied: what :meth:`_orders_supplied` says of the moves
        """
        every = self.env["sale.order"].sudo().union(*supplied.values())  # sudo: as above
        reasons = every._reasons_not_to_ship()
        return {
            move: self.env._(
                "%(picking)s: %(why)s",
                picking=move.picking_id.name or move.reference or move.display_name,
                why=reasons[orders[:1]],
            )
            for move, orders in supplied.items()
            if reasons and orders and all(order in reasons for order in orders)
        }

    @api.model
    def _describe_stay(self, reasons):
        """Why moves must not leave, a line for each transfer, and how others in a batch may.

        :param reasons: what :meth:`_reasons_to_stay` says
        """
        pickings = self.browse().union(*reasons).picking_id
        text = lines_in_short(self.env, list(dict.fromkeys(reasons.values())))
        return " ".join(filter(None, (text, pickings._how_others_go())))

    def _leaves(self):
        """Whether this move brings goods to a customer, to another company, or to its customer."""
        destination = self.location_dest_id
        return destination.usage == "customer" or (
            destination.usage == "transit" and not destination.company_id and not self._is_return()
        )

    def _is_outward(self):
        """Whether this move brings goods nearer to a customer.

        Nothing that comes back, is received, made or scrapped, or stays in stock does.
        """
        destination = self.location_dest_id
        if self._leaves():
            return True
        if self.location_id.usage != "internal" or self._is_return():
            return False
        if destination.usage != "internal":
            return destination.usage == "transit"
        # a transfer by hand may end anywhere in stock
        stock = destination.warehouse_id.lot_stock_id
        return not (self._ends_in_stock() or (stock and destination._child_of(stock)))

    def _orders_supplied(self):
        """``{move: the orders for which it brings goods nearer to a customer}``.

        Only moves that bring some, whichever record shows it; none if all are plainly for orders
        of no marketplace. Everything is read for all moves at once.
        """
        if not any(move._may_supply_marketplaces() for move in self):
            return {}
        outward = self.filtered(lambda move: move._is_outward())
        supplied = {move: move._orders_known() for move in outward}
        if unknown := outward.filtered(lambda move: not supplied[move]):
            supplied |= unknown._orders_named_as_source()
        return supplied

    def _may_supply_marketplaces(self):
        """Whether it is not plain that this move is for an order of no marketplace."""
        orders = self.sale_line_id.order_id
        return not orders or bool(orders._of_marketplaces())

    def _orders_known(self):
        """The orders of this move: its own, or that of its purchase, else by its later steps, its
        transfer or what it was procured for; the first that is known counts.
        """
        orders = self.sale_line_id.order_id
        if not orders and "purchase_line_id" in self._fields:
            bought = self.purchase_line_id
            orders = ("sale_line_id" in bought._fields and bought.sale_line_id.order_id) or orders
        if orders:
            return orders
        later = self.move_dest_ids  # read for many moves at once; the chain for each
        return (
            (later and later.browse(later._rollup_move_dests()).sale_line_id.order_id)
            or self.picking_id.sale_id
            or self._orders_procuring()
        )

    def _orders_procuring(self):
        """The orders that this move was procured for, archived ones as well."""
        return self.reference_ids.with_context(active_test=False).sale_ids.with_env(self.env)

    def _orders_named_as_source(self):
        """``{move: orders of a marketplace}`` that somebody has entered as its source document."""
        names = {}
        for move in self:
            origin = move.picking_id.origin or move.origin or ""
            names[move] = {name.strip() for name in origin.split(",")} - {""}
        orders = self.env["sale.order"]
        if every := set().union(*names.values()):
            found = orders._archived_too().search(
                [("name", "in", list(every)), ("company_id", "in", self.company_id.ids)]
            )
            orders = found.with_env(self.env)._of_marketplaces()
        return {
            move: orders.filtered(
                lambda order, move=move: (
                    order.name in names[move] and order.company_id == move.company_id
                )
            )
            for move in self
        }


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _get_lines_and_packages_to_pack(self, picked_first=True):
        """Pack nothing that is on hold: a package is taken for one to be sent."""
        self.move_id._check_may_leave()
        return super()._get_lines_and_packages_to_pack(picked_first=picked_first)

    def _put_in_pack(self, package_id=False, package_type_id=False, package_name=False):
        """The same where it is called directly, as an addon of OCA does that packs by itself."""
        self.move_id._check_may_leave()
        return super()._put_in_pack(
            package_id=package_id, package_type_id=package_type_id, package_name=package_name
        )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if done := lines.filtered(lambda line: line.state == "done"):
            done._check_more_may_leave()
        return lines

    def write(self, vals):
        """Refuse to have more leave by done lines for orders for which nothing may leave.

        Less may: that is a correction, and the goods are back in stock.
        """
        done = self.browse()
        if not _WHAT_AND_WHERE.isdisjoint(vals):
            done = self.filtered(lambda line: line.state == "done")
        before = {line: line._quantity_outward() for line in done}
        result = super().write(vals)
        if more := done.filtered(lambda line: line._quantity_outward() - before[line] > NOTHING):
            more._check_more_may_leave()
        return result

    def _quantity_outward(self):
        """How much this line has brought nearer to a customer, in the product's unit."""
        # sudo: a user who moves goods need not see all of them
        return self.quantity_product_uom if self.sudo().move_id._is_outward() else 0.0

    def _check_more_may_leave(self):
        moves = self.sudo().move_id  # sudo: as above
        moves._claim_and_check(moves)
