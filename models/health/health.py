from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.sql_db import db_connect
from odoo.tools import SQL, plaintext2html

from ...tools import health_sql
from ...tools.clock import database_now
from ...tools.lock import keeps_sessions
from ...tools.samples import NO_TEST, TEST_PREFIX
from ...tools.states import CALL_UNTOLD, CONFIRMED, NOT_FINAL, PART_OPEN, PART_UNDECIDED
from ..base.moments import zone_of

#: After how many minutes a job is late: one that runs every minute, and any other.
_LATE, _LATE_OTHERS = 10, 30
#: Counting ends here.
LIMIT = 1000
_ALL = SQL("TRUE")
#: Lines of the page of health that followers are told of. Of what waits for a decision, and of
#: calls that are not taken, there are activities; of the log there is a message of its own.
_TOLD = {
    "answers", "rejected", "queued", "untold", "keys", "jobs", "responsible", "sessions", "hook",
}  # fmt: skip
#: How many hours a request may wait for a person before followers are told; or as long as people
#: have to decide.
_OLD = 24
#: For how many days Health counts that a marketplace was not told.
_UNTOLD_DAYS = 30
#: How many requests a message names.
_NAMED = 5
#: How long an accepted cancellation may be untold if the account tells nothing by itself, in
#: minutes.
_UNTOLD = 60


