from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ...tools.clock import database_now
from ..base.moments import zone_of
from .health import LIMIT

#: Lines of the page of health that followers are told of. Of what waits for a decision, and of
#: calls that are not taken, there are activities; of the log there is a message of its own.
_TOLD = {"answers", "queued", "keys", "jobs", "responsible", "sessions"}
#: So many hours a request may wait for a person before followers hear of it, or as long as people
#: have to decide.
_OLD = 24
#: How many requests a message names.
_NAMED = 5


class MarketplaceAccount(models.Model):
    """What begins to need attention reaches who follows the account."""

    _inherit = "marketplace.account"

    told_health = fields.Json(copy=False, readonly=True, groups=fields.NO_ACCESS)

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
                ("state", "in", ("evaluating", "failed", "mismatch")),
                ("resolved_at", "=", False),
                ("received_at", "<", database_now(self.env.cr) - timedelta(hours=hours)),
            ],
            limit=LIMIT,
        )

    def _describe_old(self, receipts):
        names = ", ".join(receipt.marketplace_order_id for receipt in receipts[:_NAMED])
        if len(receipts) > _NAMED:
            names += ", …"
        return self.env._(
            "Waiting for a person for long: %(number)s (%(names)s).",
            number=len(receipts),
            names=names,
        )
