from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.clock import database_now
from ..access.admission import DEFAULT_FAILED_CALLS, FAILED_CALLS_PARAMETER

_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    marketplace_account_count = fields.Integer(
        "Connected Accounts",
        compute="_compute_marketplace_account_count",
        groups=_MANAGER,
        help="Accounts that their marketplace has already called.",
    )
    marketplace_unconnected_count = fields.Integer(
        "Accounts Not Connected Yet", compute="_compute_marketplace_account_count", groups=_MANAGER
    )
    marketplace_rejected_count = fields.Integer(
        "Rejected Calls in 24 Hours", compute="_compute_marketplace_rejected_count", groups=_MANAGER
    )
    marketplace_failed_calls = fields.Integer(
        "Failed Calls a Minute",
        default=DEFAULT_FAILED_CALLS,
        config_parameter=FAILED_CALLS_PARAMETER,
        help="How many calls without the right credentials a source may send in a minute. Empty: "
        "60.",
    )

    def _compute_marketplace_account_count(self):
        accounts = self.env["marketplace.account"].search([("code", "!=", False)])
        called = accounts.filtered(lambda account: account._last_request())
        self.marketplace_account_count = len(called)
        self.marketplace_unconnected_count = len(accounts - called)

    def _compute_marketplace_rejected_count(self):
        since = database_now(self.env.cr) - timedelta(days=1)
        rejected = self.env["marketplace.rejected.call"]
        [(number,)] = rejected._read_group([("last_at", ">=", since)], [], ["calls:sum"])
        self.marketplace_rejected_count = number

    @api.constrains("marketplace_failed_calls")
    def _check_marketplace_failed_calls(self):
        if any(settings.marketplace_failed_calls < 0 for settings in self):
            raise ValidationError(
                self.env._("The number of failed calls a minute cannot be negative.")
            )
