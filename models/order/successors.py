from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Orders that go on under another record, as other addons have them do.

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
