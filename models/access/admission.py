import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import network as addresses
from ...tools.inbound.problem import ACCOUNT_ARCHIVED, ADDRESS_NOT_ALLOWED, UNAVAILABLE, Problem

_logger = logging.getLogger(__name__)

#: After how long a marketplace may ask a paused account again, in seconds.
_PAUSE = 300


class MarketplaceAccount(models.Model):
    """Whom an account lets in who has the right credentials: from where, and whether at all."""

    _inherit = "marketplace.account"

    is_paused = fields.Boolean(
        "Paused",
        copy=False,
        tracking=True,
        help="Calls are answered that they are not possible just now (503) and to be repeated, and "
        "leave no receipt. Whoever does not repeat them has cancelled orders that go on here. "
        "Receipts, decisions and queued cancellations go on.",
    )
    allowed_networks = fields.Text(
        "Allowed Addresses",
        tracking=True,
        help="Addresses and networks from which the marketplace calls, IPv4 or IPv6, such as "
        "192.0.2.7 or 2001:db8::/32. Empty: from everywhere. Behind a proxy Odoo knows the "
        "caller's address only in its proxy mode.",
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
        """Let a caller in who has the right credentials, or raise.

        :param remote_address: of the caller
        :raise Problem: account-archived, address-not-allowed, or unavailable if it is paused
        """
        settings = self._settings()
        if not settings.active:
            raise Problem(ACCOUNT_ARCHIVED, "This marketplace account takes no more requests.")
        allowed = settings.allowed_networks
        if allowed and not addresses.is_within(remote_address, allowed):
            # Whoever reads this either has to allow an address, or to revoke credentials.
            _logger.warning(
                "Account %s: right credentials from %s, which is not allowed",
                self.id,
                remote_address,
            )
            raise Problem(ADDRESS_NOT_ALLOWED, "The seller expects your calls from elsewhere.")
        if settings.is_paused:
            headers = {"Retry-After": str(_PAUSE)}
            raise Problem(UNAVAILABLE, "The seller has paused this account.", headers=headers)

    def action_pause(self):
        """Answer no more calls for the time being."""
        self.is_paused = True

    def action_resume(self):
        """Answer calls again."""
        self.is_paused = False
