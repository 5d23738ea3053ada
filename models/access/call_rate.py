import math

from psycopg2 import Error

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import PoolError
from odoo.tools import SQL

from ...tools.discreet_log import discreet_logger
from ...tools.leases import TAKE, Leases

_logger = discreet_logger(__name__)

#: For how long calls are counted, in seconds: a limit is a number of calls a minute.
_PERIOD = 60
#: Into how many parts a limit is divided. A worker takes one at a time, so that few calls ask the
#: database.
_PARTS_OF_LIMIT = 100
#: How long a worker may use what it has taken, in seconds.
_LEASE = 5
#: How often it is begun anew when another worker takes from the same limit at the same moment.
_ATTEMPTS = 5


#: What this worker has taken of each ``(database, key, limit)``.
leases = Leases(_LEASE)


class MarketplaceCallRate(models.Model):
    """How much of each limit on calls is used: one row a limit, shared by all workers and hosts.

    A row holds one moment (the generic cell rate algorithm): how far ahead of now the calls have
    got that were taken, each of them moving it on by its part of a minute. A limit is spent when
    that is a whole minute ahead. The database's clock counts, so hosts need not agree on the time.
    """

    _name = "marketplace.call.rate"
    _description = "Marketplace Call Rate"
    _log_access = False

    key = fields.Char(required=True)
    used_until = fields.Datetime(required=True)

    _key_unique = models.Constraint("UNIQUE(key)", "This limit is counted already.")

    @api.model
    def _seconds_to_wait(self, key, limit):
        """Count a call, and tell whether it is one too many.

        :param key: what is limited
        :param limit: how many calls a minute are allowed; 0 for any number
        :return: 0, or after how many seconds to ask again
        """
        if not limit:
            return 0
        own = (self.env.cr.dbname, key, limit)
        if leases.use(own):
            return 0
        wait = leases.wait(own)
        if not wait:
            calls = max(limit // _PARTS_OF_LIMIT, 1)
            wait = self._take(key, limit, calls)
            if wait:
                leases.spend(own, wait)
            else:
                leases.take(own, calls - 1)
        return math.ceil(wait)

    @api.model
    def _take(self, key, limit, calls):
        """Take ``calls`` of the limit, in a transaction of its own.

        :return: 0, or after how many seconds there are as many
        """
        take = SQL(
            TAKE,
            key=f"{key}, {limit} a minute",  # another limit is counted from the start
            period=_PERIOD,
            step=_PERIOD / limit * calls,
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