class MarketplaceAccount(models.Model):
    """How an account is doing: whether calls come in and are answered, and what waits."""

    _inherit = "marketplace.account"

    #: What was looked at, in order.
    health_checks = fields.Json(compute="_compute_health")
    health = fields.Selection(
        [
            ("ok", "OK"),
            ("unconnected", "Not connected yet"),
            ("attention", "Needs attention"),
        ],
        compute="_compute_health",
    )
    log_verified_at = fields.Datetime("Log Verified", copy=False, readonly=True)
    log_findings = fields.Integer(copy=False, readonly=True)
    told_health = fields.Json(copy=False, readonly=True, groups=fields.NO_ACCESS)

    @api.depends_context("lang", "tz", "uid")
    def _compute_health(self):
        for account in self:
            checks = account._health_checks() if account._origin else []
            account.health_checks = checks
            if any(check["state"] == "attention" for check in checks):
                account.health = "attention"
            else:
                account.health = "ok" if account._origin._last_request() else "unconnected"

    def action_view_health(self):
        """Open the page *Health* of the account."""
        view = self.env.ref("marketplace_order_cancellation.marketplace_account_view_form_health")
        return {"name": self.env._("Health"), **self._open_form(view.id)}

    def _open_form(self, view_id=False):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view_id, "form")],
        }

    def verify_log(self, noted=None):
        """Remember when that was, and how much was found."""
        result = super().verify_log(noted)
        # A transaction of its own: a change of the account while the log was compared, which can
        # take minutes, must not make all of it fail.
        with self.env.registry.cursor() as cr:
            # sudo: a user who may read an account may verify its log
            account = self.sudo().with_env(self.sudo().env(cr=cr))
            account.log_verified_at = database_now(cr)
            account.log_findings = len(result["findings"])
        self.invalidate_recordset(["log_verified_at", "log_findings"])
        return result

    # -- What is known of it ----------------------------------------------------------------------

    def _open_requests(self):
        """``{state: (number, since when)}`` of the receipts that are not settled."""
        receipts = self.env["marketplace.cancellation.receipt"]
        which = SQL("resolved_at IS NULL AND %s", self._sql_no_test(receipts._table))
        return self._count_by_state(receipts, "received_at", (*NOT_FINAL, *PART_OPEN), which)

    def _open_calls(self):
        """``{state: (number, since when)}`` of the calls that the marketplace has not taken, not
        of those that wait on purpose.
        """
        calls = self.env["marketplace.outbound.call"]
        waits = SQL("on_hold IS NOT TRUE")
        return self._count_by_state(calls, "pending_since", CALL_UNTOLD, waits)

    def _untold_requests(self):
        """``{state: (number, since when)}`` of the cancellations that are accepted, and of which
        the marketplace does not know.
        """
        receipts = self.env["marketplace.cancellation.receipt"]
        which = SQL(
            "told_state = 'untold' AND settled_at >= %s AND marketplace_order_id NOT LIKE %s",
            self._untold_since(),
            NO_TEST[2],
        )
        return self._count_by_state(receipts, "settled_at", CONFIRMED, which)

    def _domain_untold(self):
        """The receipts that :meth:`_untold_requests` counts; not those of somebody's test."""
        return [
            ("told_state", "=", "untold"),
            ("settled_at", ">=", self._untold_since()),
            NO_TEST,
        ]

    def _untold_since(self):
        """From when on accepted cancellations count: older ones are over at the marketplace, as
        VTEX cancels after 30 days."""
        return database_now(self.env.cr) - timedelta(days=_UNTOLD_DAYS)

    def _untold_before(self):
        """Before when a cancellation must have been accepted for the marketplace to know of it."""
        minutes = self.tell_after or _UNTOLD
        return database_now(self.env.cr) - timedelta(minutes=minutes)

    def _count_by_state(self, documents, since, states, which=_ALL):
        documents.flush_model()
        query = SQL(
            health_sql.COUNT_BY_STATE,
            since=SQL.identifier(since),
            table=SQL.identifier(documents._table),
            account=self.id,
            states=states,
            which=which,
            limit=LIMIT,
        )
        return {state: moments for state, *moments in self.env.execute_query(query)}

    def _errors_of_a_day(self):
        """``{status: number}`` of the calls of the last 24 hours that got an error."""
        self.env["marketplace.cancellation.delivery"].flush_model()
        query = SQL(
            health_sql.COUNT_ERRORS,
            account=self.id,
            since=database_now(self.env.cr) - timedelta(days=1),
            no_test=self._sql_no_test("receipt"),
            limit=LIMIT,
        )
        return dict(self.env.execute_query(query))

    def _sql_no_test(self, receipt):
        """The condition on receipts, by their name in a query, that leaves self-tests out."""
        self.env["sale.order"].flush_model(["is_marketplace_test"])
        return SQL(health_sql.NO_TEST, receipt=SQL.identifier(receipt), prefix=TEST_PREFIX)

    @api.model
    def _idle_jobs(self):
        """The addon's jobs that are switched off, and those that are late and not at work.

        It shows web workers that no cron worker runs, on any host.
        """
        # sudo: a user who looks after marketplaces need not administer the server
        known = self.env["ir.model.data"].sudo()
        known = known.search(
            [("module", "=", "marketplace_order_cancellation"), ("model", "=", "ir.cron")]
        )
        jobs = self.env["ir.cron"].sudo().browse(known.mapped("res_id")).exists()
        off = jobs.filtered(lambda job: not job.active)
        now = database_now(self.env.cr)
        return off, (jobs - off).filtered(lambda job: self._is_late(job, now))

    @api.model
    def _is_late(self, job, now):
        frequent = (job.interval_type, job.interval_number) == ("minutes", 1)
        patience = timedelta(minutes=_LATE if frequent else _LATE_OTHERS)
        since = now - patience
        if job.nextcall >= since:
            return False
        # A job that has much to do reports its progress again and again.
        at_work = [("cron_id", "=", job.id), ("write_date", ">=", since)]
        return not job.env["ir.cron.progress"].search_count(at_work, limit=1)

    @api.model
    @tools.ormcache()
    def _keeps_sessions(self):
        """Whether locks work in this database, see :func:`~tools.lock.keeps_sessions`.

        Asked once by each worker: to change it, Odoo is started anew.
        """
        return keeps_sessions(db_connect(self.env.cr.dbname))

    # -- Followers hear of what begins to need attention ------------------------------------------

    @api.model
    def _cron_tell_health(self):
        """Tell followers what has begun to need attention, once."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: the accounts of all companies
        accounts = self.sudo().search([("code", "!=", False)], order="id")
        cron._work_off(accounts, type(self)._tell_health)

    def _tell_health(self):
        """Tell of what needs attention now and did not when this was called last."""
        self.ensure_one()
        zone = zone_of(self._responsible_user())
        account = self.with_context(lang=self._settings().lang, tz=zone.zone)
        lines = {
            check["key"]: f"{check['title']}: {check['value']}. {check['text']}"
            for check in account._health_checks()
            if check["state"] == "attention" and check["key"] in _TOLD
        }
        old = {f"request {receipt.id}": receipt for receipt in self._old_requests()}
        told = set(self.told_health or ())
        if told != {*lines, *old}:
            self.told_health = [*lines, *old]
        new = [line for key, line in lines.items() if key not in told]
        if new_old := [receipt for key, receipt in old.items() if key not in told]:
            new.append(account._describe_old(new_old))
        if new:
            text = account.env._("This account needs attention:")
            account._tell_followers("health", plaintext2html("\n".join([text, *new])))

    def _old_requests(self):
        """The requests that have waited for a person for long."""
        # sudo: each follower of the account may know which orders they are about
        receipts = self.sudo().env["marketplace.cancellation.receipt"]
        hours = max(_OLD, self.decision_hours)
        return receipts.search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ("evaluating", "failed", "mismatch", *PART_UNDECIDED)),
                ("resolved_at", "=", False),
                ("is_test", "=", False),
                ("received_at", "<", database_now(self.env.cr) - timedelta(hours=hours)),
            ],
            limit=LIMIT,
        )

    def _describe_old(self, receipts):
        names = [receipt.marketplace_order_id for receipt in receipts]
        return self.env._(
            "Waiting for a person for a long time: %(number)s (%(names)s).",
            number=len(names),
            names=", ".join(names if len(names) <= _NAMED else [*names[:_NAMED], "…"]),
        )
