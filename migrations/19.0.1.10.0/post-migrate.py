"""From 19.0.1.9: the log knows how requests came, what is cancelled at the marketplace, and which
answers were confirmations.
"""

from odoo.addons.marketplace_order_cancellation.tools import log_sql
from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import SQL

#: What receipts and arrivals did not have: digests were made without.
NEW = ("source", "cancelled_there", "is_confirmation")


def migrate(cr, _version):
    """Note receipts and arrivals with what is new in them; not those that were changed past the
    addon, which are to be found still.
    """
    env = Environment(cr, SUPERUSER_ID, {})
    for model, key, names in (
        ("receipt", "receipt_id", log_sql.RECEIPT_FIELDS),
        ("delivery", "delivery_id", log_sql.DELIVERY_FIELDS),
    ):
        former = [name for name in names if name not in NEW]
        env["marketplace.log.entry"]._write_entries(
            SQL(
                """
                SELECT state.*
                  FROM (%(states)s) state
                  JOIN %(table)s document ON document.id = state.%(key)s
                  JOIN LATERAL (
                       SELECT entry.digest FROM marketplace_log_entry entry
                        WHERE entry.receipt_id = state.receipt_id
                          AND entry.delivery_id IS NOT DISTINCT FROM state.delivery_id
                        ORDER BY number DESC NULLS FIRST, id DESC LIMIT 1
                       ) noted ON noted.digest IN (%(former)s, %(empty)s)
                 WHERE noted.digest <> state.digest
                """,
                states=env[f"marketplace.cancellation.{model}"]._log_states(None),
                table=SQL.identifier(f"marketplace_cancellation_{model}"),
                key=SQL.identifier(key),
                former=SQL(log_sql.digest_of("document", former)),
                # of an older version: noted by this update, when that was not filled in yet
                empty=SQL(
                    log_sql.digest_of("document", names).replace(
                        '"document"."is_confirmation"', "NULL::bool"
                    )
                ),
            )
        )
