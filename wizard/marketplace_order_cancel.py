from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.trusted_context import SellerCancellation
from .chosen_reason import have_chosen_reasons, leave_to_chosen_reason


class MarketplaceOrderCancel(models.TransientModel):
    """Warns before a person cancels an order that the marketplace still expects."""

    _name = "marketplace.order.cancel"
    _description = "Cancel a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    marketplace_account_id = fields.Many2one("marketplace.account", compute="_compute_expectation")
    marketplace_order_id = fields.Char(compute="_compute_expectation")
    expectation = fields.Selection(
        [("goods", "The goods"), ("cancellation", "The cancellation"), ("nothing", "Nothing")],
        compute="_compute_expectation",
        help="What the marketplace expects of this order.",
    )
    is_archived = fields.Boolean(
        compute="_compute_expectation",
        help="The account is archived: its marketplace learns nothing.",
    )
    replacements = fields.Char(
        compute="_compute_replacements",
        help="Other orders for the same order of the marketplace.",
    )
    can_tell = fields.Boolean(
        compute="_compute_expectation", help="The marketplace can be called, and expects the goods."
    )
    obstacle = fields.Text(
        compute="_compute_expectation", help="Why the order cannot be cancelled there."
    )
    findings = fields.Text(compute="_compute_preview", help="How far the order has got.")
    consequences = fields.Text(
        compute="_compute_preview", help="What is done when the order is cancelled here."
    )
    reason = fields.Text("Explanation")
    chosen_reason = fields.Selection(
        "_get_chosen_reasons",
        "Reason",
        compute="_compute_chosen_reason",
        inverse="_inverse_chosen_reason",
        help="The reason for the cancellation, as the order keeps it.",
    )

    def _compute_expectation(self):
        self.order_id.check_access("read")
        for wizard in self:
            # sudo: what it replaces, and other replacements, may be somebody else's orders
            order = wizard.order_id.sudo()._marketplaces_own() or wizard.order_id.sudo()
            wizard.marketplace_account_id = order.marketplace_account_id
            wizard.is_archived = not order.marketplace_account_id.active
            wizard.marketplace_order_id = order.marketplace_order_id
            wizard.expectation = order._marketplace_expectation()
            is_last = not wizard._others_that_deliver()
            wizard.can_tell = is_last and order._can_cancel_at_marketplace()
            wizard.obstacle = wizard.can_tell and order._obstacle_to_cancel_there()

    @api.depends("order_id")
    def _compute_preview(self):
        self.order_id.check_access("read")
        for wizard in self:
            wizard.findings, wizard.consequences = wizard.order_id._describe_preview()

    def _compute_replacements(self):
        self.order_id.check_access("read")
        for wizard in self:
            wizard.replacements = ", ".join(wizard._others_that_deliver().mapped("name"))

    def _get_chosen_reasons(self):
        if not have_chosen_reasons(self.env):
            return []
        # sudo: whoever may read the wizard may read what can be chosen in it
        reasons = self.env["sale.order"].cancel_reason_id.sudo().name_search(limit=500)
        return [(str(reason), name) for reason, name in reasons]

    @api.depends("order_id")
    def _compute_chosen_reason(self):
        self.order_id.check_access("read")
        for wizard in self:
            known = have_chosen_reasons(self.env) and wizard.order_id.cancel_reason_id
            wizard.chosen_reason = str(known.id) if known else False

    def _inverse_chosen_reason(self):
        if have_chosen_reasons(self.env):
            # or else `sale_tier_validation` lets nobody cancel what is still to be validated
            for wizard in self.with_context(skip_validation_check=True):
                wizard.order_id.cancel_reason_id = int(wizard.chosen_reason)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        return leave_to_chosen_reason(self.env, arch, "reason"), view

    def _others_that_deliver(self):
        """The other open orders that deliver the same order of the marketplace."""
        order = self.order_id.sudo()  # sudo: as above
        return order._marketplaces_own()._with_replacements() - order

    def action_cancel_everywhere(self):
        """Cancel the order here, and have it cancelled at the marketplace.

        :raise UserError: if it cannot be cancelled there, saying why
        """
        self.ensure_one()
        if self.obstacle:
            raise UserError(self.obstacle)
        return self._cancel_order(tell_marketplace=True)

    def action_cancel_order(self):
        """Cancel the order here alone."""
        return self._cancel_order(tell_marketplace=False)

    def _cancel_order(self, tell_marketplace):
        """Cancel the order the ordinary way, and record the reason.

        :raise UserError: if a reason has to be chosen, and none is
        """
        self.ensure_one()
        reason = self.reason
        if have_chosen_reasons(self.env):
            chosen = self.order_id.cancel_reason_id
            if not chosen:
                raise UserError(self.env._("Choose the reason why the order is cancelled."))
            reason = reason or chosen.display_name
        cancellation = SellerCancellation(reason, tell_marketplace)
        return self.order_id.with_context(**cancellation.as_context()).action_cancel()
