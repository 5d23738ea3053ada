from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.outbound.texts import text_of_cancelled_there, text_of_telling
from ...tools.states import CONFIRMED
from ...tools.words import KEPT_OPEN
from ..base.moments import day_of, in_words

CONFIRMED_AGAIN = "marketplace_order_cancellation.activity_confirmed_again"

#: Calls that have cancelled an order at its marketplace, or may have: a server that fails, or
#: whose answer got lost, may have done it before.
TOLD = Domain("kind", "=", "cancel") & (
    Domain("state", "=", "sent") | Domain("may_be_carried_out", "=", True)
)


class SaleOrder(models.Model):
    """Orders for which nothing may leave: cancelled, about to be, or cancelled at their marketplace
    alone.

    Somebody may have set one to quotation and confirmed it again. The shopper got the money back,
    so nothing may leave until a person says that it is to.
    """

    _inherit = "sale.order"

    def _reasons_not_to_ship(self):
        """``{order: why}`` of those of ``self``, in superuser mode, for which nothing may leave.

        A cancellation is asked for, waits or has failed; or the order is cancelled, for any
        reason; or it goes on here although it is cancelled there. A user who keeps an order open
        wants it shipped. Asked with two queries for all.
        """
        orders = self._of_marketplaces()
        if not orders:
            return {}
        notable = self.env["marketplace.cancellation.receipt"].sudo()._notable(orders)
        cancelled = orders._held_as_cancelled_there(notable)
        reasons = {}
        for order in orders:
            receipts = notable.get(order, self.env["marketplace.cancellation.receipt"])
            held_by = receipts._that_hold() or order._receipts_of_cancelled(receipts)
            if reason := held_by[:1]._hold_text() or order._why_cancelled() or cancelled.get(order):
                reasons[order] = reason
        return reasons

    def _receipts_of_cancelled(self, receipts):
        """The receipt, if any, because of which this order, or what it replaces, is cancelled.

        :param receipts: what ``_notable`` finds for it, the newest first
        """
        for order in self | self.replaced_order_id:
            newest = receipts.filtered(lambda own, order=order: own.sale_order_id == order)[:1]
            if newest.state == "cancelled" and order.state == "cancel" and not order.is_kept_open:
                return newest
        return receipts.browse()

    def _why_cancelled(self):
        """Why nothing leaves for this order although no receipt says so, False if it may."""
        if self.state == "cancel":
            return self.env._("%s is cancelled: nothing may leave for it.", self.name)
        replaced = self.replaced_order_id
        if replaced._is_known_to_be_cancelled_there() and not replaced.is_kept_open:
            return replaced._headline_without_receipt()
        return False

    is_cancelled_there = fields.Boolean(
        "Cancelled There Alone",
        compute="_compute_marketplace_notice",
        groups="base.group_user",
        help="The order is open here, on hold, but cancelled at its marketplace.",
    )
    may_keep_open = fields.Boolean(
        "May Be Kept Open by You",
        compute="_compute_marketplace_notice",
        groups="base.group_user",
        help="Cancelled at its marketplace alone, and the user may keep it open here.",
    )

    def _cancelled_there(self, notable=None):
        """``{order: why}`` of those of ``self`` that go on here and are cancelled at their
        marketplaces, whether somebody keeps them open or not.

        Why is the call by which the seller has cancelled it there, or else the marketplace's own
        receipt, which is empty if it was deleted.

        :param self: in superuser mode; read with two queries for all
        :param notable: what ``_notable`` of receipts says of ``self``, if that was asked just now
        """
        open_here = self._of_marketplaces().filtered(lambda order: order.state != "cancel")
        own = open_here | open_here.replaced_order_id
        if not own.filtered("marketplace_order_id"):
            return {}
        calls = self.env["marketplace.outbound.call"]
        told = calls.search(TOLD & Domain("sale_order_id", "in", own.ids)).grouped("sale_order_id")
        receipts = self.env["marketplace.cancellation.receipt"]
        if notable is None:
            notable = receipts._notable(open_here)
        found = {}
        for order in open_here:
            own = order._marketplaces_own()
            confirmed = notable.get(order, receipts).filtered(
                lambda receipt, own=own: receipt.sale_order_id == own and receipt.state in CONFIRMED
            )
            if call := told.get(own, calls)[:1]:
                found[order] = call
            elif confirmed or own.cancelled_at_marketplace:
                found[order] = confirmed[:1]
        return found

    def _held_as_cancelled_there(self, notable=None):
        """``{order: why}``, in words, of those of :meth:`_cancelled_there` nobody keeps open."""
        return {
            order: order._headline_of_cancelled_there(why)
            for order, why in self._cancelled_there(notable).items()
            if not order._is_kept()
        }

    def _is_kept(self):
        """Whether somebody keeps the marketplace's order open that this one is, or replaces."""
        # sudo: nobody may read the field, and that an order is kept open is no secret
        return self.sudo()._marketplaces_own().is_kept_open

    @api.model
    def _domain_held_as_cancelled_there(self):
        """A domain that finds what :meth:`_held_as_cancelled_there` holds."""
        # sudo: that an order is on hold concerns everybody who sees it
        told = self.env["marketplace.outbound.call"].sudo()._search(TOLD)
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        confirmed = receipts._search([("state", "in", CONFIRMED), ("sale_order_id", "!=", False)])
        orders = self.sudo()._search(
            (
                Domain("id", "in", told.subselect("sale_order_id"))
                | Domain("id", "in", confirmed.subselect("sale_order_id"))
                | Domain("cancelled_at_marketplace", "=", True)
            )
            & Domain("is_kept_open", "=", False),
            active_test=False,
        )
        held = orders.subselect()
        return Domain("state", "!=", "cancel") & (
            Domain("id", "in", held) | Domain("replaced_order_id", "in", held)
        )

    # -- In words ---------------------------------------------------------------------------------

    def _telling_of_cancelled_there(self, why):
        """``(key of NOTICES, headline, details)`` of an order of :meth:`_cancelled_there`."""
        details = self._details_of_cancelled_there(why)
        if not self._is_kept():
            return "hold", self._headline_of_cancelled_there(why), details
        name = self._marketplaces_own().marketplace_account_id.name
        text = self.env._("%s was told that this order is cancelled; it is kept open here.", name)
        return "kept", text, details

    def _headline_of_cancelled_there(self, why):
        own = self._marketplaces_own()
        kind = why.state if why._name == "marketplace.outbound.call" else None
        name = own.marketplace_account_id.name
        return text_of_cancelled_there(self.env, kind, name, own.marketplace_order_id)

    def _details_of_cancelled_there(self, why):
        if why._name != "marketplace.outbound.call":
            return why._details()
        moment = why.last_attempt_at and in_words(self.env, why.last_attempt_at)
        return text_of_telling(self.env, why.state, moment, (why.body or {}).get("reason"))

    def _ask_about_confirmed_again(self):
        """Have somebody decide on those of these orders that are cancelled at their marketplaces.

        A person sees the banner of the order; a program that confirms it again does not.
        """
        # sudo: the user who confirms the order need not see its marketplace
        orders = self.sudo().with_context(mail_activity_automation_skip=False)
        for order, why in orders._held_as_cancelled_there().items():
            if order.activity_search([CONFIRMED_AGAIN]):
                continue  # somebody is asked already
            user = order._marketplaces_own().marketplace_account_id._responsible_user()
            note = self.env._("It was confirmed again, and is on hold. %s", why)
            order.activity_schedule(
                CONFIRMED_AGAIN, day_of(user), note=escape(note), user_id=user.id
            )

    def _ask_again(self):
        """Ask again about those of these orders that are still on hold."""
        self.exists()._ask_about_confirmed_again()

    def _ask_no_more_about_confirmed_again(self):
        """Take that question back: these orders are cancelled, or are kept open."""
        # sudo: the activity is another user's; a context given by RPC does not keep it there
        orders = self.sudo().with_context(mail_activity_automation_skip=False)
        orders.activity_unlink([CONFIRMED_AGAIN])

    # -- A person's decision ----------------------------------------------------------------------

    def action_keep_open(self, reason):
        """Let these orders go on here although they are cancelled at their marketplaces.

        :param reason: why, mandatory
        :raise AccessError: for a user who may not decide on cancellations
        :raise UserError: if an order is not on hold for it, or there is no reason
        """
        self.check_access("write")
        orders = self.sudo()  # sudo: a user who decides need not see the calls; checked one by one
        own = orders | orders.replaced_order_id
        own.marketplace_account_id.sudo(False)._check_may_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Please give a reason."))
        orders._claim_fulfilment()
        held = orders._held_as_cancelled_there()
        if free := orders.filtered(lambda order: order not in held):
            name = free[0].name
            raise UserError(
                self.env._("%s is not on hold for being cancelled at its marketplace.", name)
            )
        author = self.env.user.partner_id.id
        for order in orders:
            own = order._marketplaces_own()
            own.is_kept_open = True
            name = own.marketplace_account_id.name
            text = self.env._(KEPT_OPEN, marketplace=name, reason=reason)
            for document in own | order:
                document._message_log(body=text, author_id=author)
        return True
