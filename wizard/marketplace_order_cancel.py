from odoo import fields, models


class MarketplaceOrderCancel(models.TransientModel):
    """Warns before a person cancels an order that the marketplace still expects."""

    _name = "marketplace.order.cancel"
    _description = "Cancel a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    marketplace_account_id = fields.Many2one(related="order_id.marketplace_account_id")
    marketplace_order_id = fields.Char(related="order_id.marketplace_order_id")
    expectation = fields.Selection(
        [("goods", "The goods"), ("cancellation", "The cancellation"), ("nothing", "Nothing")],
        compute="_compute_expectation",
        help="What the marketplace expects of this order.",
    )
    replacements = fields.Char(
        compute="_compute_replacements", help="The orders that deliver this one once more."
    )
    reason = fields.Text()

    def _compute_expectation(self):
        for wizard in self:
            wizard.expectation = wizard.order_id._marketplace_expectation()

    def _compute_replacements(self):
        for wizard in self:
            others = wizard.order_id._with_replacements() - wizard.order_id
            wizard.replacements = ", ".join(others.mapped("name"))

    def action_cancel_order(self):
        """Cancel the order the ordinary way, and record the reason."""
        self.ensure_one()
        order = self.order_id.with_context(seller_cancel_reason=self.reason)
        return order.action_cancel()
