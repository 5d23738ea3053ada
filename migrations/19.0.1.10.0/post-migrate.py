"""From 19.0.1.9: the log knows how requests came, and what is cancelled at the marketplace."""

from odoo.addons.marketplace_order_cancellation.tools import log_sql
from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import SQL

#: What receipts did not have: digests were made without.
NEW = ("source", "cancelled_there")


def migrate(cr, _version):
    """Note the receipts with what is new in them; not those that were changed past the addon, which
    are to be found still.
    """
    env = Environment(cr, SUPERUSER_ID, {})
    former = [name for name in log_sql.RECEIPT_FIELDS if name not in NEW]
    env["marketplace.log.entry"]._write_entries(
        SQL(
            """
            SELECT state.*
              FROM (%s) state
              JOIN marketplace_cancellation_receipt receipt ON receipt.id = state.receipt_id
              JOIN LATERAL (
                   SELECT entry.digest FROM marketplace_log_entry entry
                    WHERE entry.receipt_id = receipt.id AND entry.delivery_id IS NULL
                    ORDER BY number DESC NULLS FIRST, id DESC LIMIT 1
                   ) noted ON noted.digest = %s
            """,
            env["marketplace.cancellation.receipt"]._log_states(None),
            SQL(log_sql.digest_of("receipt", former)),
        )
    )
