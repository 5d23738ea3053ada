"""What the reading of orders at marketplaces asks the database. The models put in ``%(name)s``."""

#: Of the orders that are due, those of a lower number are read first: what a marketplace has told
#: of, what a person waits for, and what is compared with it from time to time.
TOLD, ASKED, COMPARED = 0, 1, 2
#: The source of readings of what is to become of a change of an order, not of the order itself.
CHANGE = "change"

#: Note an order to be read, without waiting for any row: no notification waits for another one.
NOTE = """
    INSERT INTO marketplace_order_reading
           (account_id, marketplace_order_id, source, noted_at, due_at, attempts, priority)
    VALUES (%(account)s, %(order)s, %(source)s, clock_timestamp() AT TIME ZONE 'UTC',
            clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => %(delay)s), 0,
            %(priority)s)
"""

#: Have ``orders``, a query of IDs, read for a reconciliation, the first now and the others one
#: after the other within ``spread`` seconds. One that waits already, and will be read as early, is
#: not noted again. Whatever is noted of an order goes when it is read once.
NOTE_TO_COMPARE = """
    WITH now AS (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS moment),
    compared AS (
        SELECT sold.marketplace_order_id, row_number() OVER (ORDER BY sold.id DESC) - 1 AS number,
               count(*) OVER () AS of_all
          FROM sale_order sold
         WHERE sold.id IN %(orders)s
           AND NOT EXISTS (
               SELECT FROM marketplace_order_reading waiting
                WHERE waiting.account_id = %(account)s
                  AND waiting.marketplace_order_id = sold.marketplace_order_id
                  AND waiting.source <> 'change'
                  AND (%(spread)s > 0
                       OR (waiting.priority <= %(priority)s
                           AND waiting.due_at <= (SELECT moment FROM now) + interval '1 minute'))
               )
    )
    INSERT INTO marketplace_order_reading
           (account_id, marketplace_order_id, source, noted_at, due_at, attempts, priority,
            reconciliation_id)
    SELECT %(account)s, marketplace_order_id, 'reconciliation', moment,
           moment + make_interval(secs => (%(spread)s * number / of_all)::integer), 0, %(priority)s,
           %(reconciliation)s
      FROM compared, now
"""

#: Have PostgreSQL count what waits, unless it does so already. If it has counted right after all
#: was read, it takes many that are noted at once for none, and searches all of them for each, until
#: it counts again by itself.
COUNT_READINGS = "ANALYZE (SKIP_LOCKED) marketplace_order_reading"

#: Have those of ``orders``, IDs at the marketplace, read at once that wait in a reconciliation.
NOTE_AT_ONCE = """
    INSERT INTO marketplace_order_reading
           (account_id, marketplace_order_id, source, noted_at, due_at, attempts, priority)
    SELECT DISTINCT account_id, marketplace_order_id, 'reconciliation',
           clock_timestamp() AT TIME ZONE 'UTC', clock_timestamp() AT TIME ZONE 'UTC', 0, 0
      FROM marketplace_order_reading
     WHERE reconciliation_id = %(reconciliation)s
       AND marketplace_order_id = ANY(%(orders)s)
       AND attempts = 0
"""

#: Forget what waits for reconciliations that somebody has stopped.
FORGET_STOPPED = """
    DELETE FROM marketplace_order_reading
     WHERE reconciliation_id IN (
           SELECT id FROM marketplace_reconciliation WHERE state = 'stopped'
           )
"""

#: Take the first order that is due, of an account whose orders are read just now; if it is
#: compared, the next ones that are, too: as many as the account may read in a second, and ``most``
#: at most. Others do not take them for so many seconds: if this one dies, they are read by another
#: one after that. Each account's first one is found by an index, however many wait.
CLAIM = """
    WITH first AS (
        SELECT account.id AS account_id, account.read_rate, first.*
          FROM marketplace_account account
         CROSS JOIN LATERAL (
               SELECT reading.*
                 FROM (VALUES (0), (1), (2)) AS level (priority)
                CROSS JOIN LATERAL (
                      SELECT id, priority, due_at, source
                        FROM marketplace_order_reading
                       WHERE account_id = account.id
                         AND priority = level.priority
                         AND due_at <= (SELECT clock_timestamp() AT TIME ZONE 'UTC')
                       ORDER BY due_at, id
                       LIMIT 1
                         FOR UPDATE SKIP LOCKED
                      ) reading
                ORDER BY priority
                LIMIT 1
               ) first
         WHERE account.active
           AND account.reading_stop IS NULL
           AND account.id <> ALL(%(spent)s)
           AND (account.reading_paused_until IS NULL
                OR account.reading_paused_until <= clock_timestamp() AT TIME ZONE 'UTC')
         ORDER BY first.priority, first.due_at, first.id
         LIMIT 1
    ),
    compared AS (
        SELECT id
          FROM marketplace_order_reading
         WHERE account_id = (SELECT account_id FROM first WHERE source = 'reconciliation')
           AND priority = (SELECT priority FROM first)
           AND due_at <= (SELECT clock_timestamp() AT TIME ZONE 'UTC')
           AND source = 'reconciliation'
         ORDER BY due_at, id
         LIMIT (SELECT LEAST(read_rate / 60, %(most)s) FROM first)
           FOR UPDATE SKIP LOCKED
    )
    UPDATE marketplace_order_reading
       SET due_at = clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => %(lease)s),
           attempts = attempts + 1
     WHERE id = ANY(ARRAY(SELECT id FROM first UNION SELECT id FROM compared))
    RETURNING id
"""

#: What has been noted of the same orders until ``readings`` were claimed: each is read once for
#: all. So is a change of it, apart.
NOTED_UNTIL_NOW = """
    SELECT DISTINCT other.id
      FROM marketplace_order_reading reading
      JOIN marketplace_order_reading other USING (account_id, marketplace_order_id)
     WHERE reading.id = ANY(%(readings)s)
       AND (reading.source = 'change') = (other.source = 'change')
"""

#: Whether this transaction has changed or locked goods, or changed what moves them.
HOLDS_STOCK = """
    SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE pid = pg_backend_pid()
           AND locktype = 'relation'
           AND (mode = 'RowExclusiveLock'
                AND relation IN ('stock_picking'::regclass, 'stock_move'::regclass,
                                 'stock_move_line'::regclass)
                OR mode IN ('RowShareLock', 'RowExclusiveLock')
                AND relation = 'stock_quant'::regclass)
    )
"""
