from odoo import models
from odoo.exceptions import UserError

from ...tools.states import HOLDING
from ...tools.words import CANCELLED_BEFORE
from .hold import TOLD


class SaleOrder(models.Model):
    """Orders that go on under another record, as other addons have them do, and those that must not
    go on as another order of the marketplace, or as none of it.

    None of these addons is needed: what they write is looked at. A revision (OCA's
    `base_revision`, ``_prepare_revision_data`` and ``_get_new_rev_data``) is written on the earlier
    order as its ``current_revision_id``.
    """

    _inherit = "sale.order"

    def _go_on_instead_of(self, orders):
        """Let a marketplace that cancels one of ``orders`` reach these, which deliver its goods."""
        # sudo: who revises or splits an order need not see the marketplace's fields
        orders = orders.sudo()
        named = orders.filtered("marketplace_order_id") | orders.replaced_order_id
        free = self.sudo().filtered(
            lambda order: not (order.marketplace_order_id or order.replaced_order_id)
        )
        if len(named) == 1 and (free := free - named):
            free.replaced_order_id = named

    # -- What an order is at its marketplace ------------------------------------------------------

    def _identities_to_keep(self):
        """Which of ``self`` must stay the marketplace's orders that they are, since nothing would
        hold them any more otherwise.

        :param self: in superuser mode
        :return: ``{order: (marketplace, ID there, why)}``
        """
        return {
            order: (order.marketplace_account_id, order.marketplace_order_id, why)
            for order, why in self._reasons_to_stay_at_marketplace().items()
        }

    def _reasons_to_stay_at_marketplace(self):
        """``{order: why}`` of those of ``self`` whose marketplace has asked for something that is
        not settled, or takes them for cancelled while nobody keeps them open.

        One that only waits under the ID may go: an ID that was mistaken can be mended.

        :param self: in superuser mode
        """
        named = self.filtered("marketplace_order_id")
        if not named:
            return {}
        receipts = self.env["marketplace.cancellation.receipt"]
        notable = receipts._notable(named)
        cancelled = named._held_as_cancelled_there(notable)
        reasons = {}
        for order in named:
            own = notable.get(order, receipts)
            open_ones = own.filtered(lambda receipt: receipt.state in HOLDING)
            by = open_ones or order._receipts_of_cancelled(own)
            if why := by[:1]._hold_text() or order._why_told() or cancelled.get(order):
                reasons[order] = why
        return reasons

    def _why_told(self):
        """What its marketplace was told of this order, if it is cancelled and nobody keeps it."""
        if self.state != "cancel" or self.is_kept_open:
            return False
        if call := self.outbound_call_ids.filtered_domain(TOLD)[:1]:
            return self._headline_of_cancelled_there(call)
        return self.cancelled_at_marketplace and self._headline_without_receipt()

    def _check_identities_kept(self, held):
        """:raise UserError: if an order of ``held``, see :meth:`_identities_to_keep`, is another of
        its marketplace now, or none
        """
        for order, (account, order_id, why) in held.items():
            if (order.marketplace_account_id, order.marketplace_order_id) != (account, order_id):
                text = self.env._(
                    "%(order)s stays order %(id)s of %(marketplace)s, or nothing would keep its"
                    " goods from leaving. %(why)s",
                    order=order.name,
                    id=order_id,
                    marketplace=account.name,
                    why=why,
                )
                raise UserError(text)

    # -- Orders that arrive after their cancellation, or after that of what they replace ----------

    def action_confirm(self):
        """Cancel, rather than confirm, orders whose cancellation has come before them."""
        orders = self - self._settle_waiting_cancellations()
        orders._check_replaceable()
        return super(SaleOrder, orders).action_confirm() if orders else True

    def _check_replaceable(self):
        """Refuse to deliver once more what the marketplace has cancelled and nobody keeps open."""
        # sudo: the user who confirms the replacement need not see the replaced order
        for replaced in self.sudo().replaced_order_id:
            if not replaced.is_kept_open and replaced._marketplace_expectation() == "nothing":
                text = self.env._(
                    "%s is cancelled by its marketplace, or will be: no other order can replace "
                    "it. Empty “Replaces” to confirm this order.",
                    replaced.name,
                )
                raise UserError(text)

    def _carry_out_waiting_cancellations(self):
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
            name = order.marketplace_account_id, order.marketplace_order_id
            if receipts := waiting.filtered(
                lambda own, name=name: (own.account_id, own.marketplace_order_id) == name
            ):
                receipts.sale_order_id = order
                order._message_log(body=order.env._(CANCELLED_BEFORE))
        self.env["ir.cron"]._wake_own("cron_settle_pending")

    def _settle_waiting_cancellations(self):
        """Cancel those of ``self`` whose cancellation waits, and return them."""
        # sudo: a user who confirms (a customer who signs, say) need not see marketplaces' fields
        expected = self.sudo().filtered(
            lambda order: order.marketplace_order_id and order.state != "cancel"
        )
        if not expected:
            return self.browse()
        return self.env["marketplace.cancellation.service"]._settle_waiting(expected)


class SaleOrderLine(models.Model):
    """Lines that become another order's (OCA's `sale_order_split_strategy` writes their order)."""

    _inherit = "sale.order.line"

    def write(self, vals):
        if not (target := self.env["sale.order"].browse(vals.get("order_id")).exists()):
            return super().write(vals)
        moved = self.filtered(lambda line: line.order_id != target)
        sources = moved.sudo().order_id._of_marketplaces()  # sudo: as above
        if sources:
            moved._check_may_go_on_in(target.sudo(), sources)
        result = super().write(vals)
        if sources:
            target._go_on_instead_of(sources)
        return result

    def _check_may_go_on_in(self, target, sources):
        """Refuse what nobody could cancel with its own order any more.

        :raise UserError: if these lines of ``sources``, orders of marketplaces, would become part
            of an order that delivers something else
        """
        named = sources.filtered("marketplace_order_id") | sources.replaced_order_id
        is_alone = not (target.order_line - self).filtered("product_id")
        is_free = not target._of_marketplaces()
        if len(named) == 1 and (target._marketplaces_own() == named or (is_alone and is_free)):
            return
        text = self.env._(
            "%(lines)s cannot become part of %(target)s: they could not be cancelled with"
            " %(orders)s any more. Move them to an order of their own.",
            lines=", ".join(self.mapped("name")),
            target=target.display_name,
            orders=", ".join(sources.mapped("name")),
        )
        raise UserError(text)
