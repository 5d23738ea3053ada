from odoo import api, fields, models

from ..intent import SellerCancellation


class SaleMassCancelOrders(models.TransientModel):
    """Warns when marketplace orders are among those that are cancelled together."""

    _inherit = "sale.mass.cancel.orders"

    expected_orders_count = fields.Integer(
        compute="_compute_expected_orders_count",
        help="Of how many orders a marketplace still expects the goods.",
    )
    seller_cancel_reason = fields.Text("Reason")
    tell_marketplace = fields.Boolean(
        "Cancel them there, too", help="As far as their marketplaces take calls."
    )

    @api.depends("sale_order_ids")
    def _compute_expected_orders_count(self):
        for wizard in self:
            expected = wizard.sale_order_ids.filtered(
                lambda order: (
                    order.marketplace_order_id
                    and order.state != "cancel"
                    and order._marketplace_expectation() == "goods"
                )
            )
            wizard.expected_orders_count = len(expected)

    def action_mass_cancel(self):
        """Record the reason on the marketplaces' orders, and tell the marketplaces if wanted."""
        intent = SellerCancellation(self.seller_cancel_reason, self.tell_marketplace)
        wizard = self.with_context(**intent.as_context())
        return super(SaleMassCancelOrders, wizard).action_mass_cancel()
