from odoo import SUPERUSER_ID, models

from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.lock import is_concurrency_error
from ...tools.notification import notification
from ...tools.outbound.next_call import lock_next_call

_logger = discreet_logger(__name__)


class MarketplaceOutboundCall(models.Model):
    """A user sends a call at once, waits for the answer, and sees it."""

    _inherit = "marketplace.outbound.call"

    def action_send_now(self):
        """Send this call at once, and show what came of it.

        It is sent by this transaction if nobody else sends it at this moment, and nothing is in its
        way; otherwise by the job, as any other.

        :raise AccessError: for a user who may neither decide, nor cancel the order there
        :raise UserError: if the marketplace has taken it
        """
        self.ensure_one()
        self.action_send_again()
        self.env.flush_all()
        # as the job does it: what is sent does not depend on who presses the button
        context = {"lang": self.account_id.sudo()._settings().lang}
        call = self.with_env(self.env(user=SUPERUSER_ID, su=True, context=context))
        if lock_next_call(self.env.cr, database_now(self.env.cr), call.id):
            call._send_or_put_off(self.env.user)
        return self._show_result()

    def _send_or_put_off(self, person):
        try:
            with self.env.cr.savepoint():
                self._send_claimed(person)
        except Exception as error:
            if is_concurrency_error(error):
                raise  # Odoo does it all again
            _logger.exception("Outbound call %s could not be sent", self.id)
            self._put_off_for_error(error, person)

    def _show_result(self):
        """What the button shows, and the page as it is now."""
        call = self.sudo()  # sudo: the user has had it sent
        call.invalidate_recordset()
        kind, text = "info", self.env._("It will be sent as soon as nothing holds it up any more.")
        if call.state == "sent":
            kind, text = "success", call.note or self.env._("The marketplace has accepted it.")
        elif call.state == "obsolete":
            text = call.note
        elif call.error:
            kind, text = "warning" if call.state == "pending" else "danger", call.error
        then = {"type": "ir.actions.client", "tag": "soft_reload"}
        return notification(kind, call.display_name, text, next=then)
