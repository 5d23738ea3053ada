from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.any_language import InAnyLanguage, said_by, stored
from ...tools.clock import database_now
from ...tools.outbound.client import Unreachable
from ...tools.outbound.outcome import LONGEST_PAUSE
from ...tools.outbound.texts import text_of_reading_forbidden, text_of_status
from ..base.any_language import AnyLanguage

#: For how long an account's orders are not read when its marketplace says that it is asked too
#: often, in seconds (protocol, "429: stop, and wait a minute").
_SHORTEST_PAUSE = 60
#: After how long it is tried whether orders may be read by now.
_NEXT_TEST = timedelta(hours=1)


class MarketplaceAccount(models.Model):
    """Whether orders may be read at the marketplace: an external seller's key often lacks the
    permission.

    It is tried once before anything is read, and again each hour as long as it may not; whatever
    reads orders is off meanwhile, and everything else goes on.
    """

    _inherit = "marketplace.account"

    reading_paused_until = fields.Datetime(copy=False, readonly=True)
    reading_stop = AnyLanguage(
        "Orders Are Not Read",
        copy=False,
        readonly=True,
        help="What keeps orders from being read at the marketplace.",
    )
    reading_tested_at = fields.Datetime(
        "Permission Tested",
        copy=False,
        readonly=True,
        help="When it was last tried whether the app key may read orders.",
    )

    def _pause_reading(self, seconds=None):
        """Read no order for a while: the marketplace is asked too often, or does not answer.

        :param seconds: for how long it wants to be left alone, None if it did not say
        """
        pause = timedelta(seconds=min(max(seconds or 0, _SHORTEST_PAUSE), LONGEST_PAUSE))
        # sudo: a user who has orders read need not be allowed to change accounts
        self.sudo().reading_paused_until = database_now(self.env.cr) + pause
        self.env["marketplace.order.reading"]._wake(self.reading_paused_until)

    def _is_reading_paused(self):
        until = self.reading_paused_until
        return bool(until and until > database_now(self.env.cr))

    def _stop_reading(self, why):
        """Read no order until that works again, and tell followers once.

        :param why: what is in the way, as people read it
        """
        account = self.sudo()  # sudo: as above
        account.reading_tested_at = database_now(self.env.cr)
        if account.reading_stop != why:
            account.reading_stop = stored(why)
            text = self.env._("Orders cannot be read at the marketplace: %s", why)
            account._tell_followers("health", text)

    def _stop_reading_for_status(self, status):
        """Read no order until the key is permitted to: the marketplace has answered ``status``, 401
        or 403."""
        env = InAnyLanguage(self.env)
        if status == 403:
            self._stop_reading(text_of_reading_forbidden(env))
        else:
            self._stop_reading(text_of_status(env, status, ""))

    def _allow_reading(self):
        """Read orders: nothing keeps them from being read any more, as far as is known."""
        # sudo: as above
        stopped = self.sudo().filtered(lambda own: own.reading_stop or own.reading_paused_until)
        stopped.write({"reading_stop": False, "reading_paused_until": False})
        if stopped:
            self.env["marketplace.order.reading"]._wake()

    def action_read_again(self):
        """Try again to read orders at the marketplace, whatever kept them from being read."""
        self.check_access("write")
        self._allow_reading()
        return True

    def _end_rejection(self):
        """Try it anew when the key may be another one."""
        result = super()._end_rejection()
        self.sudo().filtered("reading_tested_at").reading_tested_at = False  # sudo: as above
        self._allow_reading()
        self.env["marketplace.order.reading"]._wake()
        return result

    def _read_order_apart(self, marketplace_order_id):
        """Read an order between two transactions, and return the reply: see :meth:`_read_order`.

        Nothing is locked while we wait, and what follows sees what others have done until then.
        """
        return self._ask_apart(lambda: self._read_order(marketplace_order_id))

    def _ask_apart(self, ask):
        self.env.cr.commit()  # pylint: disable=invalid-commit
        try:
            return ask()
        finally:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    # -- The test ---------------------------------------------------------------------------------

    @api.model
    def _test_permissions(self):
        """Try for each account that wants to read orders whether it may, where that is due."""
        before = database_now(self.env.cr) - _NEXT_TEST
        due = fields.Domain("reading_tested_at", "=", False) | fields.Domain(
            [("reading_stop", "!=", False), ("reading_tested_at", "<=", before)]
        )
        for account in self.sudo().search(due):  # sudo: the accounts of every company
            is_paused = account._is_reading_paused()
            if account.is_connected and account._is_reading_wanted() and not is_paused:
                account.with_context(lang=account._settings().lang)._test_permission()
                self.env["ir.cron"]._commit_progress()

    def _test_permission(self):
        """Read an order, of which nothing is used, to see whether that is allowed.

        An answer that does not tell, or none, leaves it to the next time.
        """
        order_id = self._order_to_test_with()
        try:
            reply = self._read_order_apart(order_id)
        except Unreachable:
            self._pause_reading()
            return
        except UserError as error:  # no address, or none that can be called
            self._stop_reading(said_by(error))
            return
        if reply.status in (401, 403):
            self._stop_reading_for_status(reply.status)
        elif reply.status in (200, 404):
            self.reading_tested_at = database_now(self.env.cr)
            self._allow_reading()
        else:
            self._pause_reading(reply.retry_after)
