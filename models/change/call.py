from odoo import fields, models

from ...tools.any_language import InAnyLanguage
from ...tools.change import calls
from ...tools.change.there import id_of_created
from ...tools.outbound.outcome import Outcome

#: Calls about a change, each with how it is built.
_BUILD = {
    "acknowledge": calls.send_agreement,
    "confirm": calls.send_agreement,
    "withdraw": calls.withdraw,
}
#: Those that need the change's ID.
OF_CHANGE = tuple(_BUILD)
#: The marketplace carries out another change of the order first (protocol, "Facts around it").
_IN_PROGRESS = (409, "SalesOrderSystem014")


class MarketplaceOutboundCall(models.Model):
    """Calls about changes of orders: the seller's agreement, its refusal, and changes of its
    own."""

    _inherit = "marketplace.outbound.call"

    kind = fields.Selection(
        selection_add=[
            ("change", "Take a part out of the order"),
            ("acknowledge", "Acknowledge the change"),
            ("confirm", "Confirm the change"),
            ("withdraw", "Cancel the change"),
        ],
        ondelete=dict.fromkeys(("change", *OF_CHANGE), "cascade"),
    )
    change_id = fields.Char(
        readonly=True, help="The marketplace's ID of the change, once it is known."
    )

    def _call(self, address):
        if self.kind == "change":
            return calls.create(address, self.marketplace_order_id, self.body)
        if self.kind in OF_CHANGE:
            named = (self.marketplace_order_id, self.change_id)
            return _BUILD[self.kind](address, *named, self.body)
        return super()._call(address)

    def _prepare(self):
        """Look for the change's ID, and whether the seller's own was made by an earlier try."""
        if not super()._prepare():
            return False
        if self.kind == "change" and (told := self._told_back()):
            self.change_id = told.cancellation_request_id
            self._end_as_sent(
                note=InAnyLanguage(self.env)._("The marketplace already had the change.")
            )
            return False
        if self.kind == "change" and self.may_be_carried_out:
            return self._is_to_be_made_again()
        if self.kind in OF_CHANGE and not self.change_id:
            self.change_id = self.receipt_id._change_id_known()
            return bool(self.change_id) or self._find_change_id()
        return True

    def _obsolete_because(self):
        agrees = self.kind in ("acknowledge", "confirm")
        if agrees and self.receipt_id.is_whole_after_all:
            return None  # the order is cancelled because of this change
        return super()._obsolete_because() or self._obsolete_because_of_change()

    def _obsolete_because_of_change(self):
        """Why the marketplace need not be told this about its change any more, None if it must
        be."""
        if self.kind not in ("change", *OF_CHANGE):
            return None
        if self.receipt_id.state == "part_withdrawn":
            return InAnyLanguage(self.env)._("The change is not carried out.")
        if self.kind == "change" and self.sale_order_id.state == "cancel":
            return InAnyLanguage(self.env)._("The order was cancelled after all.")
        is_first = self.kind in ("acknowledge", "change") and not self.may_be_carried_out
        if is_first and self._beside("withdraw", "pending", "sent"):
            return InAnyLanguage(self.env)._("The change is not carried out after all.")
        is_own = self._beside("change") and not self._beside("change", "pending", "sent")
        if self.kind in OF_CHANGE and is_own and not self.change_id:
            return InAnyLanguage(self.env)._("The marketplace does not have the change.")
        return None

    def _beside(self, kind, *states):
        """The calls of ``kind`` about the same change in one of ``states``, in any by default."""
        return self.receipt_id.outbound_call_ids.filtered(
            lambda call: call.kind == kind and (call.state in states or not states)
        )

    # -- Answers ----------------------------------------------------------------------------------

    def _outcome(self, reply):
        status, code = _IN_PROGRESS
        if self.kind == "change" and (reply.status == status or code in reply.text):
            return Outcome.LATER
        return super()._outcome(reply)

    def _end_as_taken(self, reply):
        if self.kind == "change":
            self.change_id = id_of_created(reply.text)
        return super()._end_as_taken(reply)

    def _end_as_sent(self, **values):
        result = super()._end_as_sent(**values)
        if self.kind == "change":
            self._go_on_with_change()
        if self.kind == "acknowledge":
            self._look_for_confirmation()
        return result

    def _go_on_with_change(self):
        """Agree to the change that the marketplace has got from the seller."""
        receipt, order = self.receipt_id, self.sale_order_id
        if not (self.change_id or receipt):
            self._ask_for_help(self.env._("A marketplace has given a change no ID"))
            return
        receipt.change_id_there = self.change_id
        order._agree_at_marketplace("acknowledge", receipt, change_id=self.change_id)
        if not receipt or receipt.state == "part_cancelled":
            order._agree_at_marketplace("confirm", receipt, change_id=self.change_id)
