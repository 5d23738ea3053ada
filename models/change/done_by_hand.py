from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.any_language import InAnyLanguage, joined, stored
from ...tools.change.items import taken
from ...tools.decision import Decision, Verdict
from ...tools.states import PART_UNDECIDED

#: Decisions that a person takes instead, where something was done by hand.
_TO_ASK = (Decision.CANCEL, Decision.REFUSE, Decision.ASK)


class MarketplaceCancellationReceipt(models.Model):
    """Changes that may ask for what was taken out only here: a person says whether they do.

    The seller may have changed the order here, and then at the marketplace by hand.
    """

    _inherit = "marketplace.cancellation.receipt"

    may_be_done_by_hand = fields.Boolean(
        compute="_compute_may_be_done_by_hand",
        help="Some of the same items were taken out here, and the marketplace was not told.",
    )

    @api.depends("state", "may_be_repeat", "sale_order_id.order_line.marketplace_untold")
    def _compute_may_be_done_by_hand(self):
        for receipt in self:
            # sudo: a user who may decide on it need not see the order's lines
            own = receipt.sudo()
            is_open = own.kind == "part" and own.state in PART_UNDECIDED
            is_known = is_open and not own.may_be_repeat  # or else that is asked first
            receipt.may_be_done_by_hand = is_known and bool(own._lines_done_by_hand())

    def _lines_done_by_hand(self):
        """The lines of its order of which something was taken out only here, and that the change
        may mean.
        """
        lines = self._order_here().sudo()._lines_untold()
        skus = {item.sku for item in taken(self._change())}
        known = lines._skus_of_lines(skus)
        return lines.filtered(lambda line: known[line] & skus)

    def _judge(self, order):
        judged = super()._judge(order)
        is_decided = self.decision and judged.is_known
        if is_decided or judged.verdict.decision not in _TO_ASK:
            return judged
        lines = self._lines_done_by_hand()
        if not lines:
            return judged
        text = InAnyLanguage(self.env)._(
            "%(items)s was already taken out here without telling the marketplace. This change "
            "may mean the same items.",
            items=lines._untold_in_words(),
        )
        verdict = Verdict(Decision.ASK, judged.verdict.concerns)
        return judged._replace(verdict=verdict, note=joined(" ", (text, judged.note)))

    def _try_again(self):
        """Have a person say whether it is the same, even if one had accepted it: it has failed, and
        may have been taken out by hand since.
        """
        own = self.sudo()  # sudo: receipts are read-only to people
        if own.kind == "part" and own._lines_done_by_hand():
            own.decision = False
        return super()._try_again()

    def action_taken_out_before(self):
        """Settle this change, of which a person says that it was carried out here before it came.

        :raise AccessError: for a user who may not decide
        :raise UserError: if nothing like it was taken out here
        """
        self.ensure_one()
        self._check_may_decide()
        receipt = self.sudo()  # sudo: receipts are read-only to people
        order = receipt._order_here()
        order._claim_fulfilment()
        if not receipt.may_be_done_by_hand:
            raise UserError(self.env._("Nothing of this was taken out here before."))
        receipt.write(
            {
                "decision": "accept",
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        receipt._lines_done_by_hand()._note_told(taken(receipt._change()))
        order.sudo()._drop_untaken_changes()
        receipt._carry_out_part(order, {})
        text = InAnyLanguage(self.env)._("It was taken out here before.")
        receipt.note = stored(text)
        for document in (receipt, order):
            document._message_log(
                body=f"{receipt._describe_change()} {text}", author_id=self.env.user.partner_id.id
            )
        return True
