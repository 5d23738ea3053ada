from contextlib import ExitStack, contextmanager

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ...tools.any_language import InAnyLanguage
from ...tools.cause import Cause
from ...tools.quote import quoted
from ...tools.trusted_context import MarketplaceCancellation, SellerCancellation

#: What of a caller's context counts for what follows from a cancellation.
_CONTEXT = ("lang", "tz", "allowed_company_ids")


class SaleOrder(models.Model):
    """What follows from a cancellation for the marketplace: its requests, and the seller's own."""

    _inherit = "sale.order"

    seller_cancel_reason = fields.Text(
        "Cancelled Because",
        copy=False,
        readonly=True,
        prefetch="marketplace",
        groups="base.group_user",
        help="Why the seller cancelled this marketplace order, unasked.",
    )
    seller_return_ids = fields.One2many(
        "stock.picking",
        "return_order_id",
        "Goods Coming Back",
        readonly=True,
        groups="stock.group_stock_user",
        help="Proposed when the seller cancelled this marketplace order, unasked, or took a part "
        "out of it.",
    )
    coming_back = fields.Text(
        "What Comes Back",
        compute="_compute_coming_back",
        groups="base.group_user",
        help="The returns that were proposed because of a cancellation.",
    )
    is_kept_open = fields.Boolean(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Somebody decided to keep this order open although the marketplace cancelled it.",
    )
    cancelled_at_marketplace = fields.Boolean(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="The marketplace has cancelled this order itself; the receipt is deleted.",
    )

    @api.depends("state", "marketplace_account_id")
    @api.depends_context("lang")
    def _compute_coming_back(self):
        for order in self:
            # sudo: salespeople need no right to Inventory to read what comes back of an order
            own = order.sudo() if order.marketplace_account_id else self.browse().sudo()
            returns = own.cancellation_receipt_ids.return_picking_ids | own.seller_return_ids
            order.coming_back = returns._describe_coming_back()

    def _on_cancelled_here(self):
        """Confirm the marketplaces' open requests for these orders, or tell who did not ask.

        A marketplace's order ends with the last of the orders that deliver it: as long as a
        replacement is on its way, or the replaced order itself, nothing is settled.
        """
        asked = MarketplaceCancellation.of(self.env)
        asked_by = asked.receipt_ids if asked else ()
        self._ask_no_more_about_confirmed_again()
        for order in self._ending_at_marketplace():
            if not order._with_replacements():  # another addon may have left one of these open
                order._settle_at_marketplace(asked_by)

    def _ending_at_marketplace(self):
        """The marketplaces' orders that nobody delivers any more once ``self`` are cancelled."""
        named = (self | self.replaced_order_id).filtered("marketplace_order_id")
        return named.filtered(lambda order: not order._with_replacements() - self)

    def _settle_at_marketplace(self, asked_by):
        """Confirm the marketplace's open requests for this order, or tell who did not ask.

        :param asked_by: IDs of the receipts because of which it was cancelled
        """
        self.ensure_one()
        order = self.sudo()  # sudo: nobody may write the field
        if order.is_kept_open:
            order.is_kept_open = False  # and not again when it is opened once more
        unasked = not asked_by and self._marketplace_expectation() == "goods"
        receipts = self.env["marketplace.cancellation.receipt"]._holding(self)
        receipts = receipts.filtered(lambda receipt: receipt.id not in asked_by)
        receipts._count_once(self, asked_by)
        receipts._set_cancelled(self, self._by_whom_in_odoo(asked_by))
        if unasked:
            cancellation = SellerCancellation.of(self.env)
            self._on_cancelled_by_seller(cancellation.reason if cancellation else None)

    def _by_whom_in_odoo(self, asked_by):
        """Who cancelled the order here, as other requests for it say; a program has no name."""
        words, user = InAnyLanguage(self.env), self.env.user
        if asked_by or user.id == SUPERUSER_ID or not user._is_internal():
            return words._("The order was cancelled in Odoo.")
        return words._("%s cancelled the order in Odoo.", user.name)

    def _marketplace_expectation(self):
        """What the marketplace expects of this order of its.

        A cancellation that came from the marketplace must never be sent back to it as the
        seller's own (protocol, "No echo"), not even when the order is revived and cancelled again.

        :return: ``goods``, ``cancellation`` if it has asked and waits for it, ``nothing`` if the
            order is cancelled there, or about to be
        """
        self.ensure_one()
        # sudo: the state of receipts and calls concerns everybody who may cancel the order
        order = self.sudo()
        if self.env["marketplace.cancellation.receipt"].sudo()._holding(order):
            return "cancellation"
        told = order._outbound_calls("cancel", "pending", "sent")
        return "nothing" if told or order._is_cancelled_at_marketplace() else "goods"

    def _is_cancelled_at_marketplace(self):
        """Whether the marketplace asked to cancel this order, and it was; its receipt may be
        deleted. It may not have been told yet (:meth:`_is_told_of_cancellation`).
        """
        settled = [
            *[("sale_order_id", "=", self.id), ("state", "in", ("cancelled", "kept"))],
            # what nobody called for is granted by a call of ours
            *["|", ("source", "=", "call"), ("cancelled_there", "=", True)],
        ]
        # sudo: as above
        return self.sudo().cancelled_at_marketplace or bool(
            self.env["marketplace.cancellation.receipt"].sudo().search_count(settled, limit=1)
        )

    def _is_told_of_cancellation(self):
        """Whether nothing more is to be told of this order: its marketplace has cancelled it, other
        than by a call of ours, or somebody keeps it open here all the same.
        """
        told = Domain("state", "=", "cancelled") & Domain("told_how", "not in", (False, "call"))
        ended = Domain("sale_order_id", "=", self.id) & (told | Domain("state", "=", "kept"))
        # sudo: as above
        return self.sudo().cancelled_at_marketplace or bool(
            self.env["marketplace.cancellation.receipt"].sudo().search_count(ended, limit=1)
        )

    def _on_cancelled_by_seller(self, reason):
        """The seller cancelled an order of which the marketplace still expects the goods.

        The marketplace is told if the person was asked and wants it (:class:`SellerCancellation`),
        and the order can be cancelled there.
        Called once for each order, in superuser mode and in the transaction that cancels it.

        :param reason: what the person gave as reason, or None
        """
        self.ensure_one()
        self.seller_cancel_reason = reason
        name = self.marketplace_account_id.name
        message = self.env._("Cancelled by the seller; %s did not ask for it.", name)
        if reason:
            message += " " + self.env._("Reason: “%s”.", quoted(reason))
        asked = SellerCancellation.of(self.env)
        tell = asked and asked.tell_marketplace
        if tell and (why := self._obstacle_to_cancel_there()):
            message += " " + self.env._("%(name)s is not told: %(why)s", name=name, why=why)
        elif tell:
            self._cancel_at_marketplace(reason)
            message += " " + self.env._("%s will be told.", name)
        self._message_log(body=message, author_id=self.env.user.partner_id.id)

    def _remember_cancellation(self):
        """Note on these orders what their receipts, about to be deleted, say.

        Not noted any earlier: as long as there is a receipt, nothing can contradict it.
        """
        self.write({"cancelled_at_marketplace": True})

    # -- Goods and money --------------------------------------------------------------------------

    @contextmanager
    def _account_as_seller(self):
        """Account for those of these orders that are marketplaces', which the block cancels.

        Goods and money are accounted for as where a marketplace asks for it, however the orders are
        cancelled; what was bought or made for them is left to Odoo, and somebody is told of it
        where Odoo tells nobody. An untouched order needs none of it; orders of no marketplace are
        left to Odoo.
        """
        # sudo: the follow-up spans documents that a salesperson need not see; they are proposed
        orders = self.sudo()._in_context_of_follow_up()
        orders = orders.filtered(lambda order: order._marketplaces_own().marketplace_order_id)
        orders -= orders.browse().concat(*orders._untouched_with_moves())
        findings = {order: order._findings() for order in orders}
        with ExitStack() as stack:
            for own in orders.grouped("company_id").values():
                why = {order: order._cause_of_seller(self.env) for order in own}
                stack.enter_context(own._account_for_everything(why))
                stack.enter_context(own._see_to_upstream(why, stop=False))
                stack.enter_context(own._cancel_all_steps(why))
            yield
        if not SellerCancellation.of(self.env):  # or else a person has read it before
            for order, found in findings.items():
                order._tell_what_stays(found)

    def _in_context_of_follow_up(self):
        """Drop the caller's context: RPC must not suppress activities, nor set defaults."""
        context = self.env.context
        kept = {key: context[key] for key in _CONTEXT if key in context}
        return self.with_context(kept)  # pylint: disable=context-overridden

    def _marketplaces_own(self):
        """The marketplace's own order: this one, or the one that it replaces."""
        self.ensure_one()
        return self if self.marketplace_order_id else self.replaced_order_id

    def _cause_of_seller(self, env):
        """The :class:`~tools.cause.Cause` of this order's cancellation by ``env.user``.

        If its marketplace asks for it as well, that is the cause.
        """
        order = self._marketplaces_own()
        receipts = self.env["marketplace.cancellation.receipt"]
        if asking := receipts._holding(order)._newest_first()[:1]:
            return asking._as_cause(order)
        cancellation = SellerCancellation.of(env)
        text = self.env._("%s cancelled this order.", env.user.name)
        if cancellation and cancellation.reason:
            text += " " + self.env._("Reason: “%s”.", quoted(cancellation.reason))
        # a program that calls by RPC reads no activities
        person = env.user if cancellation else env.user.browse()
        return Cause(order, order.marketplace_account_id, text, receipts, person.sudo())
