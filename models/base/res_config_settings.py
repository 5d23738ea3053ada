from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access.admission import DEFAULT_FAILED_CALLS, FAILED_CALLS_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    marketplace_account_count = fields.Integer(
        compute="_compute_marketplace_account_count",
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )
    marketplace_failed_calls = fields.Integer(
        "Failed Calls a Minute",
        default=DEFAULT_FAILED_CALLS,
        config_parameter=FAILED_CALLS_PARAMETER,
        help="How many calls without the right credentials are looked at for each source. Empty: "
        "60.",
    )

    def _compute_marketplace_account_count(self):
        self.marketplace_account_count = self.env["marketplace.account"].search_count([])

    @api.constrains("marketplace_failed_calls")
    def _check_marketplace_failed_calls(self):
        if any(settings.marketplace_failed_calls < 0 for settings in self):
            raise ValidationError(self.env._("Failed calls a minute cannot be fewer than none."))
