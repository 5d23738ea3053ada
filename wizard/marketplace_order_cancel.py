from odoo import fields, models

from ..intent import SellerCancellation


class MarketplaceOrderCancel(models.TransientModel):
    """Warns before a person cancels an order that the marketplace still expects."""

    _name = "marketplace.order.cancel"
    _description = "Cancel a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    # Not in superuser mode: anybody may open the wizard, with the ID of any order.
    marketplace_account_id = fields.Many2one(
        related="order_id.marketplace_account_id", related_sudo=False
    )
    marketplace_order_id = fields.Char(related="order_id.marketplace_order_id", related_sudo=False)
    expectation = fields.Selection(
        [("goods", "The goods"), ("cancellation", "The cancellation"), ("nothing", "Nothing")],
        compute="_compute_expectation",
        help="What the marketplace expects of this order.",
    )
    replacements = fields.Char(
        compute="_compute_replacements", help="The orders that deliver this one once more."
    )
    can_tell = fields.Boolean(
        compute="_compute_expectation", help="The marketplace takes calls and expects the goods."
    )
    reason = fields.Text()

    def _compute_expectation(self):
        self.order_id.check_access("read")
        for wizard in self:
            wizard.expectation = wizard.order_id._marketplace_expectation()
            others = wizard.order_id.sudo()._with_replacements() - wizard.order_id
            wizard.can_tell = not others and wizard.order_id._can_cancel_at_marketplace()

    def _compute_replacements(self):
        self.order_id.check_access("read")
        for wizard in self:
            order = wizard.order_id.sudo()  # sudo: replacements may be somebody else's orders
            others = order._with_replacements() - order
            wizard.replacements = ", ".join(others.mapped("name"))

    def action_cancel_everywhere(self):
        """Cancel the order here, and have it cancelled at the marketplace."""
        return self._cancel_order(tell_marketplace=True)

    def action_cancel_order(self):
        """Cancel the order here alone."""
        return self._cancel_order(tell_marketplace=False)

    def _cancel_order(self, tell_marketplace):
        """Cancel the order the ordinary way, and record the reason."""
        self.ensure_one()
        intent = SellerCancellation(self.reason, tell_marketplace)
        return self.order_id.with_context(**intent.as_context()).action_cancel()
