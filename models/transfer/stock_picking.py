from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    cancellation_receipt_ids = fields.Many2many(
        "marketplace.cancellation.receipt",
        compute="_compute_cancellation_receipt_ids",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )
    cancellation_receipt_count = fields.Integer(
        compute="_compute_cancellation_receipt_ids",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    @api.depends("sale_id.cancellation_receipt_count", "return_receipt_id")
    def _compute_cancellation_receipt_ids(self):
        for picking in self:
            # sudo: the transfer shows which receipts there are even to users who see only transfers
            own = picking.sudo()
            orders = own.sale_id._ever_of_marketplaces()
            receipts = orders.cancellation_receipt_ids | own.return_receipt_id
            picking.cancellation_receipt_ids = receipts.ids
            picking.cancellation_receipt_count = len(receipts)

    def _own_orders(self):
        """The orders whose goods these transfers move, with their own step."""
        return self.move_ids.sale_line_id.order_id | self.sale_id

    def _is_return(self):
        """Whether this transfer brings goods back."""
        moves = self.move_ids.filtered(lambda move: move.state != "cancel") or self.move_ids
        return bool(moves) and all(move._is_return() for move in moves)

    def _is_being_worked_on(self):
        """Whether somebody is at work on an open transfer of ``self``, in a started batch say."""
        return "batch_id" in self._fields and any(
            picking.batch_id.state == "in_progress" for picking in self if picking._is_open()
        )

    def _is_open(self):
        """Whether this transfer can still be done or cancelled."""
        return self.state not in ("done", "cancel")

    def _orders_served(self):
        """The orders that this transfer serves, with its own step or as an earlier one."""
        if orders := self._own_orders():
            return orders
        moves = self.move_ids
        return moves.browse(moves._rollup_move_dests()).sale_line_id.order_id

    def _leave_to_other_orders(self, orders):
        """Give what ``orders`` have in a transfer that serves others as well one of its own.

        Odoo cancels transfers as a whole, and with them the other orders' goods.

        :return: the transfers that serve ``orders`` alone
        """
        alone = self.browse()
        for picking in self:
            still_open = picking.move_ids.filtered(lambda move: move._is_open())
            others = still_open.filtered(lambda move: move._serves_other_orders(orders))
            if not others:
                alone |= picking
            elif own := still_open - others:
                alone |= picking._create_backorder(backorder_moves=own)
        return alone

    # -- Nothing leaves for an order that is cancelled, or about to be -----------------------------

    def button_validate(self):
        """Say that the transfer is on hold before asking about backorders and the like.

        And who cancelled it, to a user who still sees it as it was before: Odoo would complain
        about quantities.
        """
        self._check_not_cancelled()
        self._check_not_on_hold()
        return super().button_validate()

    def action_assign(self):
        """Say who cancelled these transfers if no other one is among them."""
        if all(picking.state == "cancel" for picking in self):
            self._check_not_cancelled()
        return super().action_assign()

    def action_put_in_pack(self, *, package_id=False, package_type_id=False, package_name=False):
        """Say who cancelled the transfer: Odoo would do nothing, and say nothing."""
        self._check_not_cancelled()
        return super().action_put_in_pack(
            package_id=package_id, package_type_id=package_type_id, package_name=package_name
        )

    def do_print_picking(self):
        """Print a slip that says so for what is on hold; nobody is sent for its goods by that."""
        free = self.filtered(lambda picking: picking.marketplace_notice_kind != "hold")
        if free == self:
            return super().do_print_picking()
        if free:
            super(StockPicking, free).do_print_picking()
        return self.env.ref("stock.action_report_picking").report_action(self)

    def _how_others_go(self):
        """A sentence on how the others of a batch leave without these transfers; may be empty."""
        # sudo: batches are only named
        batches = self.sudo().batch_id if "batch_id" in self._fields else ()
        batches = [
            own for own in batches if any(other._is_open() for other in own.picking_ids - self)
        ]
        if not batches:
            return ""
        names = ", ".join(batch.display_name for batch in batches)
        if len(self) > 1:
            return self.env._("Take them out of %s: the others may go.", names)
        return self.env._("Take it out of %s: the others may go.", names)

    def _check_not_on_hold(self):
        """Raise a UserError that says why if goods of one of these transfers must not leave."""
        # sudo: a rule that hides a move from its user lets nothing leave
        self.sudo().move_ids._check_may_leave()

    def _check_not_cancelled(self):
        """Raise a UserError that says why if one of these transfers is cancelled, and nothing may
        leave for its order.
        """
        # sudo: as above
        if cancelled := self.sudo().filtered(lambda picking: picking.state == "cancel"):
            moves = cancelled.move_ids
            moves._check_may_leave(moves._orders_supplied())

    def action_view_cancellation_receipts(self):
        """Open the receipts of this transfer's order, the only one directly."""
        return self.cancellation_receipt_ids._action_view()


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Print no document that lets a held transfer go out.

        The way of every report on transfers: delivery slips, packages, labels, and the lists of
        batches.
        """
        pickings = self.env["stock.picking"]
        if docids and report.model == "stock.picking":
            pickings = pickings.browse(docids)
        elif docids and report.model == "stock.picking.batch":
            pickings = self.env[report.model].browse(docids).picking_ids
        if report.report_name != "stock.report_picking":  # which says so itself, in large letters
            pickings._check_not_on_hold()
        return super()._get_rendering_context(report, docids, data)
