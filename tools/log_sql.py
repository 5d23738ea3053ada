"""What the log asks the database. The models put in what stands as ``%(name)s``.

A query of *states* gives account, receipt, arrival (NULL for the receipt itself) and digest.
"""

from collections.abc import Iterable

#: What a request said, and when: nobody changes that.
REQUEST_FIELDS = (
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
    "source",
)
#: The same of a change, and what became of it besides: of no other receipt.
CHANGE_REQUEST_FIELDS = ("kind", "change_body", "is_change_id_given")
CHANGE_OUTCOME_FIELDS = ("confirmation_asked_at", "is_contradicted", "is_whole_after_all")
#: What became of it.
OUTCOME_FIELDS = (
    "cancelled_there",
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
#: What the digest of a receipt, and of an arrival, is made of, in this order. A change of it
#: needs a migration script that notes all receipts anew: what is stored was made of the former
#: ones.
RECEIPT_FIELDS = REQUEST_FIELDS + OUTCOME_FIELDS
DELIVERY_FIELDS = (
    "receipt_id",
    "received_at",
    "http_status",
    "duration",
    "remote_address",
    "is_repeat",
    "is_confirmation",
)


def _array_of(table: str, names: Iterable[str]) -> str:
    columns = ", ".join(f'"{table}"."{name}"' for name in names)
    return f"jsonb_build_array({columns})"


def _digest(array: str) -> str:
    return f"encode(sha256(convert_to(({array})::text, 'UTF8')), 'hex')"


def digest_of(table: str, names: Iterable[str]) -> str:
    """An expression for the digest of a row: the same wherever the database is restored."""
    return _digest(_array_of(table, names))


#: What a change says is behind what every request says, so the digests of other receipts are those
#: of before there were changes.
_RECEIPT = f"""
    {_array_of("document", RECEIPT_FIELDS)} || CASE WHEN document.kind = 'part'
        THEN {_array_of("document", CHANGE_REQUEST_FIELDS + CHANGE_OUTCOME_FIELDS)}
        ELSE '[]'::jsonb END
"""

STATES_OF_RECEIPTS = f"""
    SELECT document.account_id, document.id AS receipt_id, NULL::int AS delivery_id,
           {_digest(_RECEIPT)} AS digest
      FROM marketplace_cancellation_receipt document
     WHERE %(which)s
"""  # noqa: S608  # names of columns

STATES_OF_DELIVERIES = f"""
    SELECT receipt.account_id, document.receipt_id, document.id AS delivery_id,
           {digest_of("document", DELIVERY_FIELDS)} AS digest
      FROM marketplace_cancellation_delivery document
      JOIN marketplace_cancellation_receipt receipt ON receipt.id = document.receipt_id
     WHERE %(which)s
"""  # noqa: S608  # names of columns

STATES_OF_DELETED = """
    SELECT account_id, id, NULL::int, NULL::text
      FROM marketplace_cancellation_receipt
     WHERE id IN %(receipts)s
"""

#: The last entries, up to a number, about receipts that are not deleted.
STATES_SAID_LAST = """
    SELECT entry.account_id, entry.receipt_id, entry.delivery_id, entry.digest
      FROM marketplace_log_entry entry
     WHERE entry.account_id = %(account)s
       AND entry.number <= %(number)s
       AND entry.digest IS NOT NULL
       AND NOT EXISTS (
           SELECT FROM marketplace_log_entry later
            WHERE later.receipt_id = entry.receipt_id
              AND later.account_id = entry.account_id
              AND (
                  later.digest IS NULL
                  OR later.delivery_id IS NOT DISTINCT FROM entry.delivery_id
              )
              AND later.id <> entry.id
              AND (later.number > entry.number OR later.number IS NULL)
       )
     ORDER BY entry.number
"""

ADD_ENTRIES = """
    INSERT INTO marketplace_log_entry (account_id, receipt_id, delivery_id, digest, noted_at)
    SELECT states.*, date_trunc('second', now() AT TIME ZONE 'UTC')
      FROM (%(states)s) states
"""

ACCOUNTS_TO_CHAIN = """
    SELECT DISTINCT account_id FROM marketplace_log_entry WHERE number IS NULL ORDER BY 1
"""

#: ID and :class:`~tools.log_chain.Entry` of a batch.
READ_ENTRIES = """
    SELECT id, account_id, number, receipt_id, delivery_id, digest, noted_at, hash
      FROM marketplace_log_entry
     WHERE account_id = %(account)s AND %(which)s
     ORDER BY %(order)s
     LIMIT %(batch)s
"""

CHAIN_ENTRIES = """
    UPDATE marketplace_log_entry entry
       SET number = chained.number, hash = chained.hash
      FROM unnest(%(ids)s, %(numbers)s, %(hashes)s) AS chained (id, number, hash)
     WHERE entry.id = chained.id
"""

#: Number and hash of the newest entry that is chained.
HEAD = """
    SELECT number, hash
      FROM marketplace_log_entry
     WHERE account_id = %(account)s AND number IS NOT NULL
     ORDER BY number DESC
     LIMIT 1
"""

#: Number and hash of the newest of the entries that were all noted before a moment.
LAST_BEFORE = """
    SELECT number, hash
      FROM marketplace_log_entry
     WHERE account_id = %(account)s
       AND noted_at < %(since)s
       AND number < (
           SELECT COALESCE(min(number), 2147483647)
             FROM marketplace_log_entry
            WHERE account_id = %(account)s AND noted_at >= %(since)s
       )
     ORDER BY number DESC
     LIMIT 1
"""

CUT = "DELETE FROM marketplace_log_entry WHERE account_id = %(account)s AND number <= %(number)s"

#: The newest entry of each document: its ID, the entry's number and hash.
NEWEST_ENTRIES = """
    SELECT DISTINCT ON (receipt_id, delivery_id) COALESCE(delivery_id, receipt_id), number, hash
      FROM marketplace_log_entry
     WHERE %(which)s
     ORDER BY receipt_id, delivery_id, number DESC NULLS FIRST, id DESC
"""

#: What an account's log says last, compared with what there is: kind (edited, missing or
#: inserted), receipt and delivery. A receipt's company is not in its digest: it is the account's.
MISMATCHES = """
    WITH noted AS (
        SELECT DISTINCT ON (receipt_id, delivery_id) receipt_id, delivery_id, digest
          FROM marketplace_log_entry
         WHERE account_id = %(account)s
         ORDER BY receipt_id, delivery_id, number DESC NULLS FIRST, id DESC
    ), alive AS (
        SELECT noted.*
          FROM noted
         WHERE NOT EXISTS (
               SELECT FROM noted gone
                WHERE gone.receipt_id = noted.receipt_id
                  AND gone.delivery_id IS NULL
                  AND gone.digest IS NULL
         )
    ), present AS (
        SELECT * FROM (%(receipts)s) receipt WHERE account_id = %(account)s
        UNION ALL
        SELECT * FROM (%(deliveries)s) delivery WHERE account_id = %(account)s
    )
    SELECT CASE WHEN present.receipt_id IS NULL THEN 'missing'
                WHEN alive.receipt_id IS NULL THEN 'inserted'
                ELSE 'edited'
           END,
           COALESCE(present.receipt_id, alive.receipt_id),
           COALESCE(present.delivery_id, alive.delivery_id)
      FROM alive
      FULL JOIN present
        ON present.receipt_id = alive.receipt_id
       AND COALESCE(present.delivery_id, 0) = COALESCE(alive.delivery_id, 0)
     WHERE present.digest IS DISTINCT FROM alive.digest
    UNION ALL
    SELECT 'edited', receipt.id, NULL
      FROM marketplace_cancellation_receipt receipt
     WHERE receipt.account_id = %(account)s
       AND receipt.company_id IS DISTINCT FROM %(company)s
     ORDER BY 1, 2, 3
"""
