from odoo import api, fields, models

from ..tools.trusted_context import SellerCancellation
from .chosen_reason import leave_to_chosen_reason

#: How many orders are named at most.
_NAMED = 5


class SaleMassCancelOrders(models.TransientModel):
    """Warns when marketplace orders are among those that are cancelled at once."""

    _inherit = "sale.mass.cancel.orders"

    expected_orders_count = fields.Integer(
        compute="_compute_expected_orders_count",
        help="The number of orders whose goods a marketplace still expects.",
    )
    obstructed_orders = fields.Text(
        compute="_compute_expected_orders_count",
        help="Which orders cannot be cancelled at their marketplaces, and why.",
    )
    marketplace_preview = fields.Text(
        compute="_compute_marketplace_preview",
        help="How far marketplaces' orders have got, and what is done when they are cancelled.",
    )
    seller_cancel_reason = fields.Text("Explanation")
    tell_marketplace = fields.Boolean(
        "Cancel Them There, Too", help="Only marketplaces that can be called are told."
    )

    @api.depends("sale_order_ids")
    def _compute_expected_orders_count(self):
        for wizard in self:
            orders = wizard.sale_order_ids._origin.filtered(lambda own: own.state != "cancel")
            # sudo: what they replace, and what marketplaces were sent, may be others' to see
            expected = (
                orders.sudo()
                ._ending_at_marketplace()
                .filtered(lambda order: order._marketplace_expectation() == "goods")
            )
            wizard.expected_orders_count = len(expected)
            obstacles = {order: order._obstacle_to_cancel_there() for order in expected}
            told = [f"{order.name}: {why}" for order, why in obstacles.items() if why]
            if told:
                number = self.env._("%s of them cannot be cancelled there now:", len(told))
                told = [number, *_some(told)]
            wizard.obstructed_orders = "\n".join(told)

    @api.depends("sale_order_ids")
    def _compute_marketplace_preview(self):
        for wizard in self:
            wizard.marketplace_preview = "\n".join(wizard.sale_order_ids._describe_previews())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        return leave_to_chosen_reason(self.env, arch, "seller_cancel_reason"), view

    def action_mass_cancel(self):
        """Record the reason on the marketplaces' orders, and tell the marketplaces if wanted.

        Of `sale_cancel_reason`, the reason that was chosen is told where nobody explains it.
        """
        reason = self.seller_cancel_reason
        if not reason and "reason_id" in self._fields:
            reason = self.reason_id.display_name
        cancellation = SellerCancellation(reason, self.tell_marketplace)
        wizard = self.with_context(**cancellation.as_context())
        return super(SaleMassCancelOrders, wizard).action_mass_cancel()


def _some(texts):
    """As many of ``texts`` as people read, and a sign that there are more."""
    return texts[:_NAMED] + (["…"] if len(texts) > _NAMED else [])
