from odoo import api, models

from ...tools.outbound.message import QUOTE
from ...tools.states import CALL_OPEN

#: How many calls are changed in one transaction.
_BATCH = 500


class MarketplaceOutboundCall(models.Model):
    """What marketplaces answered goes when the receipts of that time go.

    A call itself stays as long as its order may need it: an invoice is sent once. What came back
    may name the shopper, and nobody needs it any more.
    """

    _inherit = "marketplace.outbound.call"

    @api.model
    def _forget_answers(self, account):
        """Delete the answers that are older than ``account`` keeps receipts, and commit."""
        domain = [
            ("account_id", "=", account.id),
            ("last_attempt_at", "<", account._receipts_kept_since()),
            ("answer_body", "!=", False),
            ("state", "not in", CALL_OPEN),
        ]
        cron = self.env["ir.cron"]
        while calls := self.search(domain, limit=_BATCH).try_lock_for_update():
            calls._forget_answer()
            if not cron._commit_progress(len(calls), remaining=_BATCH):
                return

    def _forget_answer(self):
        """Delete what the marketplace answered, wherever it was quoted."""
        self.answer_body = False
        self.env["marketplace.cancellation.receipt"]._erase_from(self, QUOTE, "")
        for call in self.filtered("error"):
            call.error = QUOTE.sub("", call.error)
