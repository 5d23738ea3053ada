from odoo import api, fields, models

from ...tools.inbound.problem import HOOK_NOT_EXPECTED, Problem


class MarketplaceAccount(models.Model):
    """What the Orders hook tells: noted without waiting for anybody, and read afterwards."""

    _inherit = "marketplace.account"

    hook_notified_at = fields.Datetime(
        "Last Notification", compute="_compute_hook_notified_at", help="Exact to the minute."
    )

    @api.depends("hook_credential_ids.last_used_at")
    def _compute_hook_notified_at(self):
        for account in self.sudo():  # sudo: a moment, and nothing of the credentials
            used = account.hook_credential_ids.filtered("last_used_at")
            account.hook_notified_at = max(used.mapped("last_used_at"), default=False)

    def _take_notification(self, notification):
        """Note the order that has changed, if its cancellation may be asked for; it is read later.

        :param notification: a :class:`~tools.inbound.notification.Notification`
        :raise Problem: hook-not-expected, if this account's cancellations arrive in another way
        """
        self.ensure_one()
        if not self._is_hook_wanted():
            raise Problem(HOOK_NOT_EXPECTED, "This account has no Orders hook.")
        if notification.order_id and notification.concerns_cancellation:
            reading = self.env["marketplace.order.reading"]
            reading._note(self, notification.order_id, "hook")
