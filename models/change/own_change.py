from odoo import fields, models

from ...tools.change.items import has_same_content
from ...tools.change.known import Known
from ...tools.inbound.order_change import OrderChange
from ...tools.states import CALL_ENDED_BADLY

#: Calls after which the marketplace takes the next change.
_LAST = ("change", "confirm", "withdraw")


class MarketplaceOutboundCall(models.Model):
    """The seller's own change: sent once, and never delaying others."""

    _inherit = "marketplace.outbound.call"

    told_back_ids = fields.One2many(
        "marketplace.cancellation.receipt",
        "own_change_call_id",
        readonly=True,
        help="What the marketplace has told of the change that this call asks for.",
    )

    def _may_be_there(self):
        """Whether the marketplace has, or may have, taken this call, or is to get it.

        This is not known of a call that is being sent at this moment.
        """
        return self.state in ("pending", "sent") or self.may_be_carried_out

    def _waits_for_its_id(self):
        """Whether the marketplace still may say which change it has made because of this call."""
        return self.state == "pending" and not self.change_id

    def _asks_for(self, change):
        """Whether this call asks for the same as ``change``."""
        return has_same_content(self._asked_change(), change)

    def _asked_change(self):
        return OrderChange.from_document(self.marketplace_order_id, "", self.body or {})

    def _as_known(self):
        """The change of this call as a :class:`~tools.change.known.Known`, told back or not."""
        told = self.told_back_ids
        ids = {self.change_id, *told.mapped("cancellation_request_id")} - {False}
        return Known(frozenset(ids), self._asked_change(), told[:1])

    def _told_back(self):
        """The receipt by which the marketplace has told of this call's change, with its ID."""
        told = self.told_back_ids.filtered(lambda own: own.is_change_id_given)
        return told.filtered(lambda own: not own.cancelled_there)[:1]

    def _is_in_progress(self):
        """Whether the marketplace carries out another change of the order first."""
        return self.answer_status == 409 or "SalesOrderSystem014" in (self.answer_body or "")

    def _put_off(self, error, retry_after=None, unanswered=False, unknown=False):
        """A change that waits for another one keeps no other call waiting: the calls of the other
        one come after it in the queue.
        """
        result = super()._put_off(error, retry_after, unanswered, unknown)
        if self.kind == "change" and self.state == "pending" and self._is_in_progress():
            self.write({"on_hold": True, "on_hold_since": self.last_attempt_at})
        return result

    def _end(self, state, **values):
        """Let go on what waits for this change: the next change, invoices, changes that seemed to
        be this one.

        What the marketplace has not taken counts as untold: a person tells it, or sends it again.
        """
        for call in self.filtered(lambda call: call._is_untold_in(state)):
            call.sale_order_id._note_untold(call._quantities_asked_for())
        result = super()._end(state, **values)
        if own := self.filtered(lambda call: call.kind in _LAST):
            orders = own.sale_order_id
            orders._outbound_calls("change", "pending")._take_off_hold()
            orders.filtered(lambda order: not order._holds_documents())._release_invoice_calls()
            self.env["marketplace.change.service"]._wake()
        return result

    def _is_untold_in(self, state):
        """Whether the marketplace is known not to have this change if it ends in ``state``."""
        is_over = self.state == "pending" and state in CALL_ENDED_BADLY
        return self.kind == "change" and is_over and not self.may_be_carried_out

    def _set_pending(self):
        own = self.filtered(lambda call: call.kind == "change" and call.state in CALL_ENDED_BADLY)
        for call in own:
            order = call.sale_order_id
            order._lines_untold()._note_told(call._asked_change().removed)
        return super()._set_pending()

    def _quantities_asked_for(self):
        """``{line: quantity in its unit}`` of what this call asks to take out."""
        lines, quantities = self.sale_order_id.order_line, {}
        for item in self._asked_change().removed:
            alike = lines.filtered(lambda line, sku=item.sku: line._marketplace_item_sku() == sku)
            named = alike.filtered(
                lambda line, own=item.unique_id: own and (line.marketplace_line_id or "") == own
            )
            if line := (named or alike)[:1]:
                quantities[line] = quantities.get(line, 0.0) + line._in_own_unit(item.quantity)
        return quantities
