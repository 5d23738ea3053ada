from odoo import api, fields, models

from ...tools.any_language import InAnyLanguage, joined
from ...tools.inbound import texts
from ...tools.states import HOLDING, HOLDING_BY_NAME, NOTICES, UNDECIDED
from ..base.moments import in_words


class MarketplaceCancellationReceipt(models.Model):
    """What orders and transfers tell people of a receipt."""

    _inherit = "marketplace.cancellation.receipt"

    decider_text = fields.Char(
        "Who Decides",
        compute="_compute_decider_text",
        help="For users who may not decide: who does, and until when.",
    )

    # -- Which, and as what -----------------------------------------------------------------------

    def _telling_of_order(self, is_cancelled):
        """``(key of NOTICES, receipt)`` of an order, ``(False, none)`` if there is nothing to tell.

        :param self: what :meth:`_notable` finds for it
        :param is_cancelled: whether the order is
        """
        if holding := self._that_hold():
            return "hold", holding[:1]
        return self._telling_of_cancelled() if is_cancelled else self._telling_of_open()

    def _that_hold(self):
        return self.filtered(lambda receipt: receipt.state in (*HOLDING, *HOLDING_BY_NAME))

    def _telling_of_cancelled(self, kind="cancelled"):
        # the oldest cancelled the order; later ones were told that it was cancelled
        receipt = self.filtered(lambda own: own.state == "cancelled")[-1:]
        return (kind if receipt else False), receipt

    def _telling_of_undecided(self):
        receipt = self.filtered(lambda own: own.state in UNDECIDED)[:1]
        return ("undecided" if receipt else False), receipt

    def _telling_of_open(self):
        newest = self[:1]
        if not newest:
            return False, newest
        return ("refused" if newest.state == "refused" else "kept"), newest

    # -- In words ---------------------------------------------------------------------------------

    def _explain(self, concerns):
        """One sentence on why an order is not simply cancelled."""
        return texts.text_of_concerns(InAnyLanguage(self.env), concerns)

    @api.model
    def _describe_findings(self, order):
        """What other modules have done for ``order``: a further sentence, or nothing."""
        # sudo: the sentence names kinds of work only
        if not (findings := order.sudo()._with_replacements()._findings()):
            return ""
        found = joined(", ", findings.values())
        return " " + InAnyLanguage(self.env)._("Found: %s.", found)

    def _hold_text(self):
        """Why a document of the order is on hold, False for no receipt."""
        if not self:
            return False
        is_undecided = self.state in ("evaluating", "received")
        name, order_id = self.account_id.name, self.marketplace_order_id
        text = texts.text_of_hold(self.env, name, order_id, is_undecided)
        return " ".join(filter(None, (text, self._who_decides())))

    @api.depends("state", "decide_before", "account_id.user_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_decider_text(self):
        for receipt in self:
            receipt.decider_text = receipt.sudo()._who_decides()  # sudo: the user is only named

    def _who_decides(self):
        """Who decides, and until when, for a user who may not; empty for others."""
        if self.state not in self._undecided() or self._may_user_decide():
            return ""
        due = self.decide_before and in_words(self.env, self.decide_before)
        return texts.text_of_decider(self.env, self.account_id.decider_id.name, due or "")

    def _may_user_decide(self):
        return self.account_id._may_user_decide()

    def _headline(self, kind):
        """One sentence for a document that tells of this receipt, False if it tells nothing.

        :param kind: a key of ``NOTICES``, or False
        """
        if not (kind and self):
            return False
        if kind in ("hold", "undecided"):
            return self._hold_text()
        return texts.text_of_notice(self.env, kind, self.account_id.name, self._is_known_there())

    def _is_known_there(self):
        """Whether the marketplace knows that the order is cancelled; or else it has only asked."""
        return self.told_state == "told" or self.cancelled_there

    def _details(self, known=None):
        """Who asked and when, why, and what was decided about it: a few sentences.

        :param known: receipts that were read already, those of the same order among them
        """
        if not self:
            return False
        moment = in_words(self.env, self.cancellation_request_date or self.received_at)
        sentences = [
            texts.text_of_asker(self.env, self.requested_by_user, moment),
            texts.text_of_reason(self.env, self.reason and self.reason.strip()),
            self._what_came_of_it(known),
        ]
        return " ".join(filter(None, sentences))

    def _what_came_of_it(self, known):
        if self.decision and self.state not in ("failed", "queued", "evaluating"):
            return self._describe_decision()
        sentences = [texts.text_of_outcome(self.env, self.state, self.note)]
        if self.state in ("evaluating", "kept"):
            sentences.append(self._describe_earlier_decision(known))
        if self.state == "evaluating" and self.decide_before and self._may_user_decide():
            due = in_words(self.env, self.decide_before)
            sentences.append(self.env._("To be decided before %s.", due))
        return " ".join(filter(None, sentences))

    def _describe_earlier_decision(self, known=None):
        """What was decided last about an earlier request for the same order, other than to accept.

        :param known: receipts that were read already, those of the same order among them
        """
        # sudo: users who see this receipt may know what was decided about the same order
        own = self.sudo()
        others = own.sale_order_id.cancellation_receipt_ids if known is None else known
        decided = others.filtered(
            lambda other: (
                other.decision in ("refuse", "keep")
                and other.kind == own.kind
                and other.sale_order_id == own.sale_order_id
                and not (own.decided_at and other.decided_at >= own.decided_at)
                and other != own
            )
        )
        if last := decided.sorted("decided_at")[-1:]:
            return self.env._("An earlier request for this order: %s", last._describe_decision())
        return False

    def _describe_decision(self):
        moment = in_words(self.env, self.decided_at)
        return texts.text_of_decision(self.env, moment, self.decision_reason, **self._who_decided())

    def _who_decided(self):
        """What was decided and by whom, in words."""
        labels = dict(self._fields["decision"]._description_selection(self.env))
        user = self.decided_by_id.name or self.env._("the deadline")
        return {"decision": labels[self.decision], "user": user}


class MarketplaceNoticeMixin(models.AbstractModel):
    """A document that tells of what a marketplace wants: an order, or a transfer."""

    _name = "marketplace.notice.mixin"
    _description = "Tells What a Marketplace Wants"

    marketplace_hold = fields.Char(
        "On Hold",
        compute="_compute_marketplace_notice",
        search="_search_marketplace_hold",
        groups="base.group_user",
    )
    marketplace_notice_kind = fields.Selection(
        NOTICES,
        "Marketplace",
        compute="_compute_marketplace_notice",
        groups="base.group_user",
    )
    marketplace_notice = fields.Char(
        "What the Marketplace Wants",
        compute="_compute_marketplace_notice",
        groups="base.group_user",
    )
    marketplace_notice_details = fields.Text(
        "Who Asked, and Why", compute="_compute_marketplace_notice", groups="base.group_user"
    )
    is_cancelled_by_marketplace = fields.Boolean(
        "Cancelled by a Marketplace",
        compute="_compute_marketplace_notice",
        search="_search_is_cancelled_by_marketplace",
        groups="base.group_user",
    )

    def _compute_marketplace_notice(self):
        """Most documents are of no marketplace: lists would wait for what is read for nothing."""
        telling = self._that_may_tell()
        (self - telling)._set_marketplace_notice(False, False, False)
        if telling:
            telling._fill_marketplace_notice()

    def _set_marketplace_notice(self, kind, headline, details):
        self.marketplace_notice_kind = kind
        self.marketplace_notice = headline
        self.marketplace_notice_details = details
        self.marketplace_hold = kind == "hold" and headline
        self.is_cancelled_by_marketplace = kind == "cancelled"
