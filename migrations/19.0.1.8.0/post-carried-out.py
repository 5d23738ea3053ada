"""From 19.0.1.7: calls know whether any try of theirs may have been carried out, not the last."""


def migrate(cr, _version):
    """Note it on calls as far as it is known: of the last try.

    A document that is still to be sent stays as it was sent first, as in the former version.
    """
    cr.execute(
        """
        UPDATE marketplace_outbound_call
           SET may_be_carried_out = true
         WHERE may_be_carried_out IS NOT TRUE
           AND (
                is_unanswered
                OR answer_status >= 500
                OR (
                    kind IN ('invoice', 'return')
                    AND state = 'pending'
                    AND body IS NOT NULL
                    AND attempts > 0
                )
           )
        """
    )
