import time
from datetime import timedelta

from psycopg2 import Error

from odoo import api, fields, models
from odoo.sql_db import PoolError
from odoo.tools import SQL

from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.rejection import REASONS
from ...tools.lock import StillLocked, limit_waiting, locked
from ...tools.network import address_alone
from ...tools.rejected_sql import COUNT_REJECTED, FORGET_REJECTED
from ...tools.tally import Tally

_logger = discreet_logger(__name__)

_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"
#: For how many days rejected calls are kept.
KEPT_DAYS = 7
#: How many addresses a day are told apart, for each account and reason.
MOST_ADDRESSES = 20
#: How long a call waits for another worker that writes at the same moment, in seconds.
_PATIENCE = 0.1

#: What this worker has counted, and not written yet: ``(account ID, reason, address)``.
tally = Tally(most=200, burst=20, interval=1.0)


class MarketplaceRejectedCall(models.Model):
    """Calls that were rejected before they left a receipt: how many in an hour, why and from where.

    Anybody may call an open endpoint, so there is no row for each call, their number is bounded,
    and a worker that gets many writes once a second. Nothing of what a caller sends is kept.
    """

    _name = "marketplace.rejected.call"
    _description = "Rejected Calls"
    _order = "last_at desc, id desc"
    _log_access = False
    _rec_name = "reason"

    account_id = fields.Many2one(
        "marketplace.account",
        readonly=True,
        ondelete="cascade",
        help="The account that the address names, no matter who called. Empty: there is no such "
        "account.",
    )
    reason = fields.Selection(list(REASONS.items()), required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True, help="When this hour began.")
    remote_address = fields.Char("Address", required=True, readonly=True, groups=_MANAGER)
    source = fields.Char("From", compute="_compute_source", groups=_MANAGER)
    calls = fields.Integer(required=True, readonly=True)
    last_at = fields.Datetime("Last", required=True, readonly=True)

    _counted_once = models.UniqueIndex(
        "(COALESCE(account_id, 0), reason, hour, remote_address)", "These calls are counted."
    )

    @api.depends("remote_address")
    @api.depends_context("lang")
    def _compute_source(self):
        for rejected in self:
            rejected.source = rejected.remote_address or self.env._("Other addresses")

    @api.model
    def _count(self, code, reason, remote_address):
        """Count a call that was rejected, whatever comes of this transaction.

        It never fails, and waits for others no longer than a moment, once a second: what cannot be
        written now is written with what comes next.

        :param code: the account's code, from the address
        :param reason: a key of :data:`~tools.inbound.rejection.REASONS`
        :param remote_address: of the caller
        """
        place = self.env.cr.dbname
        try:
            account_id = self.env["marketplace.account"]._ids_by_code().get(code)
        except (Error, PoolError):
            return  # there is no database; the server's log says so
        address = address_alone(remote_address)
        tally.add(place, (account_id, reason, address), (account_id, reason, ""))
        counted = tally.take_due(place)
        if not counted:
            return
        try:
            self._write_down(counted)
        except (Error, PoolError, StillLocked) as error:
            _logger.info("Rejected calls are counted later: %s", type(error).__name__)
            for key, (number, moment) in counted.items():
                tally.add(place, key, (*key[:2], ""), number, moment)

    @api.model
    def _write_down(self, counted):
        """Write what was counted, in a transaction of its own.

        One worker at a time, so that the number of rows stays bounded.

        :param counted: see :meth:`~tools.tally.Tally.take_due`
        :raise StillLocked: if others write for too long
        """
        now = time.monotonic()
        accounts, reasons, addresses = map(list, zip(*counted, strict=True))
        statement = SQL(
            COUNT_REJECTED,
            accounts=accounts,
            reasons=reasons,
            addresses=addresses,
            calls=[number for number, _moment in counted.values()],
            ages=[now - moment for _number, moment in counted.values()],
            most=MOST_ADDRESSES,
        )
        with (
            self.env.registry.cursor() as cr,
            locked(cr, ("marketplace rejected calls",), patience=_PATIENCE),
        ):
            limit_waiting(cr, _PATIENCE)
            cr.execute(statement, log_exceptions=False)
            cr.commit()  # pylint: disable=invalid-commit  # its own, before the lock is given back

    @api.model
    def _of_last_day(self, account):
        """What was rejected in the last 24 hours, by reason: ``{reason: (number, when the last
        one came, addresses)}``, the latest first; an empty address stands for others. Who manages
        no marketplaces is told no address.

        :param account: an account, or none of them for the calls that name none
        """
        since = database_now(self.env.cr) - timedelta(days=1)
        domain = [("account_id", "=", account.id), ("last_at", ">=", since)]
        found = {}
        shows_addresses = self.env.user.has_group(_MANAGER)
        for row in self.search(domain):
            number, last, addresses = found.get(row.reason, (0, row.last_at, []))
            address = row.remote_address if shows_addresses else ""
            if address not in addresses:
                addresses.append(address)
            found[row.reason] = number + row.calls, last, addresses
        return found

    @api.autovacuum
    def _gc_rejected_calls(self):
        """Forget what was rejected days ago, by the clock that says when it was."""
        self.env.cr.execute(SQL(FORGET_REJECTED, days=KEPT_DAYS))
        self.invalidate_model()
