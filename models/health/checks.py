from collections import namedtuple
from datetime import timedelta

from babel.dates import format_timedelta
from psycopg2 import OperationalError
from psycopg2.pool import PoolError

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.clock import database_now
from ...tools.words import MEANINGS, STATES, TITLES
from ..base.moments import in_words
from .health import LIMIT

#: How long before credentials end somebody is told.
_KEY_DAYS = 14
#: How long a request or a call may wait before it needs attention, in minutes.
_PATIENCE = 60
#: How long an order that the marketplace regards as cancelled may wait for a job, in minutes.
_QUEUE_PATIENCE = 10
#: What is opened by the link of a line that is not about receipts.
_OPENED = {
    "told": "marketplace_outbound_call",
    "rejected": "marketplace_rejected_call",
    "nobody": "marketplace_rejected_call",
}
#: A line: ``state`` is ok, info, attention or off, ``link`` the name of the link to see more.
Line = namedtuple("Line", "state value text link", defaults=("", None))


class MarketplaceAccount(models.Model):
    """What the page of an account's health says, one line for each thing that was looked at."""

    _inherit = "marketplace.account"

    def _health_checks(self):
        """The lines, each a dictionary of ``key``, ``title`` and what a :class:`Line` has."""
        requests, calls = self._open_requests(), self._open_calls()
        lines = {
            "calls": self._check_calls_come(),
            "answers": self._check_answers(),
            **self._check_rejected(),
            "people": self._check_states("people", requests, "attention"),
            "responsible": self._check_responsible(),
            "waiting": self._check_states("waiting", requests),
            "queued": self._check_queued(requests),
            "changes": self._check_states("changes", requests),
            "told": self._check_told(calls),
            "untold": self._check_untold(self._untold_requests()),
            **(self._check_reading() if "arrival_way" in self._fields else {}),
            "keys": self._check_keys(),
            "log": self._check_log(),
            "jobs": self._check_jobs(requests),
            "sessions": self._check_sessions(),
        }
        return [
            {"key": key, "title": self.env._(TITLES[key]), **line._asdict()}
            for key, line in lines.items()
        ]

    def _check_calls_come(self):
        last = self._last_request()
        value = self._ago(last) if last else self.env._("None yet")
        if self.is_paused:
            paused = self.env._("Paused: every call is answered with 503, and leaves no receipt.")
            return Line("attention", value, paused)
        if last:
            return Line("ok", value, in_words(self.env, last))
        if self.test_passed_at:
            tested = self.env._("A self-test passed %s.", self._ago(self.test_passed_at))
            return Line("info", value, tested)
        return Line("info", value, self.env._("The marketplace has not called."))

    def _check_answers(self):
        errors = self._errors_of_a_day()
        if not errors:
            return Line("ok", self.env._("None"))
        parts = []
        for status, number in errors.items():
            answered = self.env._("%(number)s with %(status)s", number=number, status=status)
            meaning = MEANINGS.get(status)
            parts.append(f"{answered} ({self.env._(meaning)})" if meaning else answered)
        state = "attention" if max(errors) >= 500 else "info"
        value = self._number(sum(errors.values()))
        return Line(state, value, ", ".join(parts), self.env._("See Them"))

    def _check_responsible(self):
        user, account = self._responsible_user(), self.sudo()  # sudo: users are only named
        if account._can_be_asked(account.user_id):
            return Line("ok", user.name)
        if account.user_id:
            text = self.env._(
                "%(responsible)s is archived or may not see this account's cancellations. "
                "%(deputy)s is asked instead.",
                responsible=account.user_id.name,
                deputy=user.name,
            )
        else:
            text = self.env._("Nobody is responsible. %s is asked instead.", user.name)
        return Line("attention", self.env._("Missing"), text)

    def _check_queued(self, requests):
        line = self._check_states("queued", requests)
        since = min((requests[name][1] for name in STATES["queued"] if name in requests), default=0)
        if not since or not self._is_long_ago(since, _QUEUE_PATIENCE):
            return line
        hint = self.env._("They are on hold, but no scheduled action has cancelled them yet.")
        return line._replace(state="attention", text=f"{line.text}. {hint}")

    def _check_told(self, calls):
        since = calls.get("pending", (0, False))[1]
        needs_attention = {"failed", "expired"} & set(calls) or (since and self._is_long_ago(since))
        line = self._check_states("told", calls, "attention" if needs_attention else "info")
        if not (calls or self.is_connected):
            text = self.env._("It learns what was decided when it calls.")
            return Line("off", self.env._("Not connected"), text)
        if (self.active or since) and (paused := self._explain_pause()):
            text = " · ".join(filter(None, (line.text, paused)))
            line = line._replace(state="attention", text=text)
        return line

    def _check_untold(self, requests):
        since = min((moment for _number, moment in requests.values()), default=None)
        is_late = since and since <= self._untold_before()
        return self._check_states("untold", requests, "attention" if is_late else "info")

    def _check_states(self, key, counts, state="info"):
        """The line on documents in some states; nothing in them is always right."""
        found = {name: counts[name] for name in STATES[key] if name in counts}
        if not found:
            return Line("ok", self.env._("None"))
        text = ", ".join(
            f"{self._number(number)} {self.env._(STATES[key][name])}"
            for name, (number, _since) in found.items()
        )
        if since := min((moment for _number, moment in found.values() if moment), default=None):
            text += " · " + self.env._("the oldest, %s", self._ago(since))
        value = self._number(sum(number for number, _since in found.values()))
        return Line(state, value, text, self.env._("See Them"))

    def _check_keys(self):
        account = self.sudo()  # sudo: how many there are, and until when; not which
        kinds = {"credentials": account.credential_ids, "signature": account.signing_secret_ids}
        wanted = kinds.values() if self.authentication == "both" else [kinds[self.authentication]]
        kinds = [kind.filtered(lambda key: not key.is_expired) for kind in wanted]
        working = account.credential_ids.browse().concat(*kinds)
        value = self._number(len(working))
        if not all(kinds):
            text = self.env._("Without credentials that work, every call is rejected.")
            # One that nobody has called yet is still being set up.
            return Line("attention" if self._last_request() else "info", value, text)
        ends = [kind.mapped("expires_at") for kind in kinds]
        if last := min((max(moments) for moments in ends if all(moments)), default=None):
            text = self.env._(
                "The last working credentials expire on %s.", in_words(self.env, last)
            )
            is_soon = last < database_now(self.env.cr) + timedelta(days=_KEY_DAYS)
            return Line("attention" if is_soon else "ok", value, text)
        texts = []
        if ending := working.filtered("expires_at"):
            end = in_words(self.env, min(ending.mapped("expires_at")))
            texts.append(self.env._("The previous ones work until %s.", end))
        if unused := working.filtered(lambda key: not key.last_used_at):
            texts.append(self.env._("Never used: %s.", len(unused)))
        return Line("info" if texts else "ok", value, " ".join(texts))

    def _check_log(self):
        if not self.log_verified_at:
            text = self.env._("It is verified once a day.")
            return Line("info", self.env._("Not yet"), text)
        value = self._ago(self.log_verified_at)
        if self.log_findings:
            text = self.env._("Findings: %s. Verify it to read them.", self.log_findings)
            return Line("attention", value, text)
        return Line("ok", value, self.env._("Everything is as it was written."))

    def _check_jobs(self, requests):
        off, late = self._idle_jobs()
        if not (off or late):
            return Line("ok", self.env._("Running"))
        texts = []
        if off:
            texts.append(self.env._("Switched off: %s.", ", ".join(off.mapped("name"))))
        if late:
            texts += [
                self.env._("Late: %s.", ", ".join(late.mapped("name"))),
                self.env._("If none runs, start Odoo with cron workers (max_cron_threads)."),
            ]
        if "queued" in requests:
            held = self.env._(
                "Orders that the marketplace considers cancelled are only on hold here."
            )
            texts.append(held)
        return Line("attention", self._number(len(off | late)), " ".join(texts))

    def _check_sessions(self):
        try:
            is_kept = self._keeps_sessions()
        except (OperationalError, PoolError):  # too many are in use
            return Line("info", self.env._("Not checked"))
        if is_kept:
            return Line("ok", self.env._("Keeps its session"))
        text = self.env._(
            "A connection pool lends sessions for one transaction only. Locks are then lost: "
            "requests for one order no longer wait for each other, or wait needlessly. Set "
            "pool_mode = session in pgbouncer, or connect Odoo to PostgreSQL directly."
        )
        return Line("attention", self.env._("Shared"), text)

    # -- In words ---------------------------------------------------------------------------------

    def _number(self, number):
        return f"{number}+" if number >= LIMIT else str(number)

    def _is_long_ago(self, moment, minutes=_PATIENCE):
        return moment < database_now(self.env.cr) - timedelta(minutes=minutes)

    def _ago(self, moment):
        """``moment`` (naive, UTC) as people say it: 5 minutes ago."""
        passed = moment - database_now(self.env.cr)
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_timedelta(passed, add_direction=True, locale=locale)

    # -- What there is to see ---------------------------------------------------------------------

    def action_open_check(self):
        """Open the documents that a line is about: the key is ``health_check`` in the context."""
        self.ensure_one()
        key = self.env.context.get("health_check")
        name = _OPENED.get(key, "marketplace_cancellation_receipt")
        domain = [("account_id", "=", False if key == "nobody" else self.id)]
        if key in STATES:
            domain.append(("state", "in", list(STATES[key])))
        if name == "marketplace_cancellation_receipt":
            domain.append(("is_test", "=", False))
        if key == "untold":
            domain += self._domain_untold()
        if key in ("people", "waiting"):
            domain.append(("resolved_at", "=", False))
        if key == "answers":
            since = fields.Datetime.to_string(database_now(self.env.cr) - timedelta(days=1))
            errors = [("http_status", ">=", 400), ("received_at", ">=", since)]
            domain.append(("delivery_ids", "any", errors))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"marketplace_order_cancellation.action_{name}"
        )
        return dict(action, domain=domain, context={})
