from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.any_language import InAnyLanguage, joined, stored
from ...tools.change.items import has_same_content
from ...tools.change.texts import text_of_repeat
from ...tools.inbound.changed_items import next_id
from ...tools.inbound.order_change import CONFIRMATION
from ...tools.states import PART_OPEN
from ..base.moments import in_words
from .call_answers import LOOKS


class MarketplaceCancellationReceipt(models.Model):
    """Changes without an ID that come again after the first one is settled: repeats, or separate
    changes that take out as much again.

    Each has a receipt of its own, so that none is lost. Nothing is done about it until the order's
    changes at the marketplace, or a person, have shown which it is.
    """

    _inherit = "marketplace.cancellation.receipt"

    same_as_id = fields.Many2one(
        "marketplace.cancellation.receipt",
        "Same as an Earlier Change",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The first change of the order that asked for the same, without an ID.",
    )
    may_be_repeat = fields.Boolean(
        "May Be a Repeat",
        readonly=True,
        help="It came without an ID after the same change was settled: it is a repeat, or another "
        "change.",
    )

    def _same_changes(self):
        """This change and those that asked for the same later, the newest first."""
        first = self.same_as_id or self
        return self.search([("same_as_id", "=", first.id)], order="id desc") | first

    def _is_meant_by(self, change):
        """Whether a call about ``change``, which is like this one and has no ID, can only be about
        this one: the marketplace begins no other one before this is over (protocol, "Facts around
        it"), and asks for what it has agreed upon.

        That its end is still to be told here does not show that the marketplace has not heard of
        it: the call may be on its way.
        """
        if self.state in PART_OPEN or self.state == "part_refused":
            return True
        if change.agreement == CONFIRMATION and (
            not self.confirmation_asked_at or self.delivery_count > 1
        ):
            return True  # its own confirmation, perhaps once more
        order = self._order_here()
        return bool(order and not order._with_replacements())

    def _values_of_further(self):
        """Values of the receipt of a change like this one that came later."""
        return {
            "cancellation_request_id": next_id(self.protocol_code),
            "same_as_id": (self.same_as_id or self).id,
            "may_be_repeat": True,
        }

    def _look_whether_it_is_a_repeat(self, order):
        """Have the marketplace's changes of ``order`` read, or a person asked if that cannot be.

        The acknowledgement, before it is sent, looks for the change there.
        """
        if not self.account_id.is_connected:
            self._ask_whether_it_is_a_repeat(order)
            return
        self._set_part("part_waiting", sale_order_id=order.id)
        order._agree_at_marketplace("acknowledge", self)

    def _ask_whether_it_is_a_repeat(self, order, why=None):
        """Ask a person whether it is a repeat; ``why`` says what the marketplace has shown."""
        self._ask_about_part(order, joined(" ", (self._text_of_repeat("ask"), why)))

    def _text_of_repeat(self, kind):
        others = self._same_changes().filtered(lambda own: own.id < self.id)
        newest = (others - others.filtered("may_be_repeat"))[:1] or self.same_as_id
        moment = in_words(self.env, newest.settled_at or newest.received_at or self.received_at)
        return text_of_repeat(InAnyLanguage(self.env), kind, moment)

    def _is_change_of_its_own(self):
        """Note that this is no repeat: it is decided on as any other change."""
        for receipt in self.filtered("may_be_repeat"):
            receipt.may_be_repeat = False
            receipt.outbound_call_ids._take_off_hold()
            if receipt.state in PART_OPEN:
                receipt._set_part("part_received")
            receipt.env["marketplace.change.service"]._wake()

    # -- What a person says -----------------------------------------------------------------------

    def action_is_repeat(self):
        """Settle this change, of which a person says that it is a repeat of an earlier one.

        :raise AccessError: for a user who may not decide
        :raise UserError: if nobody has asked whether it is
        """
        return self._say_whether_it_is_a_repeat(is_repeat=True)

    def action_is_own_change(self):
        """Decide on this change, of which a person says that it takes out as much once more.

        :raise AccessError: for a user who may not decide
        :raise UserError: if nobody has asked whether it is a repeat
        """
        return self._say_whether_it_is_a_repeat(is_repeat=False)

    def _say_whether_it_is_a_repeat(self, *, is_repeat):
        self.ensure_one()
        self._check_may_decide()
        env = self.sudo().account_id._as_endpoint().env  # sudo: receipts are read-only to people
        receipt = self.with_env(env)
        order = receipt._order_here()
        order._claim_fulfilment()
        if not receipt.may_be_repeat or receipt.state not in PART_OPEN:
            raise UserError(self.env._("It is already known whether this is a repeat."))
        if is_repeat:
            text = receipt._text_of_repeat("said")
            receipt._withdraw(text)
        else:
            text = receipt._text_of_repeat("own")
            receipt._is_change_of_its_own()
            env["marketplace.change.service"]._decide_if_new(receipt)
        for document in filter(None, (receipt, order)):
            body = f"{receipt._describe_change()} {text}"
            document._message_log(body=body, author_id=self.env.user.partner_id.id)
        return True


class MarketplaceOutboundCall(models.Model):
    """The acknowledgement of a change that may be a repeat: the change is looked for first."""

    _inherit = "marketplace.outbound.call"

    def _find_change_that_may_be_repeat(self):
        """Look at the marketplace whether the change of this call is one of its own.

        It is if exactly one change is open there that is not known here. If there is none, this is
        a repeat, provided that the list shows the earlier change: otherwise the list may be
        incomplete.

        :return: whether it is one of its own, so that this call is to be sent now
        """
        receipt, found = self.receipt_id, self._changes_there()
        if found is None:
            if self.attempts >= LOOKS:
                self._leave_to_person(self.error)
            return False
        asked = receipt._change()
        like_it = [one for one in found if has_same_content(one.change, asked)]
        own = [one for one in self._not_known(like_it) if self._is_open_there(one)]
        if own and (len(own) > 1 or self._is_earlier_one_unknown()):
            self._leave_to_person(
                InAnyLanguage(self.env)._("This may be any of several changes at the marketplace.")
            )
        elif own:
            receipt.change_id_there = self.change_id = own[0].change_id
            receipt._is_change_of_its_own()
            return True
        elif self.attempts < LOOKS:
            self._put_off(
                InAnyLanguage(self.env)._("The marketplace does not show this change yet.")
            )
        elif like_it:
            receipt._withdraw(receipt._text_of_repeat("found"))
        else:
            self._leave_to_person(
                InAnyLanguage(self.env)._("The marketplace shows no such change.")
            )
        return False

    def _is_earlier_one_unknown(self):
        """Whether the marketplace's ID of an earlier change like this is not known: the one that is
        open there may be that.
        """
        earlier = self.receipt_id._same_changes() - self.receipt_id
        earlier = earlier.filtered(lambda own: own.state == "part_cancelled")
        return any(not (own.cancelled_there or own._change_id_known()) for own in earlier)

    def _leave_to_person(self, why):
        """Have a person say whether the change is a repeat; this is on hold until then."""
        self.error = why and stored(why)
        self._put_on_hold()
        self._ask_whether_it_is_a_repeat(why)

    def _ask_whether_it_is_a_repeat(self, why=None):
        for receipt in self.receipt_id:
            if receipt.may_be_repeat and receipt.state == "part_waiting":
                receipt._ask_whether_it_is_a_repeat(receipt.sale_order_id, why)

    def _end(self, state, **values):
        """Leave it to a person if the marketplace cannot be asked for too long."""
        result = super()._end(state, **values)
        if state not in ("sent", "obsolete"):
            self._ask_whether_it_is_a_repeat()
        return result
