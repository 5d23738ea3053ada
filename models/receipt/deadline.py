from datetime import timedelta
from functools import partial

from markupsafe import escape

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.any_language import InAnyLanguage
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.inbound.texts import text_of_reminder, text_of_request
from ...tools.lock import ROW_PATIENCE, is_concurrency_error, limit_waiting
from ...tools.states import UNDECIDED
from ..base.moments import day_of, in_words, zone_of

_logger = discreet_logger(__name__)


class MarketplaceCancellationReceipt(models.Model):
    """What happens when nobody decides, or sees to a failure: people are reminded, and in the end
    the account's default applies, or the cancellation is tried once more.

    Each receipt is a transaction of its own, and one that fails stops nobody behind it.
    """

    _inherit = "marketplace.cancellation.receipt"

    reminded_at = fields.Datetime(readonly=True)

    @api.model
    def _cron_deadlines(self):
        """Ask people, remind them after half of the time, apply the default after all of it."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        now = database_now(self.env.cr)
        due = Domain("decide_before", "<=", now)
        asked = self._domain_asked_about()
        overdue = self.search(asked & due, order="id")
        waiting = self.search(asked & Domain("reminded_at", "=", False) & ~due, order="id")
        work = [
            (self.search(asked & ~self._domain_somebody_asked()), type(self)._ask_to_act),
            (waiting.filtered(lambda own: own._remind_at() <= now), type(self)._remind),
            (overdue, type(self)._decide_by_default),
        ]
        cron._commit_progress(remaining=sum(len(receipts) for receipts, _step in work))
        for receipts, step in work:
            for receipt in receipts:
                failure = receipt._do_apart(step)
                if failure and receipt in overdue:
                    receipt._do_apart(partial(type(self)._fail_at_deadline, error=failure))
                if not cron._commit_progress(1):
                    return

    @api.model
    def _domain_asked_about(self):
        """Receipts about which somebody is asked until they are settled."""
        return Domain("state", "in", self._undecided()) & Domain("resolved_at", "=", False)

    @api.model
    def _undecided(self):
        """The states in which a person is asked; a hook for other kinds of requests."""
        return UNDECIDED

    def _do_apart(self, step):
        """Take one ``step`` for this receipt; an error stops no other receipt.

        A step that collides with another transaction waits for the next run.

        :return: what has gone wrong, as people read it, or None
        """
        try:
            limit_waiting(self.env.cr, ROW_PATIENCE)
            step(self)
            self.env.cr.flush()
        except Exception as error:
            self.env.cr.rollback()
            if is_concurrency_error(error):
                return None
            _logger.exception("Receipt %s: nothing came of its deadline", self.id)
            return self.sale_order_id._describe_failure(error)
        return None

    def _fail_at_deadline(self, error):
        self._set_failed(self.sale_order_id, error)
        self._begin_deadline()

    def _begin_deadline(self):
        """Give people the account's time to see to this receipt, from now on."""
        self.write({"decide_before": self.account_id._decision_deadline(), "reminded_at": False})

    # -- Somebody is asked ------------------------------------------------------------------------

    @api.model
    def _domain_somebody_asked(self):
        """Receipts with an activity that asks somebody to decide."""
        kind = self.env.ref("marketplace_order_cancellation.activity_decide").id
        asks = self.env["mail.activity"]._domain_that_asks()
        return Domain("activity_ids", "any", Domain("activity_type_id", "=", kind) & asks)

    def _ask_person(self, order, concerns):
        """Put ``order`` on hold and ask the responsible user to decide.

        :param concerns: the reasons, each a :class:`~tools.decision.Concern` or
            :class:`~tools.decision.History`; others may be among them
        """
        self._set_evaluating(order, self._explain(concerns) + self._describe_findings(order))
        self._ask_to_act()
        name = self.account_id._settings().name
        what = text_of_request(self.env, name, self.requested_by_user, self.reason)
        text = self.env._("%(what)s On hold: %(why)s", what=what, why=self.note)
        pickings = order._with_replacements().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        order._message_log(body=text)
        pickings._message_log_batch(bodies=dict.fromkeys(pickings.ids, text))

    def _ask_to_act(self):
        """Ask the responsible user to decide, or to see to the failure."""
        if self.state == "failed":
            self._ask_responsible(self.env._("A marketplace's cancellation failed"), self.error)
        else:
            summary = self.env._("Decide on a marketplace's cancellation")
            self._ask_responsible(summary, self.note, self.decide_before)

    def _ask_responsible(self, summary, note, until=None):
        """Schedule an activity for the account's responsible user, once for each receipt.

        It is due today: what waits for somebody is the first thing that they see in the morning.

        :param until: the moment up to which they may decide; the note says it
        """
        # a context given by RPC does not keep anybody from being asked
        for receipt in self.with_context(mail_activity_automation_skip=False):
            if receipt.filtered_domain(self._domain_somebody_asked()):
                continue
            receipt.activity_unlink(["marketplace_order_cancellation.activity_decide"])
            user = receipt.account_id._responsible_user()
            receipt.activity_schedule(
                "marketplace_order_cancellation.activity_decide",
                date_deadline=day_of(user),
                summary=summary,
                note=receipt._note_for(user, note, until),
                user_id=user.id,
            )

    def _note_for(self, user, note, until):
        """``note``, and until when ``user`` may decide; see :meth:`_ask_responsible`."""
        if until:
            moment = in_words(self.env, until, zone_of(user))
            until = self.env._("Decide by %s at the latest.", moment)
        return escape(" ".join(filter(None, (note, until))))

    # -- Reminders --------------------------------------------------------------------------------

    def _remind_at(self):
        """The moment of the reminder: when half of the time to decide is over."""
        return self.decide_before - timedelta(hours=self.account_id.decision_hours) / 2

    def _remind(self):
        """Remind those who are asked, each in a message that has the time in their zone."""
        self.reminded_at = fields.Datetime.now()
        for user in self._users_asked() or self.account_id._responsible_user():
            moment = in_words(self.env, self.decide_before, zone_of(user))
            self.message_post(
                body=text_of_reminder(self.env, self.state, moment),
                partner_ids=user.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )

    def _users_asked(self):
        """Who has an open activity to decide, and may: it may have been passed on."""
        kind = self.env.ref("marketplace_order_cancellation.activity_decide")
        asked = self.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)
        return asked.user_id.filtered(self.account_id._may_be_asked_to_decide)

    # -- The end of the time to decide ------------------------------------------------------------

    def _decide_by_default(self):
        """Apply the account's default decision, or try once more what has failed."""
        decision = self._decision_by_default()
        if self.state == "evaluating" and decision == "wait":
            self._extend_deadline()
        elif self.state == "evaluating":
            reason = InAnyLanguage(self.env)._("Nobody decided in time.")
            self._decide(decision, reason, automatic=True)
        elif self.state == "failed":
            self._try_at_deadline()

    def _extend_deadline(self):
        """Give people the account's time once more, and tell them of it."""
        self._begin_deadline()
        for activity in self.activity_search(["marketplace_order_cancellation.activity_decide"]):
            user = activity.user_id
            note = self._note_for(user, self.note, self.decide_before)
            activity.write({"date_deadline": day_of(user), "note": note})
        if self.decide_before:  # no deadlines any more: nothing to remind of
            self._remind()

    def _try_at_deadline(self):
        """Try once more what has failed: a mere failure releases no order that is on hold.

        A cancellation that was confirmed, or that a person has accepted, is carried out; another
        one is settled anew.
        """
        if self._is_confirmed() or self.decision == "accept":
            self._decide("accept", automatic=True)
        else:
            self._settle_anew()
        if self.state == "failed":
            self._begin_deadline()
