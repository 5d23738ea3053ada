from datetime import timedelta

from odoo import models

from ...tools.any_language import InAnyLanguage, joined
from ...tools.change.items import has_same_content
from ...tools.change.there import (
    CANCELED,
    DONE,
    WAITING_CONFIRMATION,
    ChangeThere,
    changes_from_text,
)
from ...tools.inbound.order_change import OrderChange
from ...tools.outbound.client import Reply, Unreachable
from ...tools.outbound.outcome import Outcome, outcome
from ...tools.outbound.texts import text_of_status
from .call import OF_CHANGE

#: How far a change has got once a call has reached what it is for.
_REACHED = {
    "acknowledge": (WAITING_CONFIRMATION, DONE),
    "confirm": (DONE,),
    "withdraw": (CANCELED,),
}
#: How often a change that came without an ID is looked for: it may not be in the list at once.
LOOKS = 3
#: Stands for an answer that got lost, or never came: it may come later.
_NO_ANSWER = Reply(503, "")
#: How far the marketplace's clock may be behind ours.
_CLOCKS = timedelta(minutes=10)


class MarketplaceOutboundCall(models.Model):
    """What the marketplace's own record of a change says about the calls."""

    _inherit = "marketplace.outbound.call"

    # -- A refusal --------------------------------------------------------------------------------

    def _take_refusal(self, error):
        """Read how far the change has got: an earlier try may have been carried out, too, or the
        marketplace does not expect this yet, or no more.
        """
        if self.kind not in OF_CHANGE:
            return super()._take_refusal(error)
        reply = self._read_change_there()
        if reply and outcome(reply.status) is Outcome.LATER:
            self._put_off(error, reply.retry_after)
            return None
        there = self._change_in(reply)
        if there and there.status in _REACHED[self.kind]:
            self._end_as_sent(
                note=InAnyLanguage(self.env)._(
                    "The change was already in this state at the marketplace."
                )
            )
        elif there and there.status == CANCELED and self.kind == "acknowledge":
            self._end(
                "obsolete",
                note=InAnyLanguage(self.env)._("The marketplace has taken the change back."),
            )
        elif there and self.kind == "confirm" and self._is_too_early(there):
            self._put_off(error)
        else:
            self._fail(error)
        if there:
            self._have_change_read()
        return None

    def _is_too_early(self, there):
        return there.may_be_open and there.status != WAITING_CONFIRMATION

    def _read_change_there(self):
        """The marketplace's answer on the change of this call, None if it cannot be asked."""
        if self.answer_status in (401, 403, 404):
            return None  # nor could the change be read, or it is not there
        try:
            return self.account_id._read_change(self.marketplace_order_id, self.change_id)
        except Unreachable:
            return _NO_ANSWER

    def _change_in(self, reply):
        """The change in a ``reply``, None if there is none that could be understood."""
        try:
            return reply and ChangeThere.from_text(reply.text, self.marketplace_order_id)
        except ValueError:
            return None

    def _fail(self, error):
        words = InAnyLanguage(self.env)
        why = {
            "confirm": words._(
                "The order was changed here already. Make sure that it is changed at the "
                "marketplace, too: make the same change there and give up this call, or send it "
                "again once the marketplace can accept it. The order's invoices are not sent "
                "before that."
            ),
            "change": words._(
                "The order was changed here already. Send this call again once the marketplace "
                "can accept it; or make the same change at the marketplace, or restore the "
                "order's quantity, and give up this call. The order's invoices are not sent "
                "before that."
            ),
            "withdraw": words._(
                "The order was not changed here. See whether it is changed at the marketplace, "
                "and change it here, too, then."
            ),
        }.get(self.kind)
        return super()._fail(joined(" ", (error, why)))

    # -- The seller's own change ------------------------------------------------------------------

    def _is_to_be_made_again(self):
        """Whether the change, of which a try may have been carried out, is not there yet.

        To make it twice would take the goods out twice.
        """
        found = self._changes_there()
        if found is None:
            return False
        since = self.create_date - _CLOCKS
        own = [
            change
            for change in self._not_known(found)
            if not (change.date and change.date < since)
            and has_same_content(change.change, self._own_change())
        ]
        if own:
            self.change_id = own[-1].change_id
            self._end_as_sent(
                note=InAnyLanguage(self.env)._("The marketplace already had the change.")
            )
        return not own

    def _own_change(self):
        return OrderChange.from_document(self.marketplace_order_id, "", self.body)

    # -- A change without an ID -------------------------------------------------------------------

    def _find_change_id(self):
        """Look for the change of this call, which came without an ID, at the marketplace.

        :return: whether it was found; if not, this call is put off, or a person is asked
        """
        if self.receipt_id.may_be_repeat:
            return self._find_change_that_may_be_repeat()
        found = self._changes_there()
        if found is None:
            return False
        asked = self.receipt_id._change()
        same = [one for one in self._not_known(found) if has_same_content(one.change, asked)]
        same = [one for one in same if self._is_open_there(one)]
        if len(same) == 1:
            self.receipt_id.change_id_there = self.change_id = same[0].change_id
            return True
        why = InAnyLanguage(self.env)._(
            "The change came without an ID, and it is not clear which of the order's changes at "
            "the marketplace it is. Agree to it, or cancel it, there."
        )
        if not same and self.attempts < LOOKS:
            self._put_off(why)
        else:
            self._end("failed", error=why)
            self._ask_for_help(self.env._("A marketplace's change came without an ID"))
        return False

    def _is_open_there(self, change):
        """Whether a ``change`` of a list, which does not tell that, is still open."""
        if change.status is None:
            named = self.marketplace_order_id, change.change_id
            try:
                reply = self.account_id._read_change(*named)
                change = ChangeThere.from_text(reply.text, self.marketplace_order_id)
            except (Unreachable, ValueError):
                return True  # better to ask a person than to agree to another one
        return change.may_be_open

    # -- Reading ----------------------------------------------------------------------------------

    def _changes_there(self):
        """The order's changes at the marketplace; None if that does not say, then this call is put
        off.
        """
        account, order_id = self.account_id, self.marketplace_order_id
        try:
            reply = account._read_changes(order_id)
        except Unreachable:
            self._put_off(account._explain_unreachable(), unanswered=True)
            return None
        if reply.status == 404:
            return ()
        if reply.status != 200:
            self._put_off(
                text_of_status(InAnyLanguage(self.env), reply.status, order_id), reply.retry_after
            )
            return None
        try:
            return changes_from_text(reply.text, order_id)
        except ValueError:
            self._put_off(
                InAnyLanguage(self.env)._(
                    "The answer could not be understood as a list of changes."
                )
            )
            return None

    def _not_known(self, changes):
        """Those of ``changes`` that belong to no other receipt or call of this order."""
        receipts = self.env["marketplace.cancellation.receipt"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("marketplace_order_id", "=", self.marketplace_order_id),
                ("id", "!=", self.receipt_id.id),
            ]
        )
        calls = self.sale_order_id.outbound_call_ids - self.receipt_id.outbound_call_ids - self
        known = {
            *receipts.mapped("cancellation_request_id"),
            *receipts.mapped("change_id_there"),
            *calls.mapped("change_id"),
        }
        return [change for change in changes if change.change_id not in known]
