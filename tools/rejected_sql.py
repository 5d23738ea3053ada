"""How rejected calls are counted. The models put in what stands as ``%(name)s``."""

#: Add what a worker has counted. Of an account, or of none, ``most`` addresses a day are kept for
#: each reason, the others are one row an hour. This holds if only one transaction does it at a
#: time.
COUNT_REJECTED = """
    WITH counted AS (
        SELECT account, reason, address, calls, last_at, date_trunc('hour', last_at) AS hour
          FROM unnest(
                   %(accounts)s::int[], %(reasons)s::varchar[], %(addresses)s::varchar[],
                   %(calls)s::int[], %(ages)s::float[]
               ) sent (account, reason, address, calls, age)
         CROSS JOIN LATERAL (
                   SELECT date_trunc(
                              'second', now() AT TIME ZONE 'UTC' - make_interval(secs => age)
                          ) AS last_at
               ) moment
         WHERE account IS NULL OR account IN (SELECT id FROM marketplace_account)
    ), compared AS (
        SELECT counted.*,
               EXISTS (
                   SELECT
                     FROM marketplace_rejected_call known
                    WHERE COALESCE(known.account_id, 0) = COALESCE(account, 0)
                      AND known.reason = counted.reason
                      AND known.hour = counted.hour
                      AND known.remote_address = address
               ) AS is_kept
          FROM counted
    ), ranked AS (
        SELECT compared.*,
               row_number() OVER (
                   PARTITION BY COALESCE(account, 0), reason, date_trunc('day', hour),
                                is_kept OR address = ''
                   ORDER BY last_at, address
               ) AS rank,
               (
                   SELECT count(*)
                     FROM marketplace_rejected_call known
                    WHERE COALESCE(known.account_id, 0) = COALESCE(account, 0)
                      AND known.reason = compared.reason
                      AND known.hour >= date_trunc('day', compared.hour)
                      AND known.hour < date_trunc('day', compared.hour) + interval '1 day'
                      AND known.remote_address <> ''
               ) AS kept
          FROM compared
    ), placed AS (
        SELECT account, reason, hour, calls, last_at,
               CASE WHEN is_kept OR kept + rank <= %(most)s THEN address ELSE '' END AS address
          FROM ranked
    )
    INSERT INTO marketplace_rejected_call AS known
                (account_id, reason, hour, remote_address, calls, last_at)
    SELECT account, reason, hour, address, SUM(calls), MAX(last_at)
      FROM placed
     GROUP BY account, reason, hour, address
    ON CONFLICT (COALESCE(account_id, 0), reason, hour, remote_address) DO UPDATE
       SET calls = known.calls + EXCLUDED.calls,
           last_at = GREATEST(known.last_at, EXCLUDED.last_at)
"""

#: Forget what was rejected more than so many ``days`` ago.
FORGET_REJECTED = """
    DELETE FROM marketplace_rejected_call
     WHERE last_at < now() AT TIME ZONE 'UTC' - make_interval(days => %(days)s)
"""
