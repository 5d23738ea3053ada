from odoo import api, fields, models
from odoo.exceptions import UserError

from .marketplace_cancellation_receipt import HOLDING


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
    marketplace_hold = fields.Char(
        "On Hold",
        compute="_compute_marketplace_hold",
        search="_search_marketplace_hold",
        groups="base.group_user",
    )

    @api.depends("sale_id.cancellation_receipt_ids", "return_receipt_id")
    def _compute_cancellation_receipt_ids(self):
        for picking in self:
            # sudo: which receipts there are shows on the transfer even to who sees only transfers
            own = picking.sudo()
            receipts = own.sale_id.cancellation_receipt_ids | own.return_receipt_id
            picking.cancellation_receipt_ids = receipts.ids
            picking.cancellation_receipt_count = len(receipts)

    @api.depends("state", "sale_id.cancellation_receipt_ids.state")
    def _compute_marketplace_hold(self):
        for picking in self:
            picking.marketplace_hold = picking._holding_receipts()[:1]._hold_text()

    @api.model
    def _search_marketplace_hold(self, operator, value):
        """Only "is on hold" and, negated by the ORM, "is not"."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        # sudo: what is on hold concerns everybody who sees transfers
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        held = receipts.search([("state", "in", HOLDING)]).sale_order_id
        held |= held.replacement_order_ids
        on_hold = fields.Domain("sale_id", "in", held.ids) & fields.Domain(
            "state", "not in", ("done", "cancel")
        )
        return ~on_hold

    def _holding_receipts(self):
        """The receipts that hold these transfers, in superuser mode; returns are never held."""
        # sudo: stock users need not see sales orders or receipts for this
        going_out = self.sudo().filtered(
            lambda picking: picking._is_open() and not picking._is_return()
        )
        orders = going_out.move_ids.sale_line_id.order_id | going_out.sale_id
        return self.env["marketplace.cancellation.receipt"].sudo()._holding(orders)

    def _is_return(self):
        """Whether this transfer brings goods back."""
        self.ensure_one()
        return bool(self.move_ids) and all(move._is_return() for move in self.move_ids)

    def _is_being_worked_on(self):
        """Whether somebody is at work on an open transfer of ``self``, in a started batch say."""
        if "batch_id" not in self._fields:
            return False
        return any(
            picking.batch_id.state == "in_progress" for picking in self if picking._is_open()
        )

    def _is_open(self):
        """Whether this transfer can still be done or cancelled."""
        self.ensure_one()
        return self.state not in ("done", "cancel")

    def _orders_served(self):
        """The orders that this transfer serves, with its own step or as an earlier one."""
        orders = self.move_ids.sale_line_id.order_id | self.sale_id
        if orders:
            return orders
        moves = self.move_ids
        return moves.browse(moves._rollup_move_dests()).sale_line_id.order_id

    def _moves_of_other_orders(self, orders):
        """The open moves of this transfer that serve other orders than ``orders``."""
        return self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move._serves_other_orders(orders)
        )

    def _leave_to_other_orders(self, orders):
        """Give what ``orders`` have in a transfer that serves others as well one of its own.

        Odoo cancels transfers as a whole, and with them the other orders' goods.

        :return: the transfers that serve ``orders`` alone
        """
        alone = self.browse()
        for picking in self:
            if others := picking._moves_of_other_orders(orders):
                own = picking.move_ids.filtered(lambda move: move._is_open()) - others
                alone |= picking._create_backorder(backorder_moves=own)
            else:
                alone |= picking
        return alone

    # -- Nothing leaves while a cancellation is pending --------------------------------------------

    def button_validate(self):
        """Say that the transfer is on hold before asking about backorders and the like."""
        self._check_not_on_hold()
        return super().button_validate()

    def _action_done(self):
        """Ship nothing that is on hold or cancelled, whichever way it gets here."""
        orders = self.sudo().move_ids.sale_line_id.order_id.filtered("marketplace_order_id")
        orders._claim_fulfilment()
        self._check_not_on_hold()
        return super()._action_done()

    def do_print_picking(self):
        """Print no picking slip that would send somebody for goods on hold."""
        self._check_not_on_hold()
        return super().do_print_picking()

    def _check_not_on_hold(self):
        """Raise if one of these transfers is on hold.

        :raise UserError: naming the transfers, and why
        """
        for picking in self:
            if receipts := picking._holding_receipts():
                raise UserError(
                    self.env._(
                        "%(picking)s: %(why)s",
                        picking=picking.name,
                        why=receipts[:1]._hold_text(),
                    )
                )

    def action_cancel(self):
        """Keep expecting what the customer sends back when the order is cancelled."""
        pickings = self
        if "marketplace_receipt_ids" in self.env.context:
            pickings = self.filtered(lambda picking: not picking._is_return())
        return super(StockPicking, pickings).action_cancel()

    def action_view_cancellation_receipts(self):
        """Open the receipts of this transfer's order, the only one directly."""
        self.ensure_one()
        return self.cancellation_receipt_ids._action_view()
