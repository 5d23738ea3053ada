import math

from psycopg2 import Error

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import PoolError
from odoo.tools import SQL

from ...tools import network as addresses
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.problem import (
    ACCOUNT_ARCHIVED,
    ADDRESS_NOT_ALLOWED,
    TOO_MANY_CALLS,
    UNAVAILABLE,
    Problem,
)
from ...tools.leases import TAKE, TAKE_ANYWAY, Leases

_logger = discreet_logger(__name__)

FAILED_CALLS_PARAMETER = "marketplace_order_cancellation.failed_calls_per_minute"
DEFAULT_FAILED_CALLS = 60

#: After how long a marketplace may ask a paused account again, in seconds.
_PAUSE = 300

#: For how long calls are counted, in seconds: a limit is a number of calls a minute.
_PERIOD = 60
#: Into how many parts a limit is divided. A worker takes one at a time, so that few calls ask the
#: database.
_PARTS_OF_LIMIT = 100
#: How long a worker may use what it has taken, in seconds.
_LEASE = 5
#: Of a limit that is kept in every minute: which part is used in the long run, and for how many
#: seconds' worth of it calls may come at once. In a minute that is ``0.9 * limit`` and these, less
#: than ``limit`` and one more: see ``_steadily``.
_STEADY_PART, _STEADY_AHEAD = 0.9, 5
#: How often a worker tries again when another one takes from the same limit at the same moment.
_ATTEMPTS = 5
#: What this worker has taken of each ``(database, key, limit)``.
leases = Leases(_LEASE)


class MarketplaceAccount(models.Model):
    """Which calls an account lets in: from where, whether at all, and how many a minute."""

    _inherit = "marketplace.account"

    is_paused = fields.Boolean(
        "Paused",
        copy=False,
        tracking=True,
        help="Calls are answered with 503 and leave no receipt: the marketplace has to repeat "
        "them. If it does not, orders that it has cancelled stay open here. Receipts, "
        "decisions and queued cancellations continue.",
    )
    allowed_networks = fields.Text(
        "Allowed Addresses",
        tracking=True,
        groups="marketplace_order_cancellation.group_marketplace_manager",
        help="Addresses and networks from which the marketplace calls, IPv4 or IPv6, such as "
        "192.0.2.7 or 2001:db8::/32. Empty: from everywhere. Behind a proxy Odoo knows the "
        "caller's address only in its proxy mode.",
    )
    rate_limit = fields.Integer(
        "Calls a Minute",
        default=6000,
        tracking=True,
        help="Calls beyond this number are told to come later (429), and leave no receipt. All "
        "workers and hosts share the limit. 0: no limit.",
    )

    _rate_limit_not_negative = models.Constraint(
        "CHECK(rate_limit >= 0)", "The limit of calls cannot be negative. Enter 0 for no limit."
    )

    @api.constrains("allowed_networks")
    def _check_allowed_networks(self):
        for account in self:
            try:
                addresses.networks(account.allowed_networks)
            except ValueError as error:
                text = self.env._(
                    "Allowed addresses are IPv4 or IPv6 addresses and networks: %s", error
                )
                raise ValidationError(text) from error

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
            text = "The seller has paused this account."
            raise Problem(UNAVAILABLE, text, headers=headers, reason="paused")
        rates = self.env["marketplace.call.rate"]
        if wait := rates._seconds_to_wait(f"account {self.id}", settings.rate_limit):
            raise _too_many_calls("Calls of this account come too often.", wait, "limit")

    @api.model
    def _check_failed_rate(self, remote_address):
        """Count a call without the right credentials, by where it comes from.

        Calls with the right ones are not counted here: others behind the same address cannot lock
        them out.

        :raise Problem: too-many-calls
        """
        key = f"source {addresses.source_group(remote_address)}"
        rates = self.env["marketplace.call.rate"]
        if wait := rates._seconds_to_wait(key, self._failed_calls_limit()):
            text = "Calls without the right credentials come too often."
            raise _too_many_calls(text, wait, "failed_limit")

    @api.model
    def _failed_calls_limit(self):
        """How many calls a minute may come without the right credentials; 0 for any number."""
        # sudo: nobody is logged in
        text = self.env["ir.config_parameter"].sudo().get_param(FAILED_CALLS_PARAMETER, "")
        return int(text) if text.isdecimal() else DEFAULT_FAILED_CALLS

    def action_pause(self):
        """Answer no more calls for the time being."""
        self.is_paused = True

    def action_resume(self):
        """Answer calls again."""
        self.is_paused = False


