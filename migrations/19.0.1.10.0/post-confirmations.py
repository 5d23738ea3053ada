"""From 19.0.1.9: which answers were confirmations, and which cancellations nobody was told of.

Comes before the arrivals are noted anew (``post-migrate.py``).
"""


def migrate(cr, _version):
    """Say what can be known of the past.

    "Still deciding" and a confirmation have the same status. An answer was the confirmation if no
    person has had to do with it, or if it was given when the request was settled, or later. Of
    earlier ones that is not known, and stays empty: as far as one can tell, nothing was confirmed.
    """
    cr.execute(
        """
        UPDATE marketplace_cancellation_delivery delivery
           SET is_confirmation = CASE
                   WHEN delivery.http_status <> 200
                        OR receipt.answer_status IS DISTINCT FROM 200
                        OR COALESCE(receipt.answer_body, '') = '' THEN FALSE
                   WHEN receipt.decided_at IS NULL AND receipt.note IS NULL THEN TRUE
                   -- the moments are whole seconds
                   WHEN delivery.received_at + make_interval(secs => delivery.duration / 1000.0 + 1)
                        >= COALESCE(receipt.decided_at, receipt.settled_at) THEN TRUE
               END
          FROM marketplace_cancellation_receipt receipt
         WHERE receipt.id = delivery.receipt_id
        """
    )
    cr.execute(
        """
        UPDATE marketplace_cancellation_receipt receipt
           SET told_at = told.at, told_how = told.how
          FROM (
                SELECT DISTINCT ON (receipt_id) receipt_id, at, how
                  FROM (
                        SELECT receipt_id, received_at AS at, 'answer' AS how
                          FROM marketplace_cancellation_delivery
                         WHERE is_confirmation
                         UNION ALL
                        SELECT one.id, call.last_attempt_at, 'call'
                          FROM marketplace_cancellation_receipt one
                          JOIN marketplace_outbound_call call
                            ON call.sale_order_id = one.sale_order_id
                           AND call.last_attempt_at >= one.received_at
                         WHERE call.kind = 'cancel' AND call.state = 'sent'
                           AND one.state IN ('cancelled', 'kept')
                       ) known
                 ORDER BY receipt_id, at
               ) told
         WHERE told.receipt_id = receipt.id
        """
    )
    cr.execute(
        """
        UPDATE marketplace_cancellation_receipt
           SET told_state = CASE
                   WHEN told_at IS NOT NULL THEN 'told'
                   WHEN state IN ('cancelled', 'kept', 'queued') THEN 'untold'
                   ELSE 'none'
               END
        """
    )
