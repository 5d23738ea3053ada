"""What the reading of orders at marketplaces asks the database. The models put in ``%(name)s``."""

#: Note an order to be read: no row is waited for, so no notification waits for another one.
NOTE = """
    INSERT INTO marketplace_order_reading
           (account_id, marketplace_order_id, source, noted_at, due_at, attempts)
    VALUES (%(account)s, %(order)s, %(source)s, clock_timestamp() AT TIME ZONE 'UTC',
            clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => %(delay)s), 0)
"""

#: Take the order that has waited longest, of an account whose orders are read just now. Others do
#: not take it for so many seconds: if this one dies, it is read by another one after that.
CLAIM = """
    UPDATE marketplace_order_reading
       SET due_at = clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => %(lease)s),
           attempts = attempts + 1
     WHERE id = (
           SELECT reading.id
             FROM marketplace_order_reading reading
             JOIN marketplace_account account ON account.id = reading.account_id
            WHERE reading.due_at <= clock_timestamp() AT TIME ZONE 'UTC'
              AND account.active
              AND account.reading_stop IS NULL
              AND account.id <> ALL(%(spent)s)
              AND (account.reading_paused_until IS NULL
                   OR account.reading_paused_until <= clock_timestamp() AT TIME ZONE 'UTC')
            ORDER BY reading.due_at, reading.id
            LIMIT 1
              FOR UPDATE OF reading SKIP LOCKED
           )
    RETURNING id
"""

#: What has been noted of the same order until ``reading`` was claimed: it is read once for all.
NOTED_UNTIL_NOW = """
    SELECT other.id
      FROM marketplace_order_reading reading
      JOIN marketplace_order_reading other USING (account_id, marketplace_order_id)
     WHERE reading.id = %(reading)s
"""
