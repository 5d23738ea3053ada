from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_account_id = fields.Many2one(
        "marketplace.account",
        "Marketplace",
        index="btree_not_null",
        copy=False,
        check_company=True,
        tracking=True,
        ondelete="restrict",
        groups="base.group_user",
    )
    marketplace_order_id = fields.Char(
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="The order's ID at the marketplace.",
    )
    cancellation_receipt_ids = fields.One2many(
        "marketplace.cancellation.receipt",
        "sale_order_id",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )
    cancellation_receipt_count = fields.Integer(
        compute="_compute_cancellation_receipt_count",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    _marketplace_order_unique = models.UniqueIndex(
        "(marketplace_order_id, marketplace_account_id) WHERE marketplace_order_id IS NOT NULL",
        "Another order has this ID at this marketplace already.",
    )

    @api.depends("cancellation_receipt_ids")
    def _compute_cancellation_receipt_count(self):
        counts = dict(
            self.env["marketplace.cancellation.receipt"]._read_group(
                [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
            )
        )
        for order in self:
            order.cancellation_receipt_count = counts.get(order, 0)

    @api.constrains("marketplace_account_id", "marketplace_order_id")
    def _check_marketplace_order(self):
        for order in self:
            if bool(order.marketplace_account_id) != bool(order.marketplace_order_id):
                raise ValidationError(
                    order.env._(
                        "%(order)s: give both the marketplace and the order's ID there, or none.",
                        order=order.name,
                    )
                )

    # -- Finding ----------------------------------------------------------------------------------

    @api.model
    def _find_marketplace_order(self, account, marketplace_order_id):
        """The order that ``account`` knows under ``marketplace_order_id``, empty if there is none.

        :param account: a ``marketplace.account`` record
        """
        return self.search(
            [
                ("marketplace_order_id", "=", marketplace_order_id),
                ("marketplace_account_id", "=", account.id),
            ]
        )

    def _other_order_named(self, receipt, path_order_id):
        """The marketplace order, if any, that ``path_order_id`` names and that ``self`` is not.

        The ID in the address may be the marketplace's or the seller's own, which is the order's
        name here. One that names nothing known does no harm: what the seller's connector gave the
        marketplace as its own ID is not known here (protocol, "Identifiers").

        :param receipt: the receipt whose marketplace order ID decides
        """
        if not path_order_id or path_order_id in (receipt.marketplace_order_id, self.name):
            return self.browse()
        return self.search(
            [
                ("marketplace_account_id", "=", receipt.account_id.id),
                "|",
                ("marketplace_order_id", "=", path_order_id),
                ("name", "=", path_order_id),
            ],
            limit=1,
        )

    # -- Cancelling -------------------------------------------------------------------------------

    def _cancel_for_marketplace(self, receipt):
        """Cancel this order and all its transfers that are not done, and say so everywhere.

        Goes through the public :meth:`action_cancel`, so that every addon's part of a cancellation
        runs. A locked order is unlocked first: the marketplace has cancelled it all the same.

        :param receipt: the receipt on whose account this is done
        :raise UserError: if the order, or a transfer of it, cannot be cancelled
        """
        self.ensure_one()
        chain = self._open_move_chain()
        pickings = self.picking_ids.filtered(lambda picking: picking._is_open()) | chain.picking_id
        pickings = pickings._leave_to_other_orders(self)
        if self.locked:
            self.action_unlock()
        # sudo: Odoo cancels draft invoices with the order, but reads payments on the way, which
        # needs more rights than a salesperson has
        self.sudo().invoice_ids.filtered(lambda move: move.state == "draft").button_cancel()
        self.action_cancel()
        # Odoo leaves earlier steps of a pulled chain open unless stock.cancel_moves_origin is set.
        chain.filtered(lambda move: move._is_open())._action_cancel()
        self._check_wholly_cancelled(pickings)
        text = receipt._describe()
        self._message_log_batch(bodies=dict.fromkeys(self.ids, text))
        pickings._message_log_batch(bodies=dict.fromkeys(pickings.ids, text))

    def _open_move_chain(self):
        """Moves of any step that are not done and serve this order alone.

        Only the warehouse's own steps: what suppliers or the shop floor bring goes to stock.
        """
        moves = self.order_line.move_ids
        return moves.browse(moves._rollup_move_origs()).filtered(
            lambda move: (
                move._is_open()
                and move.picking_type_id.code in ("internal", "outgoing")
                and not move._serves_other_orders(self)
            )
        )

    def _check_wholly_cancelled(self, pickings):
        """Refuse to report a success that is none."""
        still_open = pickings.filtered(lambda picking: picking._is_open())
        if self.state != "cancel" or still_open:
            raise UserError(
                self.env._(
                    "%(documents)s could not be cancelled.",
                    documents=", ".join([self.name, *still_open.mapped("name")]),
                )
            )

    # -- Orders that come after their cancellation -----------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._meet_waiting_cancellations()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if "marketplace_order_id" in vals or "marketplace_account_id" in vals:
            self._meet_waiting_cancellations()
        return result

    def action_confirm(self):
        """Cancel, rather than confirm, orders whose cancellation has come before them."""
        orders = self - self._settle_waiting_cancellations()
        return super(SaleOrder, orders).action_confirm() if orders else True

    def _meet_waiting_cancellations(self):
        """Look whether a cancellation waits for these orders, now and once more after the commit.

        Quotations stay until they are confirmed (:meth:`action_confirm`); confirmed orders are
        cancelled at once. A request that is handled at this very moment is invisible to this
        transaction, and this order to it; whichever commits first, the job sees both.
        """
        # sudo: an importer may have no right on receipts, nor see the marketplace's fields
        orders = self.sudo().filtered("marketplace_order_id")
        if not orders:
            return
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._settle_waiting_cancellations()
        quotations = orders.filtered(lambda order: order.state in ("draft", "sent"))
        waiting = self.env["marketplace.cancellation.receipt"].sudo()._waiting_for(quotations)
        for order in quotations:
            if receipts := waiting.filtered(order._is_order_of):
                receipts.sale_order_id = order
                order._message_log(
                    body=order.env._(
                        "The marketplace has cancelled this order already. It will be cancelled "
                        "here when it is confirmed; nothing will be shipped."
                    )
                )
        self.env.ref("marketplace_order_cancellation.cron_settle_pending")._trigger()

    def _is_order_of(self, receipt):
        return (self.marketplace_account_id, self.marketplace_order_id) == (
            receipt.account_id,
            receipt.marketplace_order_id,
        )

    def _settle_waiting_cancellations(self):
        """Cancel those of ``self`` whose cancellation waits, and return them."""
        # sudo: whoever confirms (a customer who signs, say) need not see the marketplace's fields
        expected = self.sudo().filtered(
            lambda order: order.marketplace_order_id and order.state != "cancel"
        )
        if not expected:
            return self.browse()
        return self.env["marketplace.cancellation.service"]._settle_waiting(expected)

    def action_view_cancellation_receipts(self):
        """Open this order's receipts, the only one directly."""
        self.ensure_one()
        return self.cancellation_receipt_ids._action_view()
