from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.notification import notification
from .told import ACTIVITY


class MarketplaceCancellationReceipt(models.Model):
    """What people do about cancellations that the marketplace does not know of: have it told, or
    tell it."""

    _inherit = "marketplace.cancellation.receipt"

    told_by_id = fields.Many2one("res.users", copy=False, readonly=True, ondelete="restrict")

    def action_tell_marketplace(self):
        """Read the orders at the marketplace now, and tell it where it still waits.

        :raise UserError: if an account's orders cannot be read
        """
        receipts = self._check_untold()
        for account in receipts.account_id:
            if not (account.is_connected and account.active):
                text = self.env._("%s cannot be called: tell it in another way.", account.name)
                raise UserError(text)
            if account.reading_stop:
                raise UserError(account.reading_stop)
        receipts.told_checked_at = False
        receipts.activity_unlink([ACTIVITY])
        for receipt in receipts:
            receipt._look_there()
        text = self.env._("The order is read there, and cancelled if it still waits.")
        then = {"type": "ir.actions.client", "tag": "soft_reload"}
        return notification("info", self.env._("Tell the Marketplace"), text, next=then)

    def action_told_otherwise(self):
        """Note that the user has told the marketplace."""
        receipts = self._check_untold()
        receipts._set_told("person", told_by_id=self.env.uid)
        receipts.activity_unlink([ACTIVITY])
        text = self.env._("The marketplace was told in another way.")
        author = self.env.user.partner_id.id
        receipts._message_log_batch(bodies=dict.fromkeys(receipts.ids, text), author_id=author)
        return True

    def _check_untold(self):
        """Those of these receipts that are not told, in superuser mode.

        :raise UserError: if there is none
        """
        self._check_may_decide()
        # sudo: receipts are read-only to people; a context given by RPC keeps no question there
        receipts = self.sudo().with_context(mail_activity_automation_skip=False)
        undecided = receipts.filtered(lambda own: own.state not in own._settled())
        receipts = receipts.filtered(lambda own: own.told_state == "untold")
        if not receipts and undecided:
            text = self.env._("Nothing is to be told: nothing is decided yet (%s).", len(undecided))
            raise UserError(text)
        if not receipts:
            raise UserError(self.env._("The marketplace knows of it already."))
        return receipts
