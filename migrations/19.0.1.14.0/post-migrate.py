"""From 19.0.1.13: the last attempt of each call is listed; those before it were not kept."""


def migrate(cr, _version):
    cr.execute(
        """
        INSERT INTO marketplace_outbound_attempt
                    (call_id, attempted_at, http_status, answer, error)
        SELECT call.id, call.last_attempt_at, call.answer_status, call.answer_body, call.error
          FROM marketplace_outbound_call call
         WHERE call.last_attempt_at IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM marketplace_outbound_attempt attempt WHERE attempt.call_id = call.id
           )
        """
    )
