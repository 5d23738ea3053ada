from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, clean_context, format_datetime

from ...tools.clock import database_now
from ...tools.notification import notification
from ...tools.reading_sql import ASKED, COMPARED, COUNT_READINGS, NOTE_TO_COMPARE

#: For how many days comparisons are kept.
_KEPT_DAYS = 90
#: Within which part of the time from one comparison to the next the orders are read, and at the
#: most within how many hours.
_SPREAD, _LONGEST_SPREAD = 0.9, 24
#: From how many orders on that are noted at once PostgreSQL counts what waits.
_MANY = 1000

CAUSES = [
    ("schedule", "By schedule"),
    ("person", "Started by a person"),
    ("pause", "After a pause"),
    ("outage", "After an outage"),
]
STATES = [("running", "Running"), ("done", "Done"), ("stopped", "Stopped")]


class MarketplaceReconciliation(models.Model):
    """One comparison of open orders with their marketplace.

    The orders that are still to be read are rows of ``marketplace.order.reading``, and what was
    found is a row of its own, too: jobs of several hosts work without a counter that all of them
    would write, and nothing is lost when one of them dies.
    """

    _name = "marketplace.reconciliation"
    _description = "Comparison of Orders with a Marketplace"
    _order = "id desc"
    _rec_name = "started_at"

    account_id = fields.Many2one(
        "marketplace.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    cause = fields.Selection(CAUSES, "Why", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Started By", readonly=True, ondelete="set null")
    is_partial = fields.Boolean("Chosen Orders Only", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="running", index=True)
    created_from = fields.Datetime("Orders Since", readonly=True)
    started_at = fields.Datetime("Started", required=True, readonly=True, index=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    left_count = fields.Integer("Not Compared", readonly=True, aggregator=None)
    reading_ids = fields.One2many("marketplace.order.reading", "reconciliation_id", readonly=True)
    finding_ids = fields.One2many(
        "marketplace.reconciliation.finding", "reconciliation_id", "Findings", readonly=True
    )

    compared_count = fields.Integer("Compared", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="In percent.")
    cancelled_count = fields.Integer("Cancelled There", compute="_compute_found")
    open_count = fields.Integer("Open There", compute="_compute_found")
    unread_count = fields.Integer("Not Read", compute="_compute_found")
    why_waiting = fields.Text(compute="_compute_why_waiting")

    @api.depends("order_count", "state", "left_count", "reading_ids")
    def _compute_progress(self):
        # sudo: how many they are, for each who may see the comparison
        waiting = self.env["marketplace.order.reading"].sudo()
        groups = waiting._read_group(
            [("reconciliation_id", "in", self.ids)], ["reconciliation_id"], ["__count"]
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            left = counts.get(run.id, 0) if run.state == "running" else run.left_count
            run.compared_count = run.order_count - left
            run.progress = 100 * run.compared_count / run.order_count if run.order_count else 100

    @api.depends("finding_ids.kind")
    def _compute_found(self):
        groups = self.finding_ids._read_group(
            [("reconciliation_id", "in", self.ids)], ["reconciliation_id", "kind"], ["__count"]
        )
        counts = {(run.id, kind): count for run, kind, count in groups}
        for run in self:
            kinds = {kind: counts.get((run.id, kind), 0) for kind in ("cancelled", "asked", "open")}
            run.cancelled_count = kinds["cancelled"] + kinds["asked"]
            run.open_count = kinds["open"]
            run.unread_count = counts.get((run.id, "unread"), 0)

    @api.depends("state", "account_id")
    def _compute_why_waiting(self):
        for run in self:
            why = run.state == "running" and run.account_id._why_not_read()
            run.why_waiting = why or False

    @api.depends("account_id.name", "started_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            moment = format_datetime(self.env, run.started_at, dt_format="short")
            run.display_name = f"{run.account_id.name}, {moment}"

    # -- Beginning and end ------------------------------------------------------------------------

    @api.model
    def _begin(self, account, cause, orders=None):
        """Note the open orders of ``account`` to be compared, with one statement.

        Those that wait to be read already, and will be as early, are not noted again.

        :param cause: a key of ``CAUSES``; ``schedule`` takes its time, others begin at once
        :param orders: which of them; by default all of the account's time
        :return: the new record, empty if there is nothing to be read
        """
        now = database_now(self.env.cr)
        since = now - timedelta(days=account.compare_days)
        runs = self.sudo().with_context(clean_context(self.env.context))  # without its defaults
        run = runs.create(  # sudo: nobody may write what was compared
            {
                "account_id": account.id,
                "cause": cause,
                "user_id": cause == "person" and self.env.uid,
                "is_partial": orders is not None,
                "created_from": orders is None and since,
                "started_at": now,
                "is_listed": orders is not None,
                "listed_from": since,
                "listed_to": now,
            }
        )
        run.order_count = run._note_orders(account, orders)
        if not run.order_count and cause != "schedule":
            run.unlink()
            return self.browse()
        self.env["marketplace.order.reading"]._wake()
        self.env["ir.cron"]._wake_own("cron_reconcile")
        return run.with_env(self.env)

    def _note_orders(self, account, orders):
        """Note the orders of this new record, and return how many they are."""
        sold = self.env["sale.order"]
        domain = sold._domain_to_compare(account)
        if orders is None:
            domain &= sold._domain_made_since(self.created_from)
        else:
            domain &= fields.Domain("id", "in", orders.ids)
        self.env["marketplace.order.reading"].flush_model()
        self.flush_recordset()
        hours = min(account.compare_hours, _LONGEST_SPREAD) if self.cause == "schedule" else 0
        self.env.execute_query(
            SQL(
                NOTE_TO_COMPARE,
                orders=sold._search(domain, active_test=False).subselect(),
                account=account.id,
                reconciliation=self.id,
                spread=hours * 3600 * _SPREAD,
                priority=COMPARED if orders is None else ASKED,
            )
        )
        noted = self.env.cr.rowcount
        if noted >= _MANY:
            self.env.cr.execute(COUNT_READINGS)
        self.invalidate_recordset()
        return noted

    def _notification(self, text, **params):
        """What the button shows that has begun these comparisons, if any.

        :param text: what becomes of the orders
        """
        title, kind = self.env._("Compare with the Marketplace"), "success" if self else "warning"
        if self and self.has_access("read"):
            params["links"] = [run._link() for run in self]
            text = " ".join([text.replace("%", "%%"), *["%s"] * len(self)])
        return notification(kind, title, text, **params)

    def _link(self):
        """What a message shows that leads to this comparison."""
        label = self.env._("What is found at %s", self.account_id.name)
        return {"label": label, "url": f"/odoo/marketplace-comparisons/{self.id}"}

    def action_stop(self):
        """Read no more of the orders of these comparisons.

        :raise AccessError: unless one manages the account, or has started the comparison
        """
        self.check_access("read")
        if any(run.user_id != self.env.user for run in self):
            self.account_id.check_access("write")
        for run in self.sudo().filtered(lambda run: run.state == "running"):
            left = run.order_count - run.compared_count
            now = database_now(self.env.cr)
            run.write({"state": "stopped", "ended_at": now, "left_count": left})
        # The job that reads forgets them: nobody else writes what it may be reading just now.
        self.env["marketplace.order.reading"]._wake()
        return True

    def action_refresh(self):
        """Show how far it has got."""
        self.check_access("read")
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_cancelled(self):
        """Open the orders that were found cancelled at the marketplace."""
        return self._view_orders(self.env._("Cancelled There"), ("cancelled", "asked"))

    def action_view_open(self):
        """Open the orders that were found open at the marketplace, and are cancelled here."""
        return self._view_orders(self.env._("Open There"), ("open",))

    def _view_orders(self, name, kinds):
        self.ensure_one()
        self.check_access("read")
        orders = self.finding_ids.filtered(lambda finding: finding.kind in kinds).sale_order_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_orders"
        )
        return dict(action, name=name, domain=[("id", "in", orders.ids)], context={})

    @api.autovacuum
    def _gc_old(self):
        """Delete what was compared long ago."""
        before = database_now(self.env.cr) - timedelta(days=_KEPT_DAYS)
        self.search([("started_at", "<", before)], limit=1000).unlink()
