from markupsafe import escape

from odoo import api, models
from odoo.fields import Domain

from ...tools.inbound.texts import text_of_still_asked


class MailActivity(models.Model):
    """An activity that asks for a decision comes back until somebody has decided.

    Odoo lets people mark an activity as done, or cancel it; the request would then wait with nobody
    asked.
    """

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        asked = self._records_asked_about()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for records in asked:
            records._ask_again()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_and_ask_again(self):
        """Have the job ask again at once; what programs delete, it asks again when it is due."""
        if not self.env.su and self._records_asked_about():
            self.env["ir.cron"]._wake_own("cron_deadlines")

    def _records_asked_about(self):
        """The receipts and the orders, by model, on which these open activities ask to decide."""
        kinds = self._kinds_of_questions()
        open_ones = self.filtered(
            lambda own: own.active and own.activity_type_id in kinds and own.user_id.active
        )
        # sudo: whoever marks an activity as done need not see what it is about
        return [
            self.env[model].sudo().browse(activities.mapped("res_id"))
            for model, activities in open_ones.grouped("res_model").items()
        ]

    def _kinds_of_questions(self):
        """The types of activities that stand for a decision; those that were deleted are not."""
        names = ("activity_decide", "activity_confirmed_again")
        kinds = self.env["mail.activity.type"]
        for name in names:
            found = self.env.ref(f"marketplace_order_cancellation.{name}", raise_if_not_found=False)
            kinds |= found or kinds
        return kinds


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    def _ask_again(self):
        """Ask again about those of these receipts that still wait for somebody."""
        for receipt in self.search(Domain("id", "in", self.ids) & self._domain_asked_about()):
            receipt._ask_to_act()
            text = text_of_still_asked(self.env, receipt._has_failed())
            for activity in receipt.activity_search(
                ["marketplace_order_cancellation.activity_decide"]
            ):
                activity.note = escape(text) + " " + (activity.note or "")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _ask_again(self):
        """Ask again about those of these orders that are still on hold."""
        self.exists()._ask_about_confirmed_again()
