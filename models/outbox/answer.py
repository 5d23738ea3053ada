from datetime import timedelta

from odoo import models

from ...tools.clock import database_now
from ...tools.outbound.client import Unreachable
from ...tools.outbound.message import message_of, quote, status_of_order
from ...tools.outbound.outcome import LONGEST_PAUSE, REACHED, Outcome, delay, is_failure, outcome
from ...tools.outbound.texts import text_of_status

#: Characters of an answer that are kept.
_KEPT_ANSWER = 4000


class MarketplaceOutboundCall(models.Model):
    """What follows from an answer, and from none: done, once more later, or never."""

    _inherit = "marketplace.outbound.call"

    def _take(self, reply):
        """Record what the marketplace answered.

        :param reply: a :class:`~tools.outbound.client.Reply`
        """
        now = database_now(self.env.cr)
        self.write(
            {
                "last_attempt_at": now,
                "answer_status": reply.status,
                "answer_body": reply.text[:_KEPT_ANSWER],
                "is_unanswered": False,
                "may_be_carried_out": self.may_be_carried_out or is_failure(reply.status),
            }
        )
        error = self._explain_reply(reply)
        match outcome(reply.status):
            case Outcome.DONE:
                self._end_as_sent()
            case Outcome.LATER:
                self._put_off(error, reply.retry_after)
                return
            case Outcome.REJECTED:
                self.write({"attempts": self.attempts + 1, "error": error, "next_attempt_at": now})
                self.account_id._begin_rejection()
                return
            case Outcome.FINAL if self._was_carried_out():
                self._end_as_sent(note=self.env._("The marketplace's order had got there already."))
            case Outcome.FINAL:
                self._fail(error)
        self.account_id._note_key_is_taken()

    def _end_as_sent(self, **values):
        """Record that the marketplace has taken this call."""
        self._end("sent", attempts=self.attempts + 1, error=False, **values)
        if self.kind in ("invoice", "return") and self.may_be_carried_out:
            self._check_document()  # it was composed before an earlier try, and may have changed
        if self.kind == "invoice":
            self._have_other_notes_follow()

    def _fail(self, error):
        """Give up what the marketplace has refused, and have somebody asked."""
        self._end("failed", attempts=self.attempts + 1, error=error)
        if self.answer_status == 403:
            self.account_id._ask_about_permission()
        else:
            self._ask_for_help(self.env._("A marketplace refused a call"))

    def _explain_reply(self, reply):
        """What the marketplace says, if it says something, and what its status means."""
        message = message_of(reply.text, self.account_id._outbound_credentials().app_token)
        meaning = text_of_status(self.env, reply.status, self.marketplace_order_id)
        return quote(message, reply.status) + meaning

    def _was_carried_out(self):
        """Whether the marketplace's order has got where this call was to bring it.

        A call whose answer got lost is sent again, and may then be refused because it was carried
        out the first time. So the order itself is looked at.
        """
        if self.answer_status in (401, 403, 404):
            return False  # nor could the order be read, or it is not what was refused
        try:
            reply = self.account_id._read_order(self.marketplace_order_id)
            return reply.status == 200 and status_of_order(reply.text) in REACHED[self.kind]
        except (Unreachable, ValueError):
            return False

    def _put_off(self, error, retry_after=None, unanswered=False, unknown=False):
        """Try again later, or give up if it has been tried for too long.

        :param error: why the marketplace has not taken it, as people read it
        :param retry_after: seconds that the marketplace asked to wait
        :param unanswered: whether it was called in vain
        :param unknown: whether it was called at all is not known
        """
        now = database_now(self.env.cr)
        attempts = self.attempts + 1
        self.write(
            {
                "attempts": attempts,
                "error": error,
                "last_attempt_at": now,
                "is_unanswered": unanswered,
                "may_be_carried_out": self.may_be_carried_out or unanswered or unknown,
            }
        )
        pause = self.account_id._rest() if unanswered else min(retry_after or 0, LONGEST_PAUSE)
        self.pause_until = pause and now + timedelta(seconds=pause)
        if pause:
            self._wake_sender(self.pause_until)  # for the other calls
        if now - self.pending_since >= timedelta(days=self.account_id.outbound_days):
            self._expire()
        else:
            self.next_attempt_at = now + timedelta(seconds=round(delay(attempts, retry_after)))
            self._wake_sender(self.next_attempt_at)

    def _expire(self):
        """Give up what the marketplace has not taken for too long, and have somebody asked."""
        account = self.account_id
        if stop := account.outbound_stop:
            self._end("expired", error=" ".join(filter(None, [self.error, stop])))
            account._ask_about_expired()
        else:
            self._end("expired", error=self.error or account._explain_pause())
            self._ask_for_help(self.env._("A marketplace has not taken a call in time"))
