import logging
from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

from ...tools import log_sql
from ...tools.log_chain import GENESIS, MISSING, follow, read_head
from ...tools.words import ARRIVAL_FINDINGS, BREAKS, LOG_BROKEN, NOTED_FINDINGS, RECEIPT_FINDINGS

_logger = logging.getLogger(__name__)

#: How many findings of a kind are told one by one.
TOLD = 50


class MarketplaceAccount(models.Model):
    """The account's log, which shows whether its receipts and arrivals are unchanged."""

    _inherit = "marketplace.account"

    log_begins_after = fields.Integer(copy=False, readonly=True, groups=fields.NO_ACCESS)
    log_begins_hash = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)

    def _log_begins(self):
        """``(number, hash)`` of the last entry that is no longer kept, or of nothing."""
        account = self.sudo()  # sudo: nobody reads them but the check
        return account.log_begins_after or 0, account.log_begins_hash or GENESIS

    def verify_log(self, noted=None):
        """Find out whether receipts and arrivals are as they were written: none was changed,
        deleted or added without the addon.

        :param noted: the newest entry as an earlier call has told it, ``"number:hash"``.
            A person who can change the whole database can make a whole new log, but cannot change
            what was noted elsewhere. It also shows what a restored backup lacks.
        :return: ``{"number": …, "hash": …, "findings": […]}``: the newest entry, and a sentence on
            each thing that is not right
        :raise UserError: if ``noted`` is no such text
        """
        self.ensure_one()
        self.check_access("read")
        known = read_head(str(noted)) if noted else None
        if noted and not known:
            raise UserError(self.env._("Enter a number, a colon and a hash, as they were noted."))
        # A transaction of its own: the log is chained up to now and committed first, then
        # everything is compared at one moment.
        with self.env.registry.cursor() as cr:
            # sudo: what is deleted or hidden from the user has to be looked at as well
            account = self.sudo().with_env(self.sudo().env(cr=cr))
            log = account.env["marketplace.log.entry"]
            log._chain_all(account)
            number, last_hash = log._head(account)
            findings = account._findings()
            if known:
                findings += account._compare_noted(number, *known)
        _logger.info(
            "The log of account %s has %s entries, the last is %s; findings: %s",
            self.id, number, last_hash, len(findings),
        )  # fmt: skip
        return {"number": number, "hash": last_hash, "findings": findings}

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
        accounts = self.sudo().with_context(active_test=False)
        cron._work_off(
            accounts.search([("code", "!=", False)], order="id"),
            lambda account: account._tell_findings(account.verify_log()["findings"]),
        )

    def _tell_findings(self, findings):
        if not findings:
            return
        text = plaintext2html("\n".join([self.env._(LOG_BROKEN), *findings]))
        self._tell_followers("log", text, partner_ids=self._responsible_user().partner_id.ids)

    # -- What is found, in sentences --------------------------------------------------------------

    def _findings(self):
        """Where the chain breaks, and what is not as the log says last; as many as people read."""
        chain = self.env["marketplace.log.entry"]._read_chain(self)
        breaks = islice(follow(chain, *self._log_begins()), TOLD)
        query = SQL(
            log_sql.MISMATCHES,
            account=self.id,
            company=self.company_id.id,
            receipts=self.env["marketplace.cancellation.receipt"]._log_states(None),
            deliveries=self.env["marketplace.cancellation.delivery"]._log_states(None),
        )
        sentences = [self._describe_break(broken) for broken in breaks]
        mismatches = self.env.execute_query(query)
        sentences += [self._describe_mismatch(*found) for found in mismatches[:TOLD]]
        if (more := len(mismatches) - TOLD) > 0:
            sentences.append(self.env._("And %s more receipts and calls.", more))
        return sentences

    def _describe_break(self, broken):
        text = BREAKS["missing" if broken.kind == MISSING else "changed"]
        return self.env._(text, first=broken.first, last=broken.last)

    def _describe_mismatch(self, kind, receipt_id, delivery_id):
        receipt = self.env["marketplace.cancellation.receipt"].browse(receipt_id).exists()
        text = (ARRIVAL_FINDINGS if delivery_id else RECEIPT_FINDINGS)[kind]
        return self.env._(text, id=delivery_id, receipt=receipt.protocol_code or receipt_id)

    def _compare_noted(self, last, number, noted_hash):
        """What an entry that somebody wrote down says of the log, whose last one is ``last``."""
        begins_after, hash_then = self._log_begins()
        if number > begins_after:
            numbered = [("account_id", "=", self.id), ("number", "=", number)]
            hash_then = self.env["marketplace.log.entry"].search(numbered).hash
        found = "other" if noted_hash != hash_then else None
        if number > last or number < begins_after:
            found = "ahead" if number > last else "gone"
        if found:
            text = NOTED_FINDINGS[found]
            yield self.env._(text, noted=number, last=last, first=begins_after)
