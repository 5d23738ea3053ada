from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.samples import TEST_PREFIX


class MarketplaceCancellationReceipt(models.Model):
    """Receipts of self-tests: marked and found as such, and counted nowhere."""

    _inherit = "marketplace.cancellation.receipt"

    is_test = fields.Boolean(
        "Test",
        compute="_compute_is_test",
        search="_search_is_test",
        compute_sudo=True,
        help="Asked for by a self-test, not by the marketplace.",
    )

    @api.depends("marketplace_order_id", "sale_order_id.is_marketplace_test")
    def _compute_is_test(self):
        """Say of what is about a customer's order, whatever its ID is, that it is no test."""
        for receipt in self:
            order = receipt.sale_order_id
            is_named_so = (receipt.marketplace_order_id or "").startswith(TEST_PREFIX)
            receipt.is_test = is_named_so and (not order or order.is_marketplace_test)

    @api.model
    def _search_is_test(self, operator, value):
        """Only "is a test" and, negated by the ORM, "is none"."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        is_named_so = Domain("marketplace_order_id", "=like", f"{TEST_PREFIX}%")
        # By the ID as well, which has an index: or else every order would be read to find them.
        sample = is_named_so & Domain("is_marketplace_test", "=", True)
        of_sample = Domain("sale_order_id", "any!", sample)
        return is_named_so & (Domain("sale_order_id", "=", False) | of_sample)

    @api.model
    def _domain_attention(self):
        return super()._domain_attention() & Domain("is_test", "=", False)
