from contextlib import ExitStack, contextmanager

from odoo import fields, models

from ...tools.cause import Cause
from ...tools.trusted_context import SellerCancellation

#: What of a caller's context counts for what follows from a cancellation.
_CONTEXT = ("lang", "tz", "allowed_company_ids")


class SaleOrder(models.Model):
    """Goods and money of marketplaces' orders that the seller cancels: returns, credit notes."""

    _inherit = "sale.order"

    seller_return_ids = fields.One2many(
        "stock.picking",
        "return_order_id",
        "Goods Coming Back",
        readonly=True,
        groups="stock.group_stock_user",
        help="Proposed when the seller cancelled this marketplace order, unasked.",
    )

    @contextmanager
    def _account_as_seller(self):
        """Account for those of these orders that are marketplaces', which the block cancels.

        Exactly as where a marketplace asks for it, whoever cancels them in whatever way. What was
        not begun with needs none of it; orders of no marketplace are left to Odoo.
        """
        # sudo: the follow-up spans documents that a salesperson need not see; they are proposed
        orders = self.sudo()._in_context_of_follow_up()
        orders = orders.filtered(lambda order: order._marketplaces_own().marketplace_order_id)
        orders -= orders.browse().concat(*orders._untouched())
        with ExitStack() as stack:
            for own in orders.grouped("company_id").values():
                why = {order: order._cause_of_seller(self.env) for order in own}
                stack.enter_context(own._account_for_everything(why))
                stack.enter_context(own._cancel_all_steps(why))
            yield

    def _in_context_of_follow_up(self):
        """Nobody who calls by RPC decides that nobody is asked, or what new documents have."""
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
            text += " " + self.env._("Reason: “%s”.", cancellation.reason)
        # a program that calls by RPC reads no activities
        person = env.user if cancellation else env.user.browse()
        return Cause(order, order.marketplace_account_id, text, receipts, person.sudo())
