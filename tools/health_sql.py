"""What the page of an account's health counts. The models put in what stands as ``%(name)s``.

No more than ``limit`` are counted.
"""

#: State, number, and since when, of an account's documents of some states.
COUNT_BY_STATE = """
    SELECT state, count(*), min(since)
      FROM (SELECT state, %(since)s AS since
              FROM %(table)s
             WHERE account_id = %(account)s AND state IN %(states)s AND %(which)s
             LIMIT %(limit)s) counted
     GROUP BY state
"""

#: Status and number of the calls to an account that got an error.
COUNT_ERRORS = """
    SELECT http_status, count(*)
      FROM (SELECT delivery.http_status
              FROM marketplace_cancellation_delivery delivery
              JOIN marketplace_cancellation_receipt receipt ON receipt.id = delivery.receipt_id
             WHERE delivery.http_status >= 400
               AND delivery.received_at >= %(since)s
               AND receipt.account_id = %(account)s
             LIMIT %(limit)s) latest
     GROUP BY http_status
     ORDER BY http_status
"""
