from odoo import fields, models

from ...tools.any_language import InAnyLanguage
from ...tools.change.items import taken


class MarketplaceCancellationReceipt(models.Model):
    """Changes that the seller has made, and that the marketplace reports in turn.

    The marketplace asks the seller to confirm what a call of ours has asked for, perhaps before it
    has answered that call. What is taken out already is never taken out again (protocol,
    "No echo").
    """

    _inherit = "marketplace.cancellation.receipt"

    own_change_call_id = fields.Many2one(
        "marketplace.outbound.call",
        "The Seller's Own Change",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The call by which the seller has asked for this change.",
    )
    is_own_presumed = fields.Boolean(
        readonly=True,
        help="A call of ours asks for the same, and its answer has not yet said which change it "
        "is.",
    )

    _presumed_own_idx = models.Index("(id) WHERE is_own_presumed")

    def _settle_as_own_change(self, order):
        """If this is a change of the seller's own, put that on record; nothing else is to be done.

        :return: whether it is
        """
        call = self._own_change_call(order)
        if not call:
            return False
        self.own_change_call_id = call
        is_unnamed = not (call.change_id or self.cancelled_there)
        self.is_own_presumed = self.is_change_id_given and is_unnamed
        self._set_part("part_cancelled", self._note_of_own_change(), sale_order_id=order.id)
        return True

    def _note_of_own_change(self):
        """What the receipt says, which has no lines: all of it was taken out before."""
        out = self._items_in_words(taken(self._change()))
        words = InAnyLanguage(self.env)
        own = words._("The seller's own change: %s.", out)
        return own if out else words._("The seller's own change.")

    def _own_change_call(self, order):
        """The call of ours by which this change of ``order`` was asked for, none if there is none.

        The change's ID shows it; or what the change asks for, as long as only one of the two has an
        ID: the marketplace has not answered our call yet, or does not say which change it reports.
        It uses other names for changes that it has carried out (``changes_of_order``).
        """
        # sudo: the outbox is the addon's own
        calls = order.sudo()._outbound_calls("change")
        named = calls.filtered(lambda call: call.change_id == self.cancellation_request_id)
        if named:
            return named[0]
        if self.is_change_id_given and not self.cancelled_there:
            calls = calls.filtered(lambda call: not call.change_id)
        calls = calls.filtered(lambda call: call._may_be_there()) - self._calls_told_of(calls)
        asked = self._change()
        return calls.filtered(lambda call: call._asks_for(asked)).sorted("id")[:1]

    def _calls_told_of(self, calls):
        """Those of ``calls`` of which another change is known to be, told of in the same way."""
        told = self.sudo().search(  # sudo: as above
            [
                ("own_change_call_id", "in", calls.ids),
                ("cancelled_there", "=", self.cancelled_there),
                ("id", "!=", self.id),
            ]
        )
        return told.own_change_call_id

    def _reopen_if_not_own(self):
        """Decide on this change after all if our call has led to another one, or to none.

        Each side asked for the same while the other's call was on its way.
        """
        call = self.own_change_call_id
        if not self.is_own_presumed or call._waits_for_its_id():
            return
        self.is_own_presumed = False
        is_another = call.change_id not in (False, self.cancellation_request_id)
        if is_another or (call and not call._may_be_there()):
            self.own_change_call_id = False
            self._set_part("part_received")


class MarketplaceChangeService(models.AbstractModel):
    _inherit = "marketplace.change.service"

    def _cron_settle_changes(self):
        """First look again at those that seemed to be the seller's own: more is known now."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: the job settles the changes of every company
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        presumed = receipts.search([("is_own_presumed", "=", True)], order="id")
        due = presumed.filtered(lambda own: not own.own_change_call_id._waits_for_its_id())
        cron._work_off(due, self._settle_apart)
        return super()._cron_settle_changes()

    def _decide_if_new(self, receipt):
        receipt._reopen_if_not_own()
        return super()._decide_if_new(receipt)
