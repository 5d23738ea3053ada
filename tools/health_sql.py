"""What the page of an account's health counts. The models put in what stands as ``%(name)s``.

No more than ``limit`` are counted.
"""

#: What is no self-test: it is named otherwise, or it is about a customer's order all the same.
NO_TEST = """
    (NOT starts_with(%(receipt)s.marketplace_order_id, %(prefix)s) OR EXISTS (
        SELECT FROM sale_order
         WHERE sale_order.id = %(receipt)s.sale_order_id
           AND sale_order.is_marketplace_test IS NOT TRUE))
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
               AND %(no_test)s
             LIMIT %(limit)s) latest
     GROUP BY http_status
     ORDER BY http_status
"""
