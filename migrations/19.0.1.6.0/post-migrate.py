"""From 19.0.1.5: the log knows of resolutions, and followers of accounts of what there is now."""

from odoo.addons.marketplace_order_cancellation.tools import log_sql
from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import SQL

#: What receipts did not have: digests were made without.
NEW = ("resolved_at", "resolved_by_id", "resolution_note", "source", "cancelled_there")
SUBTYPES = ("keys", "admission", "health", "log")


def migrate(cr, _version):
    env = Environment(cr, SUPERUSER_ID, {})
    note_receipts(env)
    tell_followers(env)


def note_receipts(env):
    """Note the receipts with what is new in them; not those that were changed past the addon, which
    are to be found still.
    """
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


def tell_followers(env):
    """Followers of an account are told what new followers are told."""
    subtypes = env["mail.message.subtype"]
    for name in SUBTYPES:
        subtypes |= env.ref(f"marketplace_order_cancellation.subtype_account_{name}")
    followers = env["mail.followers"].search([("res_model", "=", "marketplace.account")])
    followers.write({"subtype_ids": [(4, subtype.id) for subtype in subtypes]})
