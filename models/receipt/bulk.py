import time
from collections import defaultdict
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.discreet_log import discreet, discreet_logger
from ...tools.inbound.bulk_texts import (
    in_short,
    text_of_cancelled,
    text_of_due,
    text_of_parts,
    title_of_bulk,
    what_follows_in_bulk,
    why_not_decided,
)
from ...tools.lock import StillLocked, repeat
from ...tools.states import FINAL, UNDECIDED

_logger = discreet_logger(__name__)

#: For how long one call of the browser decides before it tells how far it is, in seconds.
_TURN = 3
#: How long a decision waits for another transaction that has locked what it needs, in seconds.
_PATIENCE = 5
#: Of how many orders it is told beforehand what follows: each has to be looked at.
_PREVIEWED = 500


class MarketplaceCancellationReceipt(models.Model):
    """One decision on many requests: what will come of it is said beforehand, and each is decided
    in a transaction of its own.

    The browser asks for a few at a time (``static/src/bulk``): so it shows how far it is, and what
    is decided stays, whatever happens to the page or to the server.
    """

    _inherit = "marketplace.cancellation.receipt"

    can_accept = fields.Boolean(
        "Can Be Accepted",
        compute="_compute_can_decide",
        help="Whether the user may accept it as it is.",
    )
    can_refuse = fields.Boolean(
        "Can Be Refused",
        compute="_compute_can_decide",
        help="Whether the user may refuse it as it is.",
    )

    @api.depends("state", "is_confirmed", "account_id.user_id")
    @api.depends_context("uid", "lang")
    def _compute_can_decide(self):
        for receipt in self:
            receipt.can_accept = not receipt._obstacle_to_deciding("accept")
            receipt.can_refuse = not receipt._obstacle_to_deciding("refuse")

    def _obstacle_to_deciding(self, decision):
        """Why the user is not offered to accept or to refuse this request, in words that suit
        many; None if it is offered. A hook for other kinds of requests.

        :param decision: ``accept`` or ``refuse``
        """
        if not self.account_id._may_decide():
            return why_not_decided(self.env, "right")
        return self._obstacle_in_itself(decision)

    def _obstacle_in_itself(self, decision):
        """Why nobody can accept or refuse this request: see above."""
        if self.state == "failed" and decision == "accept":
            return why_not_decided(self.env, "failed")
        if self.state not in UNDECIDED:
            return why_not_decided(self.env, "settled" if self.state in FINAL else "no question")
        if decision == "refuse" and self._is_cancellation_confirmed():
            return why_not_decided(self.env, "confirmed")
        return None

    # -- Said beforehand --------------------------------------------------------------------------

    def action_accept_selected(self):
        """Open the dialog that accepts these requests, those that can be.

        :raise AccessError: for a user who may decide on none of them
        """
        return self._ask_before_deciding("accept")

    def action_refuse_selected(self):
        """Open the dialog that refuses these requests, those that can be, for one reason.

        :raise AccessError: for a user who may decide on none of them
        """
        return self._ask_before_deciding("refuse")

    def _ask_before_deciding(self, decision):
        self._check_may_decide_on_some()
        seen = self._seen()
        obstacles = {receipt: receipt._obstacle_to_deciding(decision) for receipt in seen}
        due = seen.filtered(lambda receipt: not obstacles[receipt])
        params = {
            "decision": decision,
            "ids": due.ids,
            "due": text_of_due(self.env, decision, len(due), len(self)),
            "names": in_short(due.mapped("marketplace_order_id")),
            "follows": [what_follows_in_bulk(self.env, decision), *due._follows_in_bulk(decision)],
            "skipped_count": len(self) - len(due),
            "skipped": self._describe_skipped(obstacles),
        }
        return {
            "type": "ir.actions.client",
            "tag": "marketplace_decide_in_bulk",
            "name": title_of_bulk(self.env, decision),
            "target": "new",
            "params": params,
        }

    def _describe_skipped(self, obstacles):
        """What of these requests is not decided on: how many for which reason, and the first ones.

        :param obstacles: ``{request: why it is skipped, if it is}``, of those that the user sees
        """
        names = defaultdict(list)
        for receipt, why in obstacles.items():
            if why:
                names[why].append(receipt.marketplace_order_id)
        groups = [
            {"why": why, "count": len(own), "names": in_short(own)} for why, own in names.items()
        ]
        if hidden := len(self) - len(obstacles):
            why = why_not_decided(self.env, "hidden")
            groups.append({"why": why, "count": hidden, "names": ""})
        return groups

    def _seen(self):
        """Those of these requests that are still there, and that the user sees."""
        return self.exists()._filtered_access("read")

    def _check_may_decide_on_some(self):
        """:raise AccessError: if there is none of these requests on which the user may decide"""
        seen = self._seen()
        if not any(account._may_decide() for account in seen.account_id):
            (seen or self)._check_may_decide()

    def _follows_in_bulk(self, decision):
        """What follows for the orders of these requests, a line for each kind of thing; empty for
        more orders than can be looked at meanwhile.
        """
        # sudo: a user who decides need not see the orders, but the receipts
        whole = self.sudo().filtered(lambda receipt: receipt.kind == "whole")
        orders = whole.sale_order_id._with_replacements()
        if decision != "accept":
            without = orders[:_PREVIEWED].filtered("cancelled_by_hand")
            return [text_of_cancelled(self.env, without.mapped("name"))] if without else []
        follows = [] if len(orders) > _PREVIEWED else orders._describe_previews()
        if parts := len(self - whole):
            follows.append(text_of_parts(self.env, parts))
        return follows

    # -- Decided one by one -----------------------------------------------------------------------

    def decide_each(self, decision, reason=None):
        """Decide on these requests, in their order, each in a transaction of its own.

        :param decision: ``accept`` or ``refuse``
        :param reason: mandatory for a refusal
        :return: what came of those that were reached within a few seconds, at least of the first:
            dictionaries of ``id``, ``name``, ``outcome`` (``done``, ``skipped``, ``failed``), and
            ``why``, empty for what is done
        :raise AccessError: for a user who may decide on none of them
        :raise UserError: if the reason is missing
        """
        self._check_may_decide_on_some()
        if decision not in ("accept", "refuse"):
            raise UserError(self.env._("Only what needs a decision can be decided."))
        if decision == "refuse" and not (reason or "").strip():
            raise UserError(self.env._("Please give a reason."))
        deadline = time.monotonic() + _TURN
        results = []
        for receipt in self:
            if results and time.monotonic() > deadline:
                break
            results.append(receipt._decide_apart(decision, reason))
        return results

    @discreet()
    def _decide_apart(self, decision, reason):
        """Decide on this request and commit; what goes wrong is told, and stops no other one."""
        try:
            step = partial(self._decide_if_due, decision, reason)
            outcome, why = repeat(self.env.cr, step, _PATIENCE)
        except StillLocked:
            outcome, why = "failed", self.env._("Somebody else is working on it. Try again.")
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("Receipt %s could not be decided among others", self.id)
            order = self.sudo().sale_order_id  # sudo: no more of it is told than the error
            outcome, why = "failed", order._describe_failure(error)
        name = self._seen().marketplace_order_id or ""
        return {"id": self.id, "name": name, "outcome": outcome, "why": why or ""}

    def _decide_if_due(self, decision, reason):
        """Decide on this request, unless it is not to be decided any more.

        :return: what came of it, and why, see :meth:`decide_each`
        """
        if not self._seen():
            return "skipped", why_not_decided(self.env, "hidden")
        if why := self._obstacle_to_deciding(decision):
            # Another request for the same order is settled along with the first.
            mine = self.decision == decision and self.decided_by_id == self.env.user
            return ("done", "") if mine and self.state in self._settled() else ("skipped", why)
        self._decide(decision, reason)
        if self.state in self._undecided():
            return "failed", self.error or self.note
        return "done", ""

    @api.model
    def _settled(self):
        """The states in which nothing is left to decide; a hook for other kinds of requests."""
        return FINAL
