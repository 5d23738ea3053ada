from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..moments import in_words

#: Calls that have cancelled an order at its marketplace, or may have: a server that fails, or
#: whose answer got lost, may have done it before.
TOLD = Domain("kind", "=", "cancel") & (
    Domain("state", "=", "sent")
    | Domain("is_unanswered", "=", True)
    | Domain("answer_status", ">=", 500)
)


class SaleOrder(models.Model):
    """Orders that go on here although the seller has cancelled them at their marketplaces.

    Somebody has set one to quotation and confirmed it again. The shopper got the money back, so
    nothing may leave until a person says that it is to.
    """

    _inherit = "sale.order"

    is_cancelled_there = fields.Boolean(
        "Cancelled There Alone",
        compute="_compute_marketplace_notice",
        groups="base.group_user",
        help="Goes on here, on hold: its marketplace was told that it is cancelled.",
    )

    def _told_there(self):
        """``{order: the call}`` of those of ``self`` that go on here and were cancelled there by
        the seller, whether somebody keeps them open or not.

        :param self: in superuser mode; read with one query for all
        """
        open_here = self._of_marketplaces().filtered(lambda order: order.state != "cancel")
        own = open_here | open_here.replaced_order_id
        if not own.filtered("marketplace_order_id"):
            return {}
        calls = self.env["marketplace.outbound.call"]
        found = calls.search(TOLD & Domain("sale_order_id", "in", own.ids)).grouped("sale_order_id")
        told = {order: found.get(order._marketplaces_own(), calls)[:1] for order in open_here}
        return {order: call for order, call in told.items() if call}

    def _held_as_told(self):
        """``{order: why}`` of those of :meth:`_told_there` that nobody keeps open."""
        return {
            order: order._headline_of_told(call)
            for order, call in self._told_there().items()
            if not order._is_kept()
        }

    def _calls_that_cancelled(self):
        """The calls that have cancelled this order there, or may have, whatever is done here."""
        return self.outbound_call_ids.filtered_domain(TOLD)

    def _is_kept(self):
        """Whether somebody keeps the marketplace's order open that this one is, or replaces."""
        # sudo: nobody may read the field, and that an order is kept open is no secret
        return self.sudo()._marketplaces_own().is_kept_open

    @api.model
    def _domain_held_as_told(self):
        """A domain that finds what :meth:`_held_as_told` holds, for whoever may see it."""
        # sudo: that an order is on hold concerns everybody who sees it
        told = self.env["marketplace.outbound.call"].sudo()._search(TOLD)
        orders = self.sudo()._search(
            Domain("id", "in", told.subselect("sale_order_id")) & Domain("is_kept_open", "=", False)
        )
        held = orders.subselect()
        return Domain("state", "!=", "cancel") & (
            Domain("id", "in", held) | Domain("replaced_order_id", "in", held)
        )

    # -- In words ---------------------------------------------------------------------------------

    def _telling_of_told(self, call):
        """``(key of NOTICES, headline, details)`` of an order of :meth:`_told_there`."""
        if not self._is_kept():
            return "hold", self._headline_of_told(call), self._details_of_told(call)
        name = call.account_id.name
        text = self.env._("%s was told that this order is cancelled; it is kept open here.", name)
        return "kept", text, self._details_of_told(call)

    def _headline_of_told(self, call):
        names = {"marketplace": call.account_id.name, "order": call.marketplace_order_id}
        if call.state == "sent":
            return self.env._(
                "%(marketplace)s was told that its order %(order)s is cancelled. It must not be "
                "shipped unless somebody keeps it open.",
                **names,
            )
        return self.env._(
            "%(marketplace)s may have been told that its order %(order)s is cancelled: there was "
            "no answer. It must not be shipped unless somebody keeps it open.",
            **names,
        )

    def _details_of_told(self, call):
        sentences = []
        if call.last_attempt_at:
            moment = in_words(self.env, call.last_attempt_at)
            told = self.env._("Told on %s.", moment)
            tried = self.env._("Tried last on %s.", moment)
            sentences.append(told if call.state == "sent" else tried)
        if reason := (call.body or {}).get("reason"):
            sentences.append(self.env._("Reason: “%s”.", reason.strip()))
        return " ".join(sentences)

    # -- A person's decision ----------------------------------------------------------------------

    def action_keep_open(self, reason):
        """Let these orders go on here although their marketplaces were told otherwise.

        :param reason: why, mandatory
        :raise AccessError: for whoever may not decide on cancellations
        :raise UserError: if an order is not on hold for it, or there is no reason
        """
        self.check_access("write")
        orders = self.sudo()  # sudo: whoever decides need not see the calls; checked one by one
        orders.marketplace_account_id.sudo(False)._check_may_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Please give a reason."))
        orders._claim_fulfilment()
        held = orders._held_as_told()
        if free := orders.filtered(lambda order: order not in held):
            raise UserError(
                self.env._(
                    "%s is not on hold because its marketplace was told of a cancellation.",
                    free[0].name,
                )
            )
        for order in orders:
            order._keep_open_as_told(reason)
        return True

    def _keep_open_as_told(self, reason):
        own = self._marketplaces_own()
        own._keep_open()
        text = self.env._(
            "Kept open here, although %(marketplace)s was told that the order is cancelled. "
            "Reason: %(reason)s",
            marketplace=own.marketplace_account_id.name,
            reason=reason,
        )
        for document in own | self:
            document._message_log(body=text, author_id=self.env.user.partner_id.id)
