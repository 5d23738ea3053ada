"""Which cancellations marketplaces do not know to be accepted. The models put in ``%(name)s``."""

#: IDs of those of the last days that nobody has looked at yet and that the marketplace has not
#: asked for again in its account's time, the oldest first. Not those of which it is being told, nor
#: those for which somebody has been asked to see to such a call.
TO_TELL = """
    SELECT receipt.id
      FROM marketplace_cancellation_receipt receipt
      JOIN marketplace_account account ON account.id = receipt.account_id
     WHERE receipt.told_state = 'untold'
       AND receipt.told_checked_at IS NULL
       AND account.id = ANY(%(accounts)s)
       AND receipt.settled_at
           BETWEEN timezone('UTC', now()) - make_interval(days => %(days)s)
               AND timezone('UTC', now()) - make_interval(mins => account.tell_after)
       AND receipt.marketplace_order_id NOT LIKE %(tests)s
       AND NOT EXISTS (
           SELECT FROM marketplace_order_reading reading
            WHERE reading.account_id = receipt.account_id
              AND reading.marketplace_order_id = receipt.marketplace_order_id
              AND reading.source = %(source)s
       )
       AND NOT EXISTS (
           SELECT FROM marketplace_outbound_call call
            WHERE call.sale_order_id = receipt.sale_order_id
              AND call.kind = 'cancel'
              AND call.state IN %(under_way)s
       )
     ORDER BY receipt.settled_at, receipt.id
     LIMIT %(number)s
"""

#: IDs of those of which another request for the same order has told since they came, and of that.
TOLD_BY_OTHERS = """
    SELECT DISTINCT ON (receipt.id) receipt.id, other.id
      FROM marketplace_cancellation_receipt receipt
      JOIN marketplace_cancellation_receipt other
        ON other.marketplace_order_id = receipt.marketplace_order_id
       AND other.account_id = receipt.account_id
       AND other.told_state = 'told'
       AND other.told_at >= receipt.received_at
     WHERE receipt.told_state = 'untold'
     ORDER BY receipt.id, other.told_at
"""
