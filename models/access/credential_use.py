import time

from psycopg2 import Error

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import PoolError
from odoo.tools import SQL

from ...tools import fault
from ...tools.discreet_log import discreet_logger

_logger = discreet_logger(__name__)

#: How often a worker notes that a credential is used, in seconds.
_INTERVAL = 60
#: ``{(database, credential ID): when this worker noted its use}``.
_noted = {}


class MarketplaceAccountCredential(models.Model):
    """When and from where credentials were used last: who rotates them sees which are not needed
    any more.
    """

    _inherit = "marketplace.account.credential"

    last_used_at = fields.Datetime(
        "Last Used", readonly=True, help="To the minute, if it is used often."
    )
    last_used_from = fields.Char(readonly=True, help="The address of the caller.")

    @api.model
    def _note_use(self, credential_id, remote_address):
        """Note that a credential is used now.

        In a transaction of its own: what comes of the call does not matter, and no call waits for
        another, or fails because of it. Past the ORM, as nothing that is kept in memory changes.

        :param remote_address: of the caller
        """
        key, now = (self.env.cr.dbname, credential_id), time.monotonic()
        if now - _noted.get(key, -_INTERVAL) < _INTERVAL:
            return
        _noted[key] = now
        note = SQL(
            """
            UPDATE marketplace_account_credential
               SET last_used_at = %s, last_used_from = %s
             WHERE id IN (
                   SELECT id FROM marketplace_account_credential
                    WHERE id = %s
                      FOR UPDATE SKIP LOCKED
             )
            """,
            fields.Datetime.now(),
            remote_address,
            credential_id,
        )
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(note, log_exceptions=False)
                fault.point("use of credential written")
            fault.point("use of credential committed")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.debug("Another worker has just noted the use of credential %s", credential_id)
        except (Error, PoolError):
            _logger.exception("The use of credential %s could not be noted", credential_id)
