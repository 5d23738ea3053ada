from odoo import fields, models

from ...tools.any_language import stored
from ...tools.inbound.answer import Answer, change_body
from ...tools.inbound.problem import CHANGE_REFUSED, Problem
from ...tools.states import PART_FINAL, PART_UNDECIDED

#: What a change is called at the marketplace, by the state of its receipt.
_STATUS = {
    "part_cancelled": "done",
    "part_kept": "done",
    "part_withdrawn": "canceled",
    "part_refused": "canceled",
}


class MarketplaceCancellationReceipt(models.Model):
    """What becomes of a change, and the answer that follows from it."""

    _inherit = "marketplace.cancellation.receipt"

    def _set_part(self, state, note=None, **values):
        """Record that this change has reached ``state``; ``note`` says why, or what happened."""
        self.ensure_one()
        settled_at = state in PART_FINAL and fields.Datetime.now()
        self.write(
            {
                "state": state,
                "note": note and stored(note),
                "error": False,
                "settled_at": settled_at,
                **values,
            }
        )
        answer = self._answer_of_change()
        self.write({"answer_status": answer.status, "answer_body": answer.body})
        if state not in PART_UNDECIDED:
            self.activity_unlink(["marketplace_order_cancellation.activity_decide"])

    def _set_part_failed(self, error):
        """Record that the change could not be carried out, and ask for somebody's help."""
        had_failed = self.state == "part_failed"
        self.write({"state": "part_failed", "error": stored(error)})
        if not (had_failed and self.decide_before):
            self._begin_deadline()
        self._ask_to_act()

    def _answer_of_change(self):
        """The answer to each call about this change: what has become of it."""
        if self.state == "part_refused":
            problem = Problem(CHANGE_REFUSED, self.note or "", receipt=self.protocol_code)
            return Answer.from_problem(problem)
        waiting = "confirmation" if self.confirmation_asked_at else "acknowledgement"
        status = _STATUS.get(self.state, f"waiting-{waiting}")
        names = self.cancellation_request_id, self.marketplace_order_id
        return Answer(202, change_body(*names, status, self.protocol_code))
