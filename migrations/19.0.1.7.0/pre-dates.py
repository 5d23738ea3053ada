"""From 19.0.1.6: dates of requests that nobody can show go, and the log knows of it."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists

#: What the digests of the log were made of; what is not there yet was not in them either.
FIELDS = (
    "account_id",
    "protocol_code",
    "received_at",
    "marketplace_order_id",
    "path_order_id",
    "marketplace_order_group",
    "cancellation_request_id",
    "cancellation_request_date",
    "reason",
    "requested_by_user",
    "sale_order_id",
    "state",
    "error",
    "note",
    "settled_at",
    "answer_status",
    "answer_body",
    "decide_before",
    "decision",
    "decided_by_id",
    "decided_at",
    "decision_reason",
    "resolved_at",
    "resolved_by_id",
    "resolution_note",
)
RECEIPT = "marketplace_cancellation_receipt"


def migrate(cr, _version):
    """Before anything else: the years 1 and 9999 break lists, and what later scripts note must be
    what is there in the end.
    """
    cr.execute(
        """
        CREATE TEMPORARY TABLE marketplace_unshown ON COMMIT DROP AS
        SELECT id FROM marketplace_cancellation_receipt
         WHERE cancellation_request_date < '1970-01-01' OR cancellation_request_date >= '3000-01-01'
        """
    )
    noted = table_exists(cr, "marketplace_log_entry")
    if noted:
        keep_those_that_verify(cr)
    cr.execute(
        """
        UPDATE marketplace_cancellation_receipt receipt SET cancellation_request_date = NULL
          FROM marketplace_unshown WHERE marketplace_unshown.id = receipt.id
        """
    )
    if noted:
        note_anew(cr)


def keep_those_that_verify(cr):
    """Remember which of them are as the log says; what was changed past the addon is to be found
    still.
    """
    query = SQL(
        """
        CREATE TEMPORARY TABLE marketplace_verified ON COMMIT DROP AS
        SELECT receipt.id
          FROM marketplace_cancellation_receipt receipt
          JOIN marketplace_unshown ON marketplace_unshown.id = receipt.id
          JOIN LATERAL (
               SELECT entry.digest FROM marketplace_log_entry entry
                WHERE entry.receipt_id = receipt.id AND entry.delivery_id IS NULL
                ORDER BY number DESC NULLS FIRST, id DESC LIMIT 1
               ) noted ON noted.digest = %s
        """,
        digest(cr),
    )
    cr.execute(query)


def note_anew(cr):
    query = SQL(
        """
        INSERT INTO marketplace_log_entry (account_id, receipt_id, digest, noted_at)
        SELECT receipt.account_id, receipt.id, %s,
               date_trunc('second', now() AT TIME ZONE 'UTC')
          FROM marketplace_cancellation_receipt receipt
          JOIN marketplace_verified ON marketplace_verified.id = receipt.id
        """,
        digest(cr),
    )
    cr.execute(query)


def digest(cr):
    """The digest of a receipt as an SQL expression, of the fields that there are."""
    names = [name for name in FIELDS if column_exists(cr, RECEIPT, name)]
    columns = SQL(", ").join(SQL.identifier("receipt", name) for name in names)
    return SQL("encode(sha256(convert_to(jsonb_build_array(%s)::text, 'UTF8')), 'hex')", columns)