def _too_many_calls(detail, seconds, reason):
    return Problem(TOO_MANY_CALLS, detail, headers={"Retry-After": str(seconds)}, reason=reason)


class MarketplaceCallRate(models.Model):
    """How much of each limit on calls is used: one row a limit, shared by all workers and hosts.

    A row holds one moment (the generic cell rate algorithm): each call that is taken moves it on by
    the call's part of a minute, beginning at the present. A limit is spent when the moment is a
    whole minute ahead of now; as it is refilled meanwhile, up to twice the limit comes in a minute.
    The database's clock counts, so hosts need not agree on the time.

    Where we are the ones who call, the limit is another program's and is kept in every minute: such
    calls come *steadily*, at nine tenths of it, with only some seconds' worth of them at once. No
    worker takes any of them ahead.
    """

    _name = "marketplace.call.rate"
    _description = "Marketplace Call Rate"
    _log_access = False

    key = fields.Char(required=True)
    used_until = fields.Datetime(required=True)

    _key_unique = models.Constraint("UNIQUE(key)", "This limit is counted already.")

    @api.model
    def _seconds_to_wait(self, key, limit, steadily=0):
        """Count a call, and tell whether it is one too many.

        :param key: what is limited
        :param limit: how many calls a minute are allowed; 0 for any number
        :param steadily: that many calls at once, of which no more than ``limit`` may come in any
            minute whatsoever; 0 for one call that may come as it likes
        :return: 0, or after how many seconds to ask again
        """
        if not limit:
            return 0
        own = (self.env.cr.dbname, key, limit)
        if leases.use(own):
            return 0
        wait = leases.wait(own)
        if not wait:
            calls = 1 if steadily else max(limit // _PARTS_OF_LIMIT, 1)
            part = _steadily(limit, steadily) if steadily else _freely(limit, calls)
            wait = self._take(key, limit, part)
            if wait:
                leases.spend(own, wait)
            else:
                leases.take(own, calls - 1)
        return math.ceil(wait)

    @api.model
    def _count_anyway(self, key, limit, calls):
        """Count ``calls`` that do not wait: those that come steadily have that much less left."""
        self._take(key, limit, _steadily(limit, min(calls, limit)), TAKE_ANYWAY)

    @api.model
    def _take(self, key, limit, seconds, statement=TAKE):
        """Take a part of the limit, in a transaction of its own.

        :param seconds: the part, as ``_freely`` or ``_steadily`` tell the ``statement``
        :return: 0, or after how many seconds there is room for as many
        """
        take = SQL(
            statement,
            key=f"{key}, {limit} a minute",  # another limit is counted from the start
            **seconds,
        )
        for _attempt in range(_ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(take, log_exceptions=False)
                    taken, wait = cr.fetchone()
                    return 0 if taken else max(wait, 1)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                continue  # the one that took of it at the same moment is done
            except (Error, PoolError):  # rather one call too many than none at all
                _logger.exception("Calls could not be counted")
                return 0
        return 1


def _freely(limit, calls):
    """A whole minute's calls may come at once."""
    return {"step": _PERIOD / limit * calls, "ahead": _PERIOD, "most": _PERIOD}


def _steadily(limit, calls=1):
    """In no minute more than ``limit`` calls.

    The moment moves on by ``step`` a call, and from before the first call of a minute to after its
    last one by no more than the minute and ``ahead``: by 65 seconds and a step. That are fewer than
    ``limit + 1`` steps, and so for 1.6 seconds more: a call may be made that much after it counts.
    """
    step = _PERIOD / (_STEADY_PART * limit)
    ahead = _STEADY_AHEAD + step
    return {"step": step * calls, "ahead": ahead, "most": _PERIOD + ahead}
