from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.queries import TRANSFERS_THAT_MAY_TELL


class StockPicking(models.Model):
    """What a transfer tells of the marketplace's wish to cancel the order that it is for."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "marketplace.notice.mixin"]

    @api.depends(
        "state",
        "return_receipt_id",
        "return_order_id",
        "sale_id.marketplace_order_id",
        "sale_id.replaced_order_id",
        "sale_id.cancellation_receipt_ids.state",
        "sale_id.outbound_call_ids.state",
        "sale_id.is_kept_open",
    )
    @api.depends_context("lang", "uid", "tz")
    def _compute_marketplace_notice(self):
        return super()._compute_marketplace_notice()

    def _that_may_tell(self):
        """Of many it is asked with one query: to read the moves and lines of a list takes longer
        than the rest of it. A form or a slip reads those of its own anyway.
        """
        if len(self) == 1:
            return self.filtered(lambda own: own.sudo()._origin._may_tell())  # sudo: as below
        if not self._origin:
            return self.browse()
        self.env["sale.order"].flush_model(["marketplace_order_id", "replaced_order_id"])
        self.env["sale.order.line"].flush_model(["order_id"])
        self.env["stock.move"].flush_model(["picking_id", "sale_line_id"])
        own = ["sale_id", "origin", "location_dest_id", "return_receipt_id", "return_order_id"]
        self.flush_model(own)
        found = self.env.execute_query(SQL(TRANSFERS_THAT_MAY_TELL, transfers=self._origin.ids))
        if not found:
            return self.browse()
        telling = {id_ for (id_,) in found}
        return self.filtered(lambda own: own._origin.id in telling)

    def _may_tell(self):
        """As ``TRANSFERS_THAT_MAY_TELL`` finds out."""
        return bool(
            self.return_receipt_id
            or self.return_order_id
            or self._own_orders()._of_marketplaces()
            or (
                not self.sale_id
                and self.origin
                and self.location_dest_id.usage in ("customer", "transit")
            )
        )

    def _fill_marketplace_notice(self):
        """:return: the receipts that were found, for features to tell of theirs"""
        # sudo: it concerns everybody who sees the transfer, and stock users see no orders
        orders = self.sudo()._origin._own_orders()
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        found = receipts._to_tell(orders)
        notable = receipts._notable(orders, found=found)
        known = receipts.concat(*notable.values())
        cancelled = orders._cancelled_there(notable)
        for picking in self:
            kind, receipt = picking.sudo()._origin._telling(notable)
            headline = receipt._headline(kind)
            if kind == "after" and picking.sudo().return_receipt_id:
                headline = f"{headline} {self.env._('This brings goods back.')}"
            if kind == "undecided":
                headline = f"{picking.sudo()._origin._describe_who_cancelled()} {headline}"
            order = picking.sudo().sale_id
            # cancelled with its order, by a request that has no receipt any more
            if not kind and picking.state == "cancel" and order._is_known_to_be_cancelled_there():
                kind, headline = "cancelled", order._headline_without_receipt()
            if picking.return_order_id:
                name = picking.sudo().return_order_id.name
                kind = "after"
                headline = self.env._("%s was cancelled here: this brings goods back.", name)
            details = kind and receipt._details(known)
            if order := picking.sudo()._origin._order_cancelled_there(cancelled, kind):
                kind, headline, details = order._telling_of_cancelled_there(cancelled[order])
            picking._set_marketplace_notice(kind, headline, details)
        return found

    def _order_cancelled_there(self, cancelled, kind):
        """The order of this transfer that tells of itself; none if its receipts tell.

        :param cancelled: what ``sale.order._cancelled_there`` says
        :param kind: what the receipts have this transfer tell
        """
        orders = self._own_orders().filtered(lambda order: order in cancelled)
        if not (orders and self._is_open()) or kind == "hold" or self._is_return():
            return orders.browse()
        held = orders.filtered(lambda order: not order._is_kept())
        return held[:1] or (orders.browse() if kind else orders[:1])

    def _telling(self, notable):
        """``(key of NOTICES, receipt)``, ``(False, none)`` if there is nothing to tell.

        :param notable: ``{order: receipts}`` of the orders that the transfer may be for
        """
        if self.return_receipt_id:
            return "after", self.return_receipt_id
        receipts = self.env["marketplace.cancellation.receipt"]
        orders = self._own_orders().filtered(lambda order: order in notable)
        if len(orders) == 1:
            receipts = notable[orders]  # read for all transfers at once
        else:
            receipts = receipts.union(*(notable[order] for order in orders))._newest_first()
        if self.state == "cancel":
            kind, receipt = receipts._telling_of_cancelled()
            return (
                (kind, receipt) if kind or self._is_return() else receipts._telling_of_undecided()
            )
        if self.state == "done" and all(order.state == "cancel" for order in orders):
            return receipts._telling_of_cancelled("after")
        if not self or self.state == "done" or self._is_return():
            return False, receipts.browse()
        if holding := receipts._that_hold():
            return "hold", holding[:1]
        if orders and all(order.state == "cancel" for order in orders):
            return receipts._telling_of_cancelled("hold")  # it came back, or was made afterwards
        return receipts._telling_of_open()

    @api.model
    def _search_marketplace_hold(self, operator, value):
        """Only "is on hold" and, negated by the ORM, "is not"."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        # sudo: as above
        orders = self.env["sale.order"].sudo()
        held = orders._search(
            self.env["marketplace.cancellation.receipt"].sudo()._domain_held()
            | fields.Domain("is_cancelled_by_marketplace", "=", True)
            | orders._domain_held_as_cancelled_there(),
            active_test=False,
        )
        for_held = fields.Domain("sale_id", "in", held) | fields.Domain(
            "move_ids.sale_line_id.order_id", "in", held
        )
        still_open = fields.Domain("state", "not in", ("done", "cancel"))
        found = self.sudo().search(still_open & for_held).filtered("marketplace_hold")
        return fields.Domain("id", "not in", found.ids)

    @api.model
    def _search_is_cancelled_by_marketplace(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: as above
        orders = self.env["sale.order"].sudo()
        orders = orders._search([("is_cancelled_by_marketplace", "=", True)], active_test=False)
        of_cancelled = fields.Domain("sale_id", "in", orders)
        back = fields.Domain("return_receipt_id", "!=", False)
        return fields.Domain("state", "=", "cancel") & of_cancelled & ~back

    # -- On paper ---------------------------------------------------------------------------------

    def _notice_in_large_letters(self, for_customer=False):
        """What stands at the top of this transfer's slip, False if it may be acted upon.

        :param for_customer: the slip may be the customer's
        """
        kind = self.marketplace_notice_kind
        if kind == "hold":
            return self.env._("ON HOLD: DO NOT SHIP")
        return kind == "cancelled" and self.env._("CANCELLED")


class StockPickingType(models.Model):
    """How many transfers a marketplace's cancellation holds, on the cards of the overview."""

    _inherit = "stock.picking.type"

    count_picking_marketplace_hold = fields.Integer(
        "On Hold",
        compute="_compute_count_picking_marketplace_hold",
        groups="base.group_user",
    )

    def _compute_count_picking_marketplace_hold(self):
        held = [("marketplace_hold", "!=", False), ("picking_type_id", "in", self.ids)]
        counts = dict(self.env["stock.picking"]._read_group(held, ["picking_type_id"], ["__count"]))
        for picking_type in self:
            picking_type.count_picking_marketplace_hold = counts.get(picking_type, 0)

    def get_action_picking_tree_marketplace_hold(self):
        """The transfers of this type that are on hold."""
        action = self.get_stock_picking_action_picking_type()
        return dict(action, context=dict(action["context"], search_default_marketplace_hold=1))
