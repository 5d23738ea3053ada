from odoo import fields, models
from odoo.exceptions import AccessError

from ...tools.figures import COUNTED
from ...tools.samples import NO_TEST
from .dashboard import OPEN_DECISIONS

_RECEIPT = "marketplace.cancellation.receipt"


class DigestDigest(models.Model):
    """What marketplaces cancelled, in Odoo's digest; for users who may see receipts."""

    _inherit = "digest.digest"

    kpi_marketplace_cancellations = fields.Boolean("Marketplace Cancellations")
    kpi_marketplace_cancellations_value = fields.Integer(
        compute="_compute_kpi_marketplace_cancellations_value"
    )
    kpi_marketplace_undecided = fields.Boolean("Cancellations Waiting for a Decision")
    kpi_marketplace_undecided_value = fields.Integer(
        compute="_compute_kpi_marketplace_undecided_value"
    )
    kpi_marketplace_called_off = fields.Boolean("Value of Cancelled Marketplace Orders")
    kpi_marketplace_called_off_value = fields.Monetary(
        compute="_compute_kpi_marketplace_called_off_value"
    )

    def _compute_kpi_marketplace_cancellations_value(self):
        self._check_sees_receipts("marketplace_order_cancellation.group_marketplace_user")
        self._calculate_company_based_kpi(
            _RECEIPT,
            "kpi_marketplace_cancellations_value",
            date_field="received_at",
            additional_domain=[NO_TEST],
        )

    def _compute_kpi_marketplace_undecided_value(self):
        self._check_sees_receipts("marketplace_order_cancellation.group_marketplace_user")
        # now, so it is the same in every period
        receipts = self.env[_RECEIPT]
        counts = dict(receipts._read_group(OPEN_DECISIONS, ["company_id"], ["__count"]))
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_marketplace_undecided_value = counts.get(company, 0)

    def _compute_kpi_marketplace_called_off_value(self):
        self._check_sees_receipts("sales_team.group_sale_salesman")
        self._calculate_company_based_kpi(
            _RECEIPT,
            "kpi_marketplace_called_off_value",
            # When they were cancelled: by when it was asked for, what waited for a decision until
            # after its period would be in no mail at all.
            date_field="settled_at",
            additional_domain=[("state", "in", COUNTED)],
            sum_field="called_off",
        )

    def _check_sees_receipts(self, group):
        """Raise for users who may not see a figure: Odoo leaves it out of their digest."""
        is_foreign = self.company_id - self.env.companies
        if is_foreign or not self.env.user.has_group(group):
            raise AccessError(self.env._("You may not see what marketplaces cancelled."))

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("marketplace_order_cancellation.menu_marketplace_root").id
        actions = {
            "kpi_marketplace_cancellations": "action_marketplace_cancellation_dashboard",
            "kpi_marketplace_undecided": "action_marketplace_cancellation_undecided",
            "kpi_marketplace_called_off": "action_marketplace_cancellation_dashboard",
        }
        return super()._compute_kpis_actions(company, user) | {
            kpi: f"marketplace_order_cancellation.{action}?menu_id={menu}"
            for kpi, action in actions.items()
        }
