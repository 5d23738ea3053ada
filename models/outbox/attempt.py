import math

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.any_language import stored
from ...tools.inbound.texts import duration_text, status_text
from ..base.any_language import AnyLanguage

#: The newest attempts of a call that are kept; a call is tried for some days, ever more seldom.
_KEPT = 100


class MarketplaceOutboundAttempt(models.Model):
    """One attempt to send a call to a marketplace: when it was, and what was answered."""

    _name = "marketplace.outbound.attempt"
    _description = "Attempt of a Call to a Marketplace"
    _order = "id desc"
    _log_access = False
    _rec_name = "attempted_at"

    call_id = fields.Many2one(
        "marketplace.outbound.call", required=True, readonly=True, index=True, ondelete="cascade"
    )
    attempted_at = fields.Datetime("When", required=True, readonly=True)
    http_status = fields.Integer("HTTP Status", readonly=True, aggregator=None)
    duration = fields.Integer("Duration (ms)", readonly=True, aggregator="avg")
    answer = fields.Text(readonly=True)
    error = AnyLanguage("Why It Was Not Accepted", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Sent by",
        readonly=True,
        help="The user who had it sent. Empty if it was sent automatically.",
    )

    status_text = fields.Char("Answered", compute="_compute_texts")
    duration_text = fields.Char("Duration", compute="_compute_texts")

    @api.depends("http_status", "duration")
    @api.depends_context("lang")
    def _compute_texts(self):
        for attempt in self:
            answered = status_text(attempt.http_status)
            attempt.status_text = answered or self.env._("No answer")
            took = attempt.duration  # none: of before such a list was kept
            attempt.duration_text = duration_text(took) if took else ""


class MarketplaceOutboundCall(models.Model):
    _inherit = "marketplace.outbound.call"

    attempt_ids = fields.One2many("marketplace.outbound.attempt", "call_id", readonly=True)

    def _note_attempt(self, reply, person, seconds=0):
        """Keep what came of an attempt that has just been recorded on this call.

        :param reply: the :class:`~tools.outbound.client.Reply`, None for no answer
        :param person: the user who had it sent, if anybody
        :param seconds: how long it took, 0 if that is not known
        """
        attempts = self.env["marketplace.outbound.attempt"]
        attempts.create(
            {
                "call_id": self.id,
                "attempted_at": self.last_attempt_at,
                "http_status": reply.status if reply else 0,
                "duration": math.ceil(seconds * 1000),
                "answer": reply and self.answer_body,
                "error": self.error and stored(self.error),
                "user_id": person and person.id,
            }
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM marketplace_outbound_attempt
                 WHERE call_id = %s
                   AND id <= (SELECT id FROM marketplace_outbound_attempt WHERE call_id = %s
                               ORDER BY id DESC OFFSET %s LIMIT 1)
                """,
                self.id,
                self.id,
                _KEPT,
            )
        )
        attempts.invalidate_model()
