"""Which of the waiting calls is sent next."""

from datetime import datetime

from ..database import Cursor

_NEXT = """
SELECT call.id
  FROM marketplace_outbound_call call
  JOIN marketplace_account account ON account.id = call.account_id
 WHERE call.state = 'pending'
   AND call.next_attempt_at <= %s
   AND (%s IS NULL OR call.id = %s)
   AND NOT EXISTS (
        SELECT 1
          FROM marketplace_outbound_call earlier
         WHERE earlier.sale_order_id = call.sale_order_id
           AND earlier.state = 'pending'
           AND earlier.on_hold IS NOT TRUE
           AND earlier.id < call.id
   )
   AND (
        (
            account.active
            AND (account.key_rejected_until > %s) IS NOT TRUE
            AND call.account_id NOT IN (
                SELECT account_id FROM marketplace_outbound_call WHERE pause_until > %s
            )
        )
        OR call.pending_since <= %s - account.outbound_days * interval '1 day'
   )
 ORDER BY call.account_id IN (
            SELECT account_id
              FROM marketplace_outbound_call
             WHERE is_unanswered AND state = 'pending'
          ), call.next_attempt_at, call.id
 LIMIT 1
   FOR NO KEY UPDATE OF call SKIP LOCKED
"""


def lock_next_call(cr: Cursor, now: datetime, only: int | None = None) -> list[int]:
    """Lock the call that has been due for longest; return its ID, or nothing if none is due.

    Not one that another worker is sending, and none before the earlier ones of its order that are
    not on hold; what is on hold has its time, or none. None to a marketplace that is left alone
    (``marketplace.account._is_left_alone``), unless its time is over, and those to marketplaces
    that answer before those to others.

    :param now: naive, UTC
    :param only: the ID of the only call that is wanted; none if any will do
    """
    cr.execute(_NEXT, [now, only, only, now, now, now])
    return [call_id for (call_id,) in cr.fetchall()]
