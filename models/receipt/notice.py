from odoo import api, fields, models

from ...tools.decision import Concern, History
from ...tools.states import HOLDING, HOLDING_BY_NAME
from ..base.moments import in_words

#: What an order or a transfer has to tell of a cancellation, in a word or two.
NOTICES = [
    ("hold", "On Hold"),
    ("cancelled", "Cancelled"),
    ("after", "Order Cancelled"),  # of a transfer that was done before, or brings goods back
    ("refused", "Refused"),
    ("kept", "Kept Open"),
]


class MarketplaceCancellationReceipt(models.Model):
    """What orders and transfers tell people of a receipt: the one place that says it."""

    _inherit = "marketplace.cancellation.receipt"

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
        # the oldest is the one that did it; who asked again heard that it was cancelled
        receipt = self.filtered(lambda own: own.state == "cancelled")[-1:]
        return (kind if receipt else False), receipt

    def _telling_of_open(self):
        newest = self[:1]
        if not newest:
            return False, newest
        return ("refused" if newest.state == "refused" else "kept"), newest

    # -- In words ---------------------------------------------------------------------------------

    def _explain(self, concerns):
        """One sentence on why an order is not simply cancelled."""
        texts = {
            Concern.PICKING: self.env._("picking has begun"),
            Concern.PARTLY_SHIPPED: self.env._("a part has been shipped"),
            Concern.SHIPPED: self.env._("it has been shipped"),
            Concern.INVOICED: self.env._("it is invoiced or paid"),
            Concern.LOCKED: self.env._("the order is locked"),
            Concern.COMMITTED: self.env._("something was bought, made or served for it"),
            History.REFUSED: self.env._("an earlier request for it was refused"),
            History.REOPENED: self.env._("it was cancelled before, and opened again"),
        }
        present = [text for concern, text in texts.items() if concern in concerns]
        sentence = ", ".join(present)
        return sentence[:1].upper() + sentence[1:] + "."

    @api.model
    def _describe_findings(self, order):
        """What other modules have done for ``order``, as a further sentence if there is any."""
        # sudo: only what kind of work it is comes out
        if not (findings := order.sudo()._with_replacements()._findings()):
            return ""
        return " " + self.env._("Found: %s.", ", ".join(findings.values()))

    def _hold_text(self):
        """Why a document of the order is on hold, empty for no receipt."""
        if not self:
            return False
        if self.state in ("evaluating", "received"):
            return self.env._(
                "%s asks to cancel this order: wait for the decision.", self.account_id.name
            )
        return self.env._(
            "%(marketplace)s has cancelled its order %(order)s. It must not be shipped.",
            marketplace=self.account_id.name,
            order=self.marketplace_order_id,
        )

    def _describe_request(self):
        """One sentence for chatters while nothing is decided: who wants the order cancelled."""
        self.ensure_one()
        name = self.account_id._settings().name
        if self.requested_by_user == "shopper":
            sentence = self.env._("%s asks to cancel this order, as the shopper wishes.", name)
        else:
            sentence = self.env._("%s asks to cancel this order.", name)
        return self._with_reason(sentence)

    def _describe(self):
        """One sentence for chatters: which marketplace asked, who wanted it, and why."""
        self.ensure_one()
        name = self.account_id._settings().name
        if self.requested_by_user == "shopper":
            sentence = self.env._("%s cancelled this order; the shopper asked for it.", name)
        elif self.requested_by_user == "marketplace":
            sentence = self.env._("%s cancelled this order on its own account.", name)
        else:
            sentence = self.env._("%s cancelled this order.", name)
        return self._with_reason(sentence)

    def _with_reason(self, sentence):
        if not self.reason:
            return sentence
        return sentence + " " + self.env._("Reason: “%s”.", self.reason)

    def _headline(self, kind):
        """One sentence for a document that tells of this receipt, False if it tells nothing.

        :param kind: a key of ``NOTICES``, or False
        """
        if not (kind and self):
            return False
        name = self.account_id.name
        if kind == "hold":
            return self._hold_text()
        if kind == "refused":
            return self.env._(
                "%s asked to cancel this order, and was refused: the order goes on.", name
            )
        if kind == "kept":
            return self.env._("%s has cancelled this order; it is kept open here.", name)
        return self.env._("%s has cancelled this order.", name)

    def _details(self, known=None):
        """Who asked and when, why, and what was decided about it: a few sentences.

        :param known: receipts that were read already, those of the same order among them
        """
        if not self:
            return False
        sentences = [self._who_asked()]
        if self.reason:
            sentences.append(self.env._("Reason: “%s”.", self.reason.strip()))
        sentences.append(self._what_came_of_it(known))
        return " ".join(filter(None, sentences))

    def _who_asked(self):
        moment = in_words(self.env, self.cancellation_request_date or self.received_at)
        if self.requested_by_user == "shopper":
            return self.env._("The shopper asked for it on %s.", moment)
        if self.requested_by_user == "marketplace":
            return self.env._("The marketplace itself asked for it on %s.", moment)
        return self.env._("Requested on %s.", moment)

    def _what_came_of_it(self, known):
        if self.state == "failed":
            return self.env._("It could not be cancelled here yet; somebody has to see to it.")
        if self.state == "queued":
            return self.env._("It is cancelled here within moments.")
        if self.state == "evaluating":
            sentences = [self.note, self._describe_earlier_decision(known)]
            if self.decide_before:
                due = in_words(self.env, self.decide_before)
                sentences.append(self.env._("To be decided before %s.", due))
            return " ".join(filter(None, sentences))
        if self.decision:
            return self._who_decided()
        if self.state == "kept":
            return " ".join(filter(None, [self.note, self._describe_earlier_decision(known)]))
        if self.state == "refused":
            return self.env._("Refused, as the account's policy says: %s", self.note)
        return self.note

    def _who_decided(self):
        labels = dict(self._fields["decision"]._description_selection(self.env))
        values = {
            "decision": labels[self.decision],
            "user": self.decided_by_id.name or self.env._("the deadline"),
            "moment": in_words(self.env, self.decided_at),
        }
        sentence = self.env._("%(decision)s by %(user)s on %(moment)s.", **values)
        if self.decision_reason:
            sentence += " " + self.env._("Because: “%s”.", self.decision_reason.strip())
        return sentence


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

    def _set_marketplace_notice(self, kind, headline, details):
        self.marketplace_notice_kind = kind
        self.marketplace_notice = headline
        self.marketplace_notice_details = details
        self.marketplace_hold = kind == "hold" and headline
        self.is_cancelled_by_marketplace = kind == "cancelled"
