from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.any_language import InAnyLanguage
from ...tools.clock import database_now
from ...tools.lock import is_concurrency_error
from ...tools.outbound.outcome import SILENT_AFTER, rest
from ...tools.outbound.texts import text_of_pause, text_of_permission, text_of_stop
from ..base.moments import day_of, in_words

#: Types of the activities that stand for many calls: the key is rejected, lacks a permission, or
#: calls were not sent in time while nothing was sent at all.
_KEY = "marketplace_order_cancellation.activity_account_key"
_PERMISSION = "marketplace_order_cancellation.activity_account_permission"
_EXPIRED = "marketplace_order_cancellation.activity_account_expired"
#: The calls that such an activity stands for.
_STANDS_FOR = {
    _PERMISSION: [("state", "=", "failed"), ("answer_status", "=", 403)],
    _EXPIRED: [("state", "=", "expired")],
}
#: For how long a rejected key is not tried. After that the server's own settings may have another
#: one.
_NEXT_TRY = timedelta(days=1)


class MarketplaceAccount(models.Model):
    """When nothing is sent to the marketplace: a pause, or a stop until a person has acted.

    A marketplace is paused if it asks for that (``Retry-After``), or does not answer: each call to
    it would take until the time-out, and calls to others would wait. The pause is kept with the
    call
    after which it began, which its sender has locked: no two senders write the same row.

    An account is stopped if it is archived, or if the marketplace rejects its key. Its calls stay
    as they are until then, and one activity of the account stands for all of them.
    """

    _inherit = "marketplace.account"

    outbound_paused_until = fields.Datetime(
        "Next Call",
        compute="_compute_outbound_paused_until",
        help="The marketplace does not answer, or wants fewer calls: nothing is sent to it until "
        "then.",
    )
    key_rejected_until = fields.Datetime(
        "Next Attempt with the App Key",
        readonly=True,
        copy=False,
        help="The marketplace has rejected the app key or the app token (401). Nothing is sent to "
        "it until then, unless somebody corrects them before.",
    )
    outbound_stop = fields.Text("Why Nothing Is Sent", compute="_compute_outbound_stop")

    def _compute_outbound_paused_until(self):
        # sudo: a moment, and nothing of the calls
        calls = self.env["marketplace.outbound.call"].sudo()
        domain = [("account_id", "in", self.ids), ("pause_until", ">", database_now(self.env.cr))]
        paused = dict(calls._read_group(domain, ["account_id"], ["pause_until:max"]))
        for account in self:
            account.outbound_paused_until = paused.get(account._origin, False)

    @api.depends("active", "key_rejected_until")
    @api.depends_context("lang")
    def _compute_outbound_stop(self):
        for account in self:
            account.outbound_stop = account._explain_stop()

    def _explain_stop(self):
        """Why nothing is sent until a person has acted, False if calls are sent."""
        is_stopped = self.key_rejected_until or not self.active
        return is_stopped and text_of_stop(InAnyLanguage(self.env), self.active)

    def _explain_pause(self):
        """Why nothing is sent just now, empty if it is."""
        self.ensure_one()
        if self.outbound_stop or not self.outbound_paused_until:
            return self._explain_stop() or ""
        return text_of_pause(
            InAnyLanguage(self.env), in_words(self.env, self.outbound_paused_until)
        )

    def _is_left_alone(self):
        """Whether nothing is sent just now, see ``tools/outbound/next_call.py``."""
        now = database_now(self.env.cr)
        is_rejected = self.key_rejected_until and self.key_rejected_until > now
        return bool(not self.active or is_rejected or self.outbound_paused_until)

    # -- A marketplace that does not answer --------------------------------------------------------

    def _rest(self):
        """For how many seconds to leave the marketplace alone, None if it answers."""
        domain = [("account_id", "=", self.id), ("last_attempt_at", "!=", False)]
        latest = self.env["marketplace.outbound.call"].search(
            domain, order="last_attempt_at DESC, id DESC", limit=SILENT_AFTER
        )
        return rest([call._seconds_paused() if call.is_unanswered else None for call in latest])

    def _end_rest(self):
        """Have what waits for this marketplace sent: it answers again, or somebody wants to see."""
        # sudo: calls are read-only to people
        resting = self.env["marketplace.outbound.call"].sudo()
        domain = [("account_id", "in", self.ids), ("is_unanswered", "=", True)]
        resting = resting.search([*domain, ("pause_until", ">", database_now(self.env.cr))])
        if resting:
            resting.pause_until = False
            self.invalidate_recordset(["outbound_paused_until"])
            resting._wake_sender()

    # -- A rejected key ---------------------------------------------------------------------------

    def _begin_rejection(self):
        """Send nothing to the marketplace, which rejects the key, and ask a person."""
        # The calls of another sender at this moment fail here, and begin anew when the pause has
        # begun. So do they if somebody has just entered another key.
        self.key_rejected_until = database_now(self.env.cr) + _NEXT_TRY
        self._ask_once(_KEY, self.env._("A marketplace rejects the app key"), self.outbound_stop)
        self.env["marketplace.outbound.call"]._wake_sender(self.key_rejected_until)

    def _end_rejection(self):
        """Have what waited for another key sent."""
        # sudo: a user who handles calls need not be allowed to write accounts
        rejected = self.sudo().filtered("key_rejected_until")
        if rejected:
            rejected.key_rejected_until = False
            rejected.activity_unlink([_KEY])
            rejected.env["marketplace.outbound.call"]._wake_sender()

    def _note_key_is_taken(self):
        """End the rejection after a call that was answered otherwise, which stays recorded."""
        if not self.key_rejected_until:
            return
        try:
            with self.env.cr.savepoint():
                self._end_rejection()
        except Exception as error:
            # Another sender has done so, or somebody has entered another key.
            if not is_concurrency_error(error):
                raise

    # -- One activity for many calls --------------------------------------------------------------

    def _ask_about_permission(self):
        """Have somebody see to a key that is valid and may not do what is to be done."""
        summary = self.env._("An app key lacks a permission")
        self._ask_once(_PERMISSION, summary, text_of_permission(self.env))

    def _ask_about_expired(self):
        """Have somebody see to calls that were not sent in time since nothing was."""
        text = self.env._("See the account's calls: send them again, or give them up.")
        summary = self.env._("Calls to a marketplace were not sent in time")
        self._ask_once(_EXPIRED, summary, f"{self.outbound_stop} {text}")

    def _ask_once(self, activity, summary, note):
        """Schedule an activity for the responsible user unless there is an open one of its type."""
        if self.activity_search([activity]):
            return
        # Another sender may be about to do the same: one of the two fails here, and begins anew.
        self.env.cr.execute(
            SQL("UPDATE marketplace_account SET write_date = write_date WHERE id = %s", self.id)
        )
        user = self._responsible_user()
        self.activity_schedule(activity, day_of(user), summary, note, user_id=user.id)

    def _end_settled_activities(self):
        """End the activities that stand for calls of which none is left."""
        # sudo: the activities of the person who is asked
        for account in self.sudo():
            for activity, domain in _STANDS_FOR.items():
                calls = account.env["marketplace.outbound.call"]
                if not calls.search_count([("account_id", "=", account.id), *domain], limit=1):
                    account.activity_unlink([activity])
