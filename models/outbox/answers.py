from odoo import models

from ...tools.any_language import InAnyLanguage, stored
from ...tools.clock import database_now
from ...tools.outbound.client import Unreachable
from ...tools.outbound.message import status_of_order
from ...tools.outbound.outcome import REACHED, Outcome, is_failure, outcome
from ...tools.outbound.texts import text_of_reply

#: Characters of an answer that are kept.
_KEPT_ANSWER = 4000


class MarketplaceOutboundCall(models.Model):
    """What follows from the marketplace's answer to a call."""

    _inherit = "marketplace.outbound.call"

    def _take(self, reply):
        """Record what the marketplace answered: a :class:`~tools.outbound.client.Reply`."""
        now = database_now(self.env.cr)
        self.write({"last_attempt_at": now, "is_unanswered": False})
        self.write({"answer_status": reply.status, "answer_body": reply.text[:_KEPT_ANSWER]})
        self.may_be_carried_out |= is_failure(reply.status)
        token = self.account_id._outbound_credentials().app_token
        error = text_of_reply(InAnyLanguage(self.env), reply, self.marketplace_order_id, token)
        match self._outcome(reply):
            case Outcome.DONE:
                self._end_as_taken(reply)
            case Outcome.LATER:
                self._put_off(error, reply.retry_after)
                return
            case Outcome.REJECTED:
                self.write(
                    {"attempts": self.attempts + 1, "error": stored(error), "next_attempt_at": now}
                )
                self.account_id._begin_rejection()
                return
            case Outcome.FINAL:
                self._take_refusal(error)
        self.account_id._note_key_is_taken()

    def _outcome(self, reply):
        """The :class:`~tools.outbound.outcome.Outcome` of this call; a hook."""
        return outcome(reply.status)

    def _end_as_taken(self, reply):
        """Record what the marketplace says in the ``reply`` with which it takes this call; a
        hook."""
        self._end_as_sent()

    def _end_as_sent(self, **values):
        """Record that the marketplace has taken this call."""
        self._end("sent", attempts=self.attempts + 1, error=False, **values)
        if self.kind == "cancel":
            self._receipts_untold()._set_told("call")
            self._end_others_not_taken()
        if self._is_document() and self.may_be_carried_out:
            self._check_document()  # it was composed before an earlier try, and may have changed
        if self.kind == "invoice":
            self._have_other_notes_follow()

    def _end_others_not_taken(self):
        """End the other calls that were to cancel the same order: nobody need see to them."""
        others = self.sale_order_id._outbound_calls("cancel", "failed", "expired") - self
        if others:
            note = InAnyLanguage(self.env)._("Another call has cancelled the order there.")
            others._end("obsolete", note=note)
            self.account_id._end_settled_activities()

    def _receipts_untold(self):
        """The cancellations of this order that the marketplace does not know to be accepted."""
        return self.env["marketplace.cancellation.receipt"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("marketplace_order_id", "=", self.marketplace_order_id),
                ("told_state", "=", "untold"),
            ]
        )

    def _take_refusal(self, error):
        """Record that the marketplace has refused this call, because of an earlier try or not."""
        if self._was_carried_out():
            self._end_as_sent(
                note=InAnyLanguage(self.env)._(
                    "The order was already in this state at the marketplace."
                )
            )
        else:
            self._fail(error)

    def _fail(self, error):
        """End this call, which the marketplace has refused, and ask a person."""
        self._end("failed", attempts=self.attempts + 1, error=error)
        if self.answer_status == 403:
            self.account_id._ask_about_permission()
        else:
            self._ask_for_help(self.env._("A marketplace refused a call"))

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
