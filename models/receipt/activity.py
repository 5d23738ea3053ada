from markupsafe import escape

from odoo import api, models
from odoo.fields import Domain

from ...tools.inbound.texts import text_of_still_asked

_RECEIPT = "marketplace.cancellation.receipt"


class MailActivity(models.Model):
    """An activity that asks for a decision comes back until somebody has decided.

    Odoo lets people mark an activity as done, or cancel it; the request would then wait with nobody
    asked. Who may decide may also ask somebody else who may.
    """

    _inherit = "mail.activity"

    def _check_access(self, operation):
        """Let who may decide on receipts plan activities on them, and pass these on.

        Odoo asks for the right to write the document; nobody may write receipts by hand.
        """
        result = super()._check_access(operation)
        if not result or not result[0] or operation not in ("create", "write"):
            return result
        forbidden, error = result
        # sudo: it is only looked up which receipts they are about
        asking = forbidden.sudo().filtered(lambda own: own.res_model == _RECEIPT)
        receipts = self.env[_RECEIPT].browse(asking.mapped("res_id"))._decided_by_user()
        forbidden -= asking.filtered(lambda own: own.res_id in receipts.ids)
        return (forbidden, error) if forbidden else None

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
        open_ones = self.filtered(lambda own: own.active and own.activity_type_id in kinds)
        open_ones = open_ones.filtered_domain(self._domain_that_asks())
        # sudo: whoever marks an activity as done need not see what it is about
        return [
            self.env[model].sudo().browse(activities.mapped("res_id"))
            for model, activities in open_ones.grouped("res_model").items()
        ]

    @api.model
    def _domain_that_asks(self):
        """Activities of active users: Odoo deletes those of archived ones.

        Or of a team, whose activities have no user (`mail_activity_team`, an addon of OCA).
        """
        asks = Domain("user_id.active", "=", True)
        if "team_id" in self._fields:
            asks |= Domain("user_id", "=", False) & Domain("team_id", "!=", False)
        return asks

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
    # So that who reads a receipt sees who is asked. Odoo takes it for messages as well: below.
    _mail_post_access = "read"

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """People write no messages on receipts, as they may not write receipts."""
        if message_operation == "create":
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let whom a decider asks follow the receipt, as Odoo has them do.

        :raise ValidationError: if somebody is asked to decide who may not
        """
        own = self if self.has_access("write") else self._passed_on_by_decider(partner_ids or [])
        return super(MarketplaceCancellationReceipt, own).message_subscribe(
            partner_ids=partner_ids, subtype_ids=subtype_ids
        )

    def _passed_on_by_decider(self, partner_ids):
        """These receipts, in superuser mode if the user decides on them, and the partners have
        open activities on them."""
        if self._decided_by_user() != self:
            return self
        kinds = self.env["mail.activity"]._kinds_of_questions()
        for receipt in self.sudo():
            activities = receipt.activity_ids.filtered(
                lambda activity: activity.user_id.partner_id.id in partner_ids
            )
            if set(partner_ids) - set(activities.user_id.partner_id.ids):
                return self
            for activity in activities.filtered(lambda own: own.activity_type_id in kinds):
                receipt.account_id._check_may_be_asked(activity.user_id)
        return self.sudo()

    def _decided_by_user(self):
        """Those of these receipts that the user may read, and decide on."""
        return self.exists()._filtered_access("read").filtered("may_decide")

    def _ask_again(self):
        """Ask again about those of these receipts that still wait for somebody."""
        for receipt in self.search(Domain("id", "in", self.ids) & self._domain_asked_about()):
            receipt._ask_to_act()
            text = text_of_still_asked(self.env, receipt._has_failed())
            for activity in receipt.activity_search(
                ["marketplace_order_cancellation.activity_decide"]
            ):
                activity.note = escape(text) + " " + (activity.note or "")
