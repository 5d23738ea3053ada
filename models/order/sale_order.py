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
    replaced_order_id = fields.Many2one(
        "sale.order",
        "Replaces",
        index="btree_not_null",
        copy=False,
        check_company=True,
        domain="[('marketplace_account_id', '!=', False), ('id', '!=', id)]",
        groups="base.group_user",
        help="The marketplace order that this order delivers once more, after a loss for example. "
        "When the marketplace cancels that order, this one is cancelled as well.",
    )
    replacement_order_ids = fields.One2many(
        "sale.order", "replaced_order_id", "Replacements", groups="base.group_user"
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

    @api.constrains("replaced_order_id")
    def _check_replaced_order(self):
        for order in self:
            if order.replaced_order_id.replaced_order_id or order.replaced_order_id == order:
                raise ValidationError(
                    order.env._("%s: replace the marketplace's own order.", order.name)
                )
        self.filtered(lambda order: order.state == "sale")._check_replaceable()

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
        return self.search_fetch(
            [("marketplace_order_id", "=", marketplace_order_id), *self._domain_of(account)],
            # what a request needs to know of its order, and what its receipt notes of it
            [
                "name",
                "company_id",
                "marketplace_account_id",
                "marketplace_order_id",
                "amount_untaxed",
                "currency_rate",
                "marketplace_created_at",
                "first_confirmed_at",
            ],
        )

    @api.model
    def _domain_of(self, account):
        """The orders that calls of ``account`` may reach: the endpoint works in superuser mode."""
        return [
            ("marketplace_account_id", "=", account.id),
            ("company_id", "=", account._settings().company_id),
        ]

    def _is_named(self, request, path_order_id):
        """Whether the address names this order and no other, as far as that is plain to see.

        :param request: what has a ``marketplace_order_id``: a request, or its receipt
        """
        if not self or path_order_id == request.marketplace_order_id:
            return bool(self)
        return path_order_id == self.name

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
                *self._domain_of(receipt.account_id),
                "|",
                ("marketplace_order_id", "=", path_order_id),
                ("name", "=", path_order_id),
            ],
            limit=1,
        )

    # -- Orders that come after their cancellation -----------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._claim_family()
        orders._meet_waiting_cancellations()
        return orders

    def write(self, vals):
        replaces = "replaced_order_id" in vals
        if replaces:
            self._claim_fulfilment()  # with the order that was replaced until now
        result = super().write(vals)
        if replaces:
            self._claim_family()
        if "marketplace_order_id" in vals or "marketplace_account_id" in vals:
            self._meet_waiting_cancellations()
        return result

    def _claim_family(self):
        """Let whoever decides on a replaced order at this moment see its replacement, or repeat."""
        # sudo: who makes the order need not see the marketplace's fields
        if replacements := self.sudo().filtered("replaced_order_id"):
            replacements.flush_recordset(["replaced_order_id"])
            replacements._claim_fulfilment()

    def action_confirm(self):
        """Cancel, rather than confirm, orders whose cancellation has come before them."""
        orders = self - self._settle_waiting_cancellations()
        orders._check_replaceable()
        return super(SaleOrder, orders).action_confirm() if orders else True

    def _check_replaceable(self):
        """Refuse to deliver once more what the marketplace has cancelled and nobody keeps open.

        :raise UserError: naming the order that was cancelled
        """
        # sudo: who confirms the replacement need not see the replaced order
        for replaced in self.sudo().replaced_order_id:
            if not replaced.is_kept_open and replaced._marketplace_expectation() == "nothing":
                raise UserError(
                    self.env._(
                        "%s was cancelled by its marketplace, or is to be: it cannot be delivered "
                        "once more. An order that replaces no other one can be confirmed.",
                        replaced.name,
                    )
                )

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
        self.env["ir.cron"]._wake_own("cron_settle_pending")

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
