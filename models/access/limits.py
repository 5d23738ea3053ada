import hashlib
import ipaddress

from odoo import api, fields, models

from ...tools.inbound.problem import TOO_MANY_CALLS, Problem

FAILED_CALLS_PARAMETER = "marketplace_order_cancellation.failed_calls_per_minute"
DEFAULT_FAILED_CALLS = 60

#: Sources are counted in so many groups: however many there are, this many rows at the most.
_SOURCE_GROUPS = 65536


class MarketplaceAccount(models.Model):
    """How many calls an account takes, and how many a source may try that proves nothing."""

    _inherit = "marketplace.account"

    rate_limit = fields.Integer(
        "Calls a Minute",
        default=6000,
        tracking=True,
        help="What comes beyond is answered to come later (429), and leaves no receipt. All "
        "workers and hosts count together. 0: any number.",
    )

    _rate_limit_not_negative = models.Constraint(
        "CHECK(rate_limit >= 0)", "Allow calls, or enter 0 for any number of them."
    )

    def _check_rate(self):
        """Count a call of who has the right credentials.

        :raise Problem: too-many-calls
        """
        rates = self.env["marketplace.call.rate"]
        wait = rates._seconds_to_wait(f"account {self.id}", self._settings().rate_limit)
        if wait:
            raise _too_many("Calls of this account come too often.", wait)

    @api.model
    def _check_failed_rate(self, remote_address):
        """Count a call of who has proved nothing, by where it comes from.

        Whoever has the right credentials is not counted here: others behind the same address
        cannot lock it out.

        :raise Problem: too-many-calls
        """
        rates = self.env["marketplace.call.rate"]
        source = f"source {_source_group(remote_address)}"
        wait = rates._seconds_to_wait(source, self._failed_calls_limit())
        if wait:
            raise _too_many("Calls without the right credentials come too often.", wait)

    @api.model
    def _failed_calls_limit(self):
        """How many calls a minute may fail to prove anything; 0 for any number."""
        # sudo: nobody is logged in
        text = self.env["ir.config_parameter"].sudo().get_param(FAILED_CALLS_PARAMETER, "")
        return int(text) if text.isdecimal() else DEFAULT_FAILED_CALLS


def _too_many(detail, wait):
    return Problem(TOO_MANY_CALLS, detail, headers={"Retry-After": str(wait)})


def _source_group(remote_address):
    """The number under which a source is counted.

    Of an IPv6 address its network counts: who has one address of it has them all.
    """
    try:
        address = ipaddress.ip_address(remote_address or "")
    except ValueError:
        source = remote_address or ""
    else:
        address = getattr(address, "ipv4_mapped", None) or address
        bits = 32 if address.version == 4 else 64
        source = str(ipaddress.ip_network((address, bits), strict=False))
    digest = hashlib.blake2b(source.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _SOURCE_GROUPS
