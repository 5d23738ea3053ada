from odoo import models
from odoo.exceptions import UserError

from ...tools.words import CANCELLED_BEFORE


class SaleOrder(models.Model):
    """Orders that arrive after their cancellation, or after that of what they replace; and those
    that go on for another, as other addons have it.

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
        orders._take_up_what_is_known()
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._settle_waiting_cancellations()
        quotations = orders.filtered(lambda order: order.state in ("draft", "sent"))
        waiting = self.env["marketplace.cancellation.receipt"].sudo()._waiting_for(quotations)
        for order in quotations:
            if receipts := waiting.filtered(order._is_of):
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
