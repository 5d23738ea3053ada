import logging
import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.log_chain import GENESIS

_logger = logging.getLogger(__name__)

_HEAD = re.compile(r"\s*([0-9]{1,10})\s*[:\s]\s*([0-9a-f]{64})\s*")


class MarketplaceAccount(models.Model):
    """The account's log, which tells whether its receipts and deliveries are as they were."""

    _inherit = "marketplace.account"

    log_begins_after = fields.Integer(copy=False, readonly=True, groups=fields.NO_ACCESS)
    log_begins_hash = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)

    def _log_begins(self):
        """``(number, hash)`` of the last entry that is no longer kept, or of nothing."""
        account = self.sudo()  # sudo: nobody reads them but the check
        return account.log_begins_after or 0, account.log_begins_hash or GENESIS

    def verify_log(self, noted=None):
        """Find out whether receipts and deliveries are as they were written: none was changed,
        taken away or put in past the addon.

        :param noted: the newest entry as an earlier call has told it, ``"number:hash"``. Whoever
            can change the whole database can make a whole log: what was noted elsewhere cannot be
            changed with it. It also shows what a backup does not have.
        :return: ``{"number": …, "hash": …, "findings": […]}``: the newest entry, and a sentence on
            each thing that is not right
        :raise UserError: if ``noted`` is no such text
        """
        self.ensure_one()
        self.check_access("read")
        noted = self._read_noted(noted) if noted else None
        # A transaction of its own: the log is chained up to now and committed first, then
        # everything is compared at one moment.
        with self.env.registry.cursor() as cr:
            # sudo: what is deleted or hidden from the user has to be looked at as well
            log = self.sudo().with_env(self.sudo().env(cr=cr)).env["marketplace.log.entry"]
            account = log.env["marketplace.account"].browse(self.id)
            log._chain_all(account)
            (number, last_hash), findings = log._check(account, noted)
        _logger.info(
            "The log of account %s has %s entries, the last is %s; findings: %s",
            self.id, number, last_hash, len(findings),
        )  # fmt: skip
        return {"number": number, "hash": last_hash, "findings": findings}

    @api.model
    def _read_noted(self, text):
        match = _HEAD.fullmatch(str(text))
        if not match:
            raise UserError(self.env._("What was noted is a number, a colon and a hash."))
        return int(match[1]), match[2]

    def action_verify_log(self):
        """Verify the log, and show what came of it."""
        self.ensure_one()
        check = self.env["marketplace.log.check"].create({"account_id": self.id})
        return check.action_verify()

    @api.model
    def _cron_verify_logs(self):
        """Verify all logs, and tell those who are responsible of what is found."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        # sudo: the logs of all companies; archived accounts have receipts as well
        accounts = (
            self.sudo().with_context(active_test=False).search([("code", "!=", False)], order="id")
        )
        cron._commit_progress(remaining=len(accounts))
        for account in accounts:
            account._tell_findings(account.verify_log()["findings"])
            if not cron._commit_progress(1):
                return

    def _tell_findings(self, findings):
        if not findings:
            return
        text = self.env._(
            "The log does not verify. Somebody has changed receipts or deliveries past Odoo, or a "
            "part of the database was restored:"
        )
        self._tell_followers(
            "log",
            plaintext2html("\n".join([text, *findings])),
            partner_ids=self._responsible_user().partner_id.ids,
        )
