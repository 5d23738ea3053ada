from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.change.items import given, taken
from ...tools.change.notices import (
    text_of_added,
    text_of_open_part,
    text_of_part_on_hold,
    text_of_settled_part,
)
from ...tools.change.texts import text_of_change
from ...tools.states import PART_FINAL, PART_NOTICES, PART_OPEN, PART_UNDECIDED
from ..base.moments import in_words

#: How many goods a sentence names.
_NAMED = 5
#: What a document says about a settled change; it says nothing about one that came to nothing.
_KINDS = {"part_cancelled": "part", "part_refused": "part_refused", "part_kept": "part_kept"}

#: Orders of which a change is open.
_CHANGING = """(
    SELECT sale.id
      FROM marketplace_cancellation_receipt change
      JOIN sale_order sale
        ON sale.marketplace_account_id = change.account_id
       AND sale.marketplace_order_id = change.marketplace_order_id
     WHERE change.state IN %(open)s
       AND NOT (change.state = 'part_failed' AND change.resolved_at IS NOT NULL)
)"""


class MarketplaceCancellationReceipt(models.Model):
    """What orders and transfers tell of a change: while it is open, and what it has changed."""

    _inherit = "marketplace.cancellation.receipt"

    @api.model
    def _states_to_tell(self):
        states, states_by_name = super()._states_to_tell()
        return (*states, *PART_FINAL), (*states_by_name, *PART_OPEN)

    def _changes_to_tell(self, orders):
        """``{order: settled changes, the newest first}`` of those of ``orders`` that tell of any.

        A replacement tells of what it replaces as well.

        :param self: what :meth:`_to_tell` finds for them
        """
        over = self.filtered(lambda change: change.state in PART_FINAL)
        told = {}
        for order in orders if over else ():
            own = order | order.replaced_order_id
            if receipts := over.filtered(lambda change, own=own: change.sale_order_id in own):
                told[order] = receipts._newest_first().with_prefetch(self.ids)
        return told

    @api.model
    def _domain_changing(self):
        """A domain that finds the orders of which a change is open."""
        self.env["sale.order"].flush_model(["marketplace_account_id", "marketplace_order_id"])
        self.flush_model(["state", "resolved_at", "account_id", "marketplace_order_id"])
        orders = SQL(_CHANGING, open=PART_OPEN)
        return Domain("id", "in", orders) | Domain("replaced_order_id", "in", orders)

    def _telling_of_settled(self):
        """``(key of a notice, headline, details)`` of these settled changes of one order."""
        telling = self.filtered(lambda change: change._sentence_of_settled())
        if not telling:
            return False, False, False
        newest, others = telling[0], telling[1:]
        sentences = [newest._details(), *(change._sentence_of_settled() for change in others)]
        details = " ".join(filter(None, sentences))
        return _KINDS[newest.state], newest._sentence_of_settled(), details

    def _sentence_of_settled(self):
        """What this settled change has come to, empty if to nothing, or if the seller made it: the
        order tells of that anyway (``marketplace.seller.part``).
        """
        if self.own_change_call_id:
            return ""
        change, moment = self._change(), in_words(self.env, self.settled_at or self.received_at)
        name, out = self.account_id.name, self._items_in_words(taken(change))
        sentences = [text_of_settled_part(self.env, self.state, name, out, moment)]
        if self.state == "part_cancelled":
            added = self._items_in_words(given(change) + change.added)
            sentences.append(text_of_added(self.env, added))
        return " ".join(filter(None, sentences))

    def _headline(self, kind):
        """What a transfer says that brings back what was taken out."""
        if kind != "part":
            return super()._headline(kind)
        sentences = [self._sentence_of_settled(), self.env._("This brings goods back.")]
        return " ".join(filter(None, sentences))

    def _details_of_open(self):
        """What is asked for, by whom, when and why, and how far it has got."""
        change = self._change()
        out, added = map(self._items_in_words, (taken(change), given(change) + change.added))
        what = text_of_change(self.env, self.account_id.name, out, added, "")
        return f"{what} {self._details()}"

    def _who_decided(self):
        who = super()._who_decided()
        is_kept = self.kind == "part" and self.decision == "keep"
        return who | {"decision": self.env._("Items kept")} if is_kept else who

    def _what_came_of_it(self, known):
        if self.kind != "part":
            return super()._what_came_of_it(known)
        sentences = [self.decision and self._describe_decision()]
        if self.state in PART_OPEN:
            awaited = bool(self.confirmation_asked_at)
            sentences.append(text_of_open_part(self.env, self.state, self.note or "", awaited))
        elif not self.decision:
            sentences.append(self.note)
        sentences.append(self._who_decides())
        if self.state in PART_UNDECIDED and self.decide_before and self._may_user_decide():
            due = in_words(self.env, self.decide_before)
            sentences.append(self.env._("To be decided before %s.", due))
        return " ".join(filter(None, sentences))


class MarketplaceNoticeMixin(models.AbstractModel):
    _inherit = "marketplace.notice.mixin"

    marketplace_notice_kind = fields.Selection(selection_add=PART_NOTICES)
    is_change_to_decide = fields.Boolean(
        compute="_compute_marketplace_notice",
        groups="base.group_user",
        help="A change of a part of the order waits for a decision that this user may take.",
    )

    @api.model
    def _open_changes(self, changes):
        """An action that opens ``changes``, for who may read receipts."""
        self.env["marketplace.cancellation.receipt"].check_access("read")
        return changes.sudo(False)._action_view()

    def _set_marketplace_notice(self, kind, headline, details):
        """Documents that are on hold because of a change are found along with others on hold."""
        result = super()._set_marketplace_notice(kind, headline, details)
        self.is_change_to_decide = False
        if kind in ("part_hold", "part_hold_all"):
            self.marketplace_hold = headline
        return result

    def _add_notice_of_open_changes(self, changes, names, is_all):
        """Tell of open changes, unless the whole is on hold or cancelled: that counts for more.

        :param names: the goods that must not leave
        :param is_all: nothing else is on this document
        """
        if self.marketplace_notice_kind in ("hold", "cancelled", "after"):
            return
        items = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
        name = changes[:1].account_id.name
        is_all = is_all or not names
        headline = text_of_part_on_hold(self.env, name, items, is_all)
        details = " ".join(change._details_of_open() for change in changes)
        self._set_marketplace_notice("part_hold_all" if is_all else "part_hold", headline, details)
        undecided = changes.filtered(lambda change: change.state in PART_UNDECIDED)
        self.is_change_to_decide = any(change._may_user_decide() for change in undecided)

    def _add_notice_of_settled_changes(self, changes):
        """Tell of settled ``changes`` below what is to be told of the whole order, if anything."""
        self._add_notice(*changes._telling_of_settled())

    def _add_notice(self, kind, headline, details):
        """Tell this below what is told already, if anything is."""
        if not self.marketplace_notice_kind:
            self._set_marketplace_notice(kind, headline, details)
        elif headline:
            own = self.marketplace_notice_details
            told = [own, headline, not own and details]
            self.marketplace_notice_details = " ".join(filter(None, told))
