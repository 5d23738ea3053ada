from datetime import timedelta

from babel.dates import format_timedelta
from psycopg2 import OperationalError
from psycopg2.pool import PoolError

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.clock import database_now
from ..base.moments import in_words
from .health import LIMIT

#: So long before the end of a key somebody is told.
_KEY_DAYS = 14
#: So long a request or a call may wait before it is worth a look, in minutes.
_PATIENCE = 60
#: So long an order that the marketplace takes for cancelled may wait for a job, in minutes.
_QUEUE_PATIENCE = 10
_RECEIPT_PAGE = "action_marketplace_cancellation_receipt"
_CALL_PAGE = "action_marketplace_outbound_call"


class MarketplaceAccount(models.Model):
    """What the page of an account's health says, one line for each thing that was looked at."""

    _inherit = "marketplace.account"

    def _health_checks(self):
        """The lines, each a dictionary: ``key``, ``title``, ``state`` (ok, info or attention),
        ``value``, ``text``, and what its ``link`` is called if there is more to see.
        """
        requests, calls = self._open_requests(), self._open_calls()
        return [
            self._check_calls_come(),
            self._check_answers(),
            self._check_people(requests),
            self._check_responsible(),
            self._check_waiting(requests),
            self._check_queued(requests),
            self._check_told(calls),
            self._check_keys(),
            self._check_log(),
            self._check_jobs(requests),
            self._check_sessions(),
        ]

    def _line(self, key, title, state, value, text="", link=None):
        return {
            "key": key,
            "title": title,
            "state": state,
            "value": value,
            "text": text,
            "link": link,
        }

    def _check_calls_come(self):
        title = self.env._("Last call")
        last = self._last_request()
        value = self._ago(last) if last else self.env._("None yet")
        text = last and in_words(self.env, last)
        if self.is_paused:
            paused = self.env._("Paused: every call is answered 503, and nothing is recorded.")
            return self._line("calls", title, "attention", value, paused)
        if not last and self.test_passed_at:
            text = self.env._("A test worked %s.", self._ago(self.test_passed_at))
        text = text or self.env._("The marketplace has not called.")
        return self._line("calls", title, "ok" if last else "info", value, text)

    def _check_answers(self):
        title = self.env._("Errors in 24 hours")
        errors = self._errors_of_a_day()
        if not errors:
            return self._line("answers", title, "ok", self.env._("None"))
        meanings = {
            404: self.env._("order not known yet"),
            409: self.env._("refused, or two orders named"),
            500: self.env._("could not be cancelled"),
            503: self.env._("not possible just then"),
        }
        parts = []
        for status, number in errors.items():
            answered = self.env._("%(number)s with %(status)s", number=number, status=status)
            meaning = meanings.get(status)
            parts.append(f"{answered} ({meaning})" if meaning else answered)
        state = "attention" if any(status >= 500 for status in errors) else "info"
        value = self._number(sum(errors.values()))
        return self._line("answers", title, state, value, ", ".join(parts), self.env._("See them"))

    def _check_people(self, requests):
        title = self.env._("Waiting for a person")
        labels = {
            "evaluating": self.env._("to decide"),
            "failed": self.env._("failed"),
            "mismatch": self.env._("name two orders"),
        }
        return self._line_of_states("people", title, requests, labels, "attention")

    def _check_waiting(self, requests):
        title = self.env._("Waiting for their order")
        labels = {"waiting": self.env._("for an order that is not here yet")}
        return self._line_of_states("waiting", title, requests, labels, "info")

    def _check_queued(self, requests):
        title = self.env._("About to be cancelled")
        labels = {"queued": self.env._("queued"), "received": self.env._("just received")}
        since = min((requests[state][1] for state in labels if state in requests), default=False)
        if not since or not self._is_long_ago(since, _QUEUE_PATIENCE):
            return self._line_of_states("queued", title, requests, labels, "info")
        line = self._line_of_states("queued", title, requests, labels, "attention")
        hint = self.env._("They are on hold, but no scheduled action has cancelled them yet.")
        return dict(line, text=f"{line['text']}. {hint}")

    def _check_told(self, calls):
        title = self.env._("Calls to the marketplace")
        labels = {
            "failed": self.env._("refused"),
            "expired": self.env._("not taken in time"),
            "pending": self.env._("to send"),
            "waiting": self.env._("wait for the invoice"),
        }
        since = calls.get("pending", (0, False))[1]
        needs_attention = {"failed", "expired"} & set(calls) or (since and self._is_long_ago(since))
        state = "attention" if needs_attention else "info"
        line = self._line_of_states("told", title, calls, labels, state)
        if (self.active or since) and (paused := self._explain_pause()):
            line.update(state="attention", text=" · ".join(filter(None, (line["text"], paused))))
        return line

    def _line_of_states(self, key, title, counts, labels, state):
        """A line on documents in some states; nothing in them is always right."""
        found = {name: counts[name] for name in labels if name in counts}
        if not found:
            return self._line(key, title, "ok", self.env._("None"))
        parts = [
            f"{self._number(number)} {labels[name]}" for name, (number, _since) in found.items()
        ]
        since = min((moment for _number, moment in found.values() if moment), default=False)
        text = ", ".join(parts)
        if since:
            text += " · " + self.env._("the oldest, %s", self._ago(since))
        value = self._number(sum(number for number, _since in found.values()))
        return self._line(key, title, state, value, text, self.env._("See them"))

    def _check_keys(self):
        title = self.env._("Keys")
        # sudo: how many there are, and until when; not which
        account, now = self.sudo(), database_now(self.env.cr)
        keys = account.credential_ids if self.authentication != "signature" else None
        secrets = account.signing_secret_ids if self.authentication != "credentials" else None
        wanted = [kind for kind in (keys, secrets) if kind is not None]
        working = [kind.filtered(lambda key: not key.is_expired) for kind in wanted]
        value = self._number(sum(map(len, working)))
        if not all(working):
            text = self.env._("Without a key that works, every call is refused.")
            # One that nobody has called yet is still being set up.
            state = "attention" if self._last_request() else "info"
            return self._line("keys", title, state, value, text)
        lasting = [kind.filtered(lambda key: not key.expires_at) for kind in working]
        if not all(lasting):
            ends = [
                max(kind.mapped("expires_at")) for kind in working if all(kind.mapped("expires_at"))
            ]
            end = min(ends)
            text = self.env._("The last one that works ends on %s.", in_words(self.env, end))
            soon = end < now + timedelta(days=_KEY_DAYS)
            return self._line("keys", title, "attention" if soon else "ok", value, text)
        texts = []
        every = working[0].concat(*working[1:])
        if ending := every.filtered("expires_at"):
            end = in_words(self.env, min(ending.mapped("expires_at")))
            texts.append(self.env._("A former one works until %s.", end))
        if unused := every.filtered(lambda key: not key.last_used_at):
            texts.append(self.env._("Never used: %s.", len(unused)))
        return self._line("keys", title, "info" if texts else "ok", value, " ".join(texts))

    def _check_log(self):
        title = self.env._("Log verified")
        if not self.log_verified_at:
            value, text = self.env._("Not yet"), self.env._("It is verified once a day.")
            return self._line("log", title, "info", value, text)
        value = self._ago(self.log_verified_at)
        if self.log_findings:
            text = self.env._("Findings: %s. Verify it to read them.", self.log_findings)
            return self._line("log", title, "attention", value, text)
        return self._line("log", title, "ok", value, self.env._("Everything is as it was written."))

    def _check_jobs(self, requests):
        title = self.env._("Scheduled actions")
        off, late = self._idle_jobs()
        texts = []
        if off:
            texts.append(self.env._("Switched off: %s.", ", ".join(off.mapped("name"))))
        if late:
            texts.append(self.env._("Late: %s.", ", ".join(late.mapped("name"))))
            texts.append(
                self.env._("If none runs, start Odoo with cron workers (max_cron_threads).")
            )
        if (off or late) and "queued" in requests:
            texts.append(
                self.env._("Orders that the marketplace takes for cancelled are only on hold.")
            )
        if not texts:
            return self._line("jobs", title, "ok", self.env._("Running"))
        value = self._number(len(off | late))
        return self._line("jobs", title, "attention", value, " ".join(texts))

    def _check_sessions(self):
        title = self.env._("Connection to PostgreSQL")
        try:
            is_kept = self._keeps_sessions()
        except (OperationalError, PoolError):  # too many are in use
            return self._line("sessions", title, "info", self.env._("Not checked"))
        if is_kept:
            return self._line("sessions", title, "ok", self.env._("Keeps its session"))
        text = self.env._(
            "A connection pool lends sessions for one transaction only. Locks are then lost: "
            "requests for one order no longer wait for each other, or wait for nothing. Let "
            "pgbouncer work with pool_mode = session, or connect Odoo to PostgreSQL directly."
        )
        return self._line("sessions", title, "attention", self.env._("Shared"), text)

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
        since = fields.Datetime.to_string(database_now(self.env.cr) - timedelta(days=1))
        errors = [("http_status", ">=", 400), ("received_at", ">=", since)]
        unresolved = ("resolved_at", "=", False)
        pages = {
            "answers": (_RECEIPT_PAGE, [("delivery_ids", "any", errors)]),
            "people": (
                _RECEIPT_PAGE,
                [("state", "in", ("evaluating", "failed", "mismatch")), unresolved],
            ),
            "waiting": (_RECEIPT_PAGE, [("state", "=", "waiting"), unresolved]),
            "queued": (_RECEIPT_PAGE, [("state", "in", ("queued", "received"))]),
            "told": (
                _CALL_PAGE,
                [("state", "in", ("failed", "expired", "pending", "waiting"))],
            ),
        }
        page, domain = pages.get(self.env.context.get("health_check"), (_RECEIPT_PAGE, []))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"marketplace_order_cancellation.{page}"
        )
        return dict(action, domain=[("account_id", "=", self.id), *domain], context={})

    def _check_responsible(self):
        """The line of the page of health that says whether the responsible user can be asked."""
        title = self.env._("Responsible")
        user, account = self._responsible_user(), self.sudo()  # sudo: users are only named
        if account._can_be_asked(account.user_id):
            return self._line("responsible", title, "ok", user.name)
        if account.user_id:
            text = self.env._(
                "%(responsible)s is archived or may not see this account's cancellations. "
                "%(deputy)s is asked instead.",
                responsible=account.user_id.name,
                deputy=user.name,
            )
        else:
            text = self.env._("Nobody is responsible. %s is asked instead.", user.name)
        return self._line("responsible", title, "attention", self.env._("Missing"), text)
