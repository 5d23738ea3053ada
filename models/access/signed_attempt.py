from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.inbound.problem import AUTHENTICATE, REPLAYED_CALL, Problem
from ...tools.inbound.signature import TOLERANCE


class MarketplaceSignedAttempt(models.Model):
    """Signed calls of the last minutes: each is taken once, by one worker.

    Whoever has seen a call on its way cannot send it again. The marketplace itself signs each of
    its attempts anew, so its repeats are none.
    """

    _name = "marketplace.signed.attempt"
    _description = "Signed Call of a Marketplace"
    _log_access = False

    account_id = fields.Many2one("marketplace.account", required=True, ondelete="cascade")
    fingerprint = fields.Char(required=True)
    taken_at = fields.Datetime(required=True, index=True)

    _attempt_unique = models.UniqueIndex(
        "(account_id, fingerprint)", "This call has been taken already."
    )

    @api.model
    def _take(self, account, signed_call):
        """Remember ``signed_call``, whatever becomes of it.

        :param signed_call: a :class:`~tools.inbound.signature.SignedCall` that is fresh; the same
            object when Odoo repeats a request that failed to serialize
        :raise Problem: replayed-call, if it was taken before
        """
        if signed_call.is_taken:
            return
        query = SQL(
            """
            INSERT INTO marketplace_signed_attempt (account_id, fingerprint, taken_at)
            VALUES (%s, %s, now() AT TIME ZONE 'UTC')
            ON CONFLICT DO NOTHING
            """,
            account.id,
            signed_call.fingerprint(),
        )
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(query, log_exceptions=False)
                is_new = cr.rowcount
        except SerializationFailure:  # another worker takes it at this moment
            is_new = False
        if not is_new:
            raise Problem(
                REPLAYED_CALL,
                "Sign each attempt anew, with the time that it is then.",
                headers=AUTHENTICATE,
            )
        signed_call.is_taken = True

    @api.autovacuum
    def _gc_attempts(self):
        """Forget what has long been too old to be fresh.

        By the clock that says what is fresh, the database's; and not at once, as somebody may set
        that one back.
        """
        # Past the ORM: of a marketplace that calls all day, these are millions.
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM marketplace_signed_attempt
                 WHERE taken_at < now() AT TIME ZONE 'UTC' - make_interval(secs => %s)
                """,
                10 * TOLERANCE,
            )
        )
        self.invalidate_model()
