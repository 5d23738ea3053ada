import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import network as addresses
from ...tools.inbound.problem import (
    ACCOUNT_ARCHIVED,
    ADDRESS_NOT_ALLOWED,
    TOO_MANY_CALLS,
    UNAVAILABLE,
    Problem,
)

_logger = logging.getLogger(__name__)

FAILED_CALLS_PARAMETER = "marketplace_order_cancellation.failed_calls_per_minute"
DEFAULT_FAILED_CALLS = 60

#: After how long a marketplace may ask a paused account again, in seconds.
_PAUSE = 300


class MarketplaceAccount(models.Model):
    """Which calls an account lets in: from where, whether at all, and how many a minute."""

    _inherit = "marketplace.account"

    is_paused = fields.Boolean(
        "Paused",
        copy=False,
        tracking=True,
        help="Calls are answered with 503 and leave no receipt: the marketplace has to repeat "
        "them. If it does not, orders that it has cancelled go on here. Receipts, decisions and "
        "queued cancellations go on.",
    )
    allowed_networks = fields.Text(
        "Allowed Addresses",
        tracking=True,
        help="Addresses and networks from which the marketplace calls, IPv4 or IPv6, such as "
        "192.0.2.7 or 2001:db8::/32. Empty: from everywhere. Behind a proxy Odoo knows the "
        "caller's address only in its proxy mode.",
    )
    rate_limit = fields.Integer(
        "Calls a Minute",
        default=6000,
        tracking=True,
        help="Further calls are told to come later (429), and leave no receipt. The limit is one "
        "for all workers and hosts. 0: any number.",
    )

    _rate_limit_not_negative = models.Constraint(
        "CHECK(rate_limit >= 0)", "Allow calls, or enter 0 for any number of them."
    )

    @api.constrains("allowed_networks")
    def _check_allowed_networks(self):
        for account in self:
            try:
                addresses.networks(account.allowed_networks)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Allowed addresses are IPv4 or IPv6 addresses and networks: %s", error
                    )
                ) from error

    def _check_admission(self, remote_address):
        """Let a call in that has the right credentials, and count it; or raise.

        :param remote_address: of the caller
        :raise Problem: account-archived, address-not-allowed, unavailable if the account is paused,
            or too-many-calls
        """
        settings = self._settings()
        if not settings.active:
            raise Problem(ACCOUNT_ARCHIVED, "This marketplace account takes no more requests.")
        allowed = settings.allowed_networks
        if allowed and not addresses.is_within(remote_address, allowed):
            # The reader either has to allow an address, or to revoke credentials.
            _logger.warning(
                "Account %s: right credentials from %s, which is not allowed",
                self.id,
                remote_address,
            )
            raise Problem(ADDRESS_NOT_ALLOWED, "The seller expects your calls from elsewhere.")
        if settings.is_paused:
            headers = {"Retry-After": str(_PAUSE)}
            raise Problem(UNAVAILABLE, "The seller has paused this account.", headers=headers)
        self._count_call(
            f"account {self.id}", settings.rate_limit, "Calls of this account come too often."
        )

    @api.model
    def _check_failed_rate(self, remote_address):
        """Count a call without the right credentials, by where it comes from.

        Calls with the right ones are not counted here: others behind the same address cannot lock
        them out.

        :raise Problem: too-many-calls
        """
        self._count_call(
            f"source {addresses.source_group(remote_address)}",
            self._failed_calls_limit(),
            "Calls without the right credentials come too often.",
        )

    @api.model
    def _count_call(self, key, limit, detail):
        if wait := self.env["marketplace.call.rate"]._seconds_to_wait(key, limit):
            raise Problem(TOO_MANY_CALLS, detail, headers={"Retry-After": str(wait)})

    @api.model
    def _failed_calls_limit(self):
        """How many calls a minute may fail to prove anything; 0 for any number."""
        # sudo: nobody is logged in
        text = self.env["ir.config_parameter"].sudo().get_param(FAILED_CALLS_PARAMETER, "")
        return int(text) if text.isdecimal() else DEFAULT_FAILED_CALLS

    def action_pause(self):
        """Answer no more calls for the time being."""
        self.is_paused = True

    def action_resume(self):
        """Answer calls again."""
        self.is_paused = False
